"""A program needs the scope dicomweb:read, and then sees what its owner sees."""

import pytest
from django.test import Client

from portal.practices.models import ApiToken
from portal.practices.tokens import hash_of, new_token
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "who, scopes, code",
    [
        ("rosa", ["dicomweb:read"], 200),
        ("rosa", ["exams:read"], 403),
        ("rosa", [], 403),
        ("charlie", ["dicomweb:read"], 404),
    ],
)
def test_a_token_opens_dicomweb_only_with_its_scope_and_only_for_its_owners_exams(cast, who, scopes, code):
    exam, token = file_exam(cast.northside), new_token()
    ApiToken.objects.create(user=cast.people[who], name="PACS", scopes=scopes, key_hash=hash_of(token))
    answer = Client().get(f"/dicomweb/studies/{exam.study_uid}/metadata", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == code
