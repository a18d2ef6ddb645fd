"""A whole chain verifies; whatever is done to one behind the portal's back is found and named."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from portal.audit import triggers
from portal.audit.models import ChainHead, Event
from portal.audit.services import record
from portal.audit.verify import START, verify


@pytest.fixture
def chain(cast):
    with transaction.atomic():
        for number in range(5):
            record(verb="image.viewed", actor=cast.rosa, practice_id=cast.northside.pk, detail={"frame": number})
    return str(cast.northside.pk)


def tamper(sql, *values):
    """What somebody with the database's password can do: take the triggers away first."""
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    triggers.create(connection)


def test_a_whole_chain_verifies(chain):
    verdict = verify(chain)
    assert (verdict.whole, verdict.links) == (True, 5)
    call_command("audit", "verify")


TAMPERED = {
    "a name is replaced": ("UPDATE audit_event SET actor_name = 'mallory' WHERE sequence = 3", 3, "changed after"),
    "a detail is changed": ("UPDATE audit_event SET detail = '{\"frame\": 9}' WHERE sequence = 2", 2, "changed after"),
    "a time is moved": (
        "UPDATE audit_event SET at = '2020-01-01 00:00:00+00:00' WHERE sequence = 1",
        1,
        "changed after",
    ),
    "a link is taken out": ("DELETE FROM audit_event WHERE sequence = 3", 3, "this link is gone"),
    "the tail is cut off": ("DELETE FROM audit_event WHERE sequence >= 4", 4, "cut"),
    "everything is removed": ("DELETE FROM audit_event", 1, "cut"),
    "a digest is forged": ("UPDATE audit_event SET digest = before WHERE sequence = 5", 5, "changed after"),
    "the head is moved back": ("UPDATE audit_chainhead SET sequence = 4, digest = 'x'", 4, "head names another digest"),
    "the head is removed": ("DELETE FROM audit_chainhead", 1, "head was removed"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found_at_its_first_link(chain, what):
    sql, link, why = TAMPERED[what]
    tamper(sql)
    verdict = verify(chain)
    assert (verdict.whole, verdict.broken_at) == (False, link)
    assert why in verdict.why


def test_a_head_moved_back_neatly_still_leaves_an_event_beyond_it(chain):
    fourth = Event.objects.get(sequence=4)
    tamper("UPDATE audit_chainhead SET sequence = 4, digest = %s", fourth.digest)
    assert verify(chain).broken_at == 5


def test_the_command_names_the_link_and_fails(chain, capsys):
    tamper("UPDATE audit_event SET verb = 'image.hidden' WHERE sequence = 2")
    with pytest.raises(CommandError, match=chain):
        call_command("audit", "verify")
    assert f"{chain}: BROKEN at link 2" in capsys.readouterr().err


def test_one_practices_broken_chain_leaves_the_others_whole(cast, chain):
    with transaction.atomic():
        record(verb="image.viewed", actor=cast.charlie, practice_id=cast.southside.pk)
    tamper("UPDATE audit_event SET verb = 'x' WHERE chain = %s AND sequence = 1", chain)
    call_command("audit", "verify", practice=str(cast.southside.pk))
    with pytest.raises(CommandError):
        call_command("audit", "verify", practice=chain)


def test_heads_kept_elsewhere_find_a_chain_that_was_rewritten_whole(chain, tmp_path, capsys):
    call_command("audit", "heads")
    noted = tmp_path / "heads.jsonl"
    noted.write_text(capsys.readouterr().out)
    assert json.loads(noted.read_text())["sequence"] == 5
    call_command("audit", "verify", against=noted)
    rewrite(chain)
    assert verify(chain).whole  # the chain alone cannot tell
    with pytest.raises(CommandError, match="#5"):
        call_command("audit", "verify", against=noted)


def rewrite(chain):
    """The strongest attack: every event replaced and chained anew."""
    tamper("DELETE FROM audit_event")
    ChainHead.objects.filter(chain=chain).update(sequence=0, digest=START)
    with transaction.atomic():
        for _ in range(5):
            record(verb="nothing.happened", actor=None, practice_id=chain)


@pytest.mark.parametrize("value", [1e16, float("nan")])
def test_a_number_that_a_database_would_respell_is_refused(cast, value):
    with pytest.raises(ValueError), transaction.atomic():
        record(verb="x.done", actor=None, detail={"number": value})


def test_a_detail_comes_back_as_it_was_signed(cast, chain):
    odd = {"ratio": 0.1, "tiny": 1e-7, "text": "Žižka ✓", "list": [1, None, True], "nested": {"b": 1, "a": 2}}
    with transaction.atomic():
        record(verb="x.done", actor=cast.rosa, practice_id=chain, detail=odd)
    assert verify(chain).whole
