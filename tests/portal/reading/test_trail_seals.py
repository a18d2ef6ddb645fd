"""A reader who also audits learns nothing from the trail that is sealed from them as a reader."""

import pytest

from portal.audit.models import Event
from portal.audit.seals import SENTENCE
from portal.practices.models import Membership
from portal.reading.services.decide import amend, confirm
from portal.reading.services.reveal import reveal
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, suspicious

ADDRESSES = ("/audit/?verb=read", "/audit/export.csv?verb=read", "/api/v1/events/?verb=read")
TOLD = ("differs", "changes", "recall")


def words_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


@pytest.fixture
def decided(cast):
    """A double reading: Rosa has amended after the suggestion; the second place is free. Rufus reads and audits."""
    exam = an_exam(cast.northside, cast.alice)
    case = a_case(exam, cast.alice, protocol="double-reading")
    a_run(exam)
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa)
    amend(read=read, actor=cast.rosa, reason="The outline is real.", data=suspicious())
    Membership.objects.create(user=cast.rufus, practice=cast.northside, role="auditor")
    return case


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_trail_withholds_what_a_colleague_did_after_the_reveal(cast, decided, address):
    words = words_of(cast.client("rufus"), address)
    assert SENTENCE in words and "amended" in words
    assert not [each for each in TOLD if f'"{each}' in words or f"{each} from" in words]
    assert "differs" in words_of(cast.client("otto"), address)  # who does not read sees the whole trail


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_trail_opens_with_the_suggestion(cast, decided, address):
    mine = a_locked_read(decided, cast.rufus, suspicious())
    reveal(read=mine, actor=cast.rufus)
    confirm(read=mine, actor=cast.rufus)
    words = words_of(cast.client("rufus"), address)
    assert SENTENCE not in words and "differs" in words
    assert "withheld" not in str(list(Event.objects.values_list("detail", flat=True)))


def test_a_digest_of_a_telling_event_cannot_be_guessed_from_what_is_shown(cast, decided):
    """The detail has few values: without its salt, trying them all would find the one that fits the digest."""
    from portal.audit.chain import digest_of

    for verb in ("read.confirmed", "read.amended", "read.locked", "suggestion.revealed"):
        for event in Event.objects.filter(verb=verb):
            assert len(event.detail["salt"]) == 32 and digest_of(event) == event.digest
            event.detail = {name: value for name, value in event.detail.items() if name != "salt"}
            assert digest_of(event) != event.digest
    salt = Event.objects.get(verb="read.amended").detail["salt"]
    assert salt not in words_of(cast.client("rufus"), "/api/v1/events/")
    assert salt not in cast.client("otto").get("/audit/").content.decode()  # no fact for a person's eye
    assert salt in words_of(cast.client("otto"), "/audit/export.csv")  # whoever may see the detail can check the chain
