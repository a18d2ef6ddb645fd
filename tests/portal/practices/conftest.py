"""What tests of people share."""

import pytest

from portal.practices.services.tokens import issue_token


@pytest.fixture
def token_of(cast):
    """`token_of("rosa", "exams:read")`: a live token's secret."""

    def make(who, *scopes):
        _, secret = issue_token(user=cast.people[who], name="test", scopes=scopes, expires_at=None, actor=None)
        return secret

    return make
