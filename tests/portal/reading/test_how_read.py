"""The report says of each opinion whether its reader had seen the suggestion."""

import pytest

from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign

BLIND = "Reader: read blind, before any suggestion was shown."
OPEN = "Reader: read with the suggestion open."


def arbitrated(cast, case):
    """Rufus settles what Rosa's read and the first opinion differ on, and signs."""
    a_locked_read(case, cast.rufus, benign())
    return sign(case=case, actor=cast.rufus, text="Signed words.")


@pytest.mark.parametrize(
    "protocol, state, said, arbiter",
    [
        ("second-reader", "ready", BLIND, "Arbiter: read with every opinion and the suggestion open."),
        ("triage", "ready", BLIND, "Arbiter: read with every opinion and the suggestion open."),
        ("concurrent", "ready", OPEN, "Arbiter: read with every opinion and the suggestion open."),
        ("score-stratified", "ready", OPEN, "Arbiter: read with every opinion and the suggestion open."),
        ("concurrent", None, BLIND, "Arbiter: read with every opinion open."),
    ],
)
def test_the_report_says_how_each_read_was_made(cast, protocol, state, said, arbiter):
    exam = an_exam(cast.northside, cast.alice)
    if state:
        a_run(exam, state)
    case = a_case(exam, cast.alice, protocol=protocol, first_opinion={"recall": True})
    read = a_locked_read(case, cast.rosa, benign())
    if read.decided_at is None:
        reveal(read=read, actor=cast.rosa, without=True)
        confirm(read=read, actor=cast.rosa)
    report = arbitrated(cast, case)
    assert report.body["how_read"] == [said, arbiter]
    page = cast.client("alice").get(f"/reports/{report.pk}/").content.decode()
    assert said in page and arbiter in page
