"""The trail is written in the act's own transaction and chained."""

import pytest
from django.db import transaction

from portal.audit.chain import digest_of
from portal.audit.services import record


def test_each_event_names_the_digest_of_the_one_before(cast):
    with transaction.atomic():
        first = record(verb="test.done", actor=cast.alice, practice_id=cast.northside.pk)
        second = record(verb="test.done", actor=None, practice_id=cast.northside.pk)
    assert second.before == first.digest == digest_of(first)
    assert second.sequence == first.sequence + 1


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(RuntimeError, match="transaction"):
        record(verb="test.done", actor=None)
