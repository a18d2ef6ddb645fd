"""The walk bites: it finds what leaks, what is open, and a route that it does not know."""

import pytest
from django.test import override_settings

from portal.reading.models import Read
from portal.reading.services.decide import confirm
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.portal.sealing import leaky
from tests.portal.sealing.addresses import NotWalked
from tests.portal.sealing.walk import differences, leaks
from tests.portal.sealing.worlds import ground, said

TOLD = {
    "in_body": {"body", "headers"}, "in_header": {"headers"}, "in_length": {"body", "headers"}, "in_order": {"body"},
    "in_redirect": {"headers"}, "in_picture": {"body"}, "in_work": {"queries"},
}  # fmt: skip


@pytest.mark.slow
def test_a_leak_of_any_kind_is_found(cast, walks):
    names = [view.__name__ for view in leaky.LEAKS]
    with override_settings(ROOT_URLCONF="tests.portal.sealing.leaky"):
        one, other = walks(ground(cast), [said(0), said(1)], only=names)
    told = {name: set(parts) for (name, _, _), parts in differences(one, other).items()}
    assert told.keys() == TOLD.keys()
    assert all(TOLD[name] <= parts for name, parts in told.items())
    found = [(kind, needle) for each in said(0).values() for kind, needle in each.needles.items()]
    assert leaks(one, found) == {"in_body": {"score"}, "in_picture": {"map"}}


@pytest.mark.slow
def test_a_route_that_the_walk_does_not_know_stops_it(cast, walks):
    with override_settings(ROOT_URLCONF="tests.portal.sealing.unknown"), pytest.raises(NotWalked, match="gadgets"):
        walks(ground(cast), [said(0)])


def opened(made):
    """The walker opens the suggestion of the read that they have locked."""
    reveal(read=Read.objects.get(case=made.cases["second-locked"]), actor=made.ground.walker)


def signed(made):
    """And signs the report."""
    opened(made)
    case = made.cases["second-locked"]
    confirm(read=Read.objects.get(case=case), actor=made.ground.walker)
    sign(case=case, actor=made.ground.walker, text="Signed words.")


@pytest.mark.slow
def test_after_the_reveal_the_same_walk_finds_the_suggestion(cast, walks):
    base = ground(cast)
    one, other = walks(base, [said(0), said(1)], then=opened, names=("second-locked",))
    needles = list(said(0)["second-locked"].needles.items())
    found = leaks(one, needles)
    assert found["case-manifest"] == found["api-run"] == {"score", "text", "words", "outline", "similar"}
    assert found["api-saliency"] == {"map"}
    assert {"case-manifest", "exam-manifest", "api-run", "api-runs", "api-saliency", "read-panel"} <= {
        name for name, _, _ in differences(one, other)
    }
    (late,) = walks(
        base, [said(0)], then=signed, names=("second-locked",), only=("report", "report-pdf", "report-api-detail")
    )
    assert leaks(late, needles).keys() == {"report", "report-pdf", "report-api-detail"}
