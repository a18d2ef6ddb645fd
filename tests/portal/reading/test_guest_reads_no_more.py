"""A guest who is no longer a reader at home: out at once, their place back in the pool, what they locked stays."""

import pytest
from django.utils import timezone

from portal.audit.models import Event
from portal.audit.verify import verify
from portal.cases.models import Assignment, Case, Share
from portal.practices.models import Membership
from portal.practices.services.people import remove_member, set_roles
from portal.reading.models import Read
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.leave import leave_those_over
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_locked_read, benign
from tests.portal.reading.guest_story import a_case_to_share, addresses, shared
from tests.portal.viewer.filing import file_image


@pytest.fixture
def case(cast):
    return a_case_to_share(cast)


def no_reader_at_home(cast, how):
    """Charlie reads no more in Southside: the role, the membership or the account is gone."""
    home, actor = cast.southside, cast.charlie
    if how == "role":
        set_roles(user=cast.charlie, practice=home, roles=["clinician"], actor=actor)
    elif how == "member":
        remove_member(user=cast.charlie, practice=home, actor=actor)
    else:
        type(actor).objects.filter(pk=actor.pk).update(is_active=False)


@pytest.mark.parametrize("how", ["role", "member", "account"])
def test_who_reads_no_more_at_home_gives_the_place_back_and_stays_out(cast, case, how):
    image = file_image(case.exam, "R", "CC", sop_uid="2.25.90001")
    pixels = f"/dicomweb/studies/{case.exam.study_uid}/series/{image.series_uid}/instances/{image.sop_uid}/frames/1"
    row = shared(cast, case)
    charlie, cora = cast.client("charlie"), cast.client("cora")
    assert charlie.get(pixels).status_code == 200
    charlie.get(f"/cases/{case.pk}/")
    read = begin(case=case, user=cast.charlie)
    save_draft(read=read, version=0, data=benign())
    no_reader_at_home(cast, how)
    out = {404} if how == "role" else {302, 401, 403, 404}  # who belongs nowhere is told that, at every address alike
    assert {charlie.get(url).status_code for url in [*addresses(case), pixels]} <= out
    shown = cora.get(f"/cases/{case.pk}/share/").content.decode()
    assert ">Over<" in shown and "Withdraw<" not in shown
    assert leave_those_over() == 1 and leave_those_over() == 0
    assert not Assignment.objects.filter(case=case).exclude(member=None).exists()
    assert case.number in cast.client("rosa").get("/cases/?tab=pool").content.decode()
    assert Read.objects.get(pk=read.pk).body["density"] == "B"
    ended = Event.objects.get(chain=str(cast.northside.pk), verb="case.share-ended")
    assert ended.detail["because"] == "reads-no-more"
    told = list(Event.objects.filter(chain=str(cast.northside.pk), case_id=str(case.pk)).values_list("verb", flat=True))
    assert {"case.shared", "case.share-opened", "read.begun", "case.released"} <= set(told)
    assert Event.objects.filter(chain=str(cast.southside.pk), verb="outside-case.ended").exists()
    for practice in (cast.northside, cast.southside):
        assert verify(str(practice.pk)).whole
    Membership.objects.get_or_create(user=cast.charlie, practice=cast.southside, role="reader")
    type(cast.charlie).objects.filter(pk=cast.charlie.pk).update(is_active=True)
    assert cast.client("charlie").get(f"/cases/{case.pk}/").status_code == 404  # asked anew, not by itself
    assert Share.objects.get(pk=row.pk).withdrawn_at


def test_who_reads_no_more_at_home_leaves_a_locked_read_that_stands(cast, case):
    shared(cast, case)
    read = a_locked_read(case, cast.charlie, benign())
    no_reader_at_home(cast, "role")
    assert leave_those_over() == 1
    read.refresh_from_db()
    assert read.decided_at and read.digest
    assert Case.objects.with_state().get(pk=case.pk).state == "to-sign"
    assert sign(case=case, actor=cast.rosa, text="Signed in the practice's name.").signed_by == cast.rosa


def test_nobody_learns_from_a_guest_who_never_came_that_they_read_no_more(cast, case):
    row, unknown = shared(cast, case), shared(cast, case, to="nobody@example.org")
    no_reader_at_home(cast, "role")
    assert cast.client("charlie").get(f"/cases/{case.pk}/").status_code == 404
    assert leave_those_over() == 0
    page = cast.client("cora").get(f"/cases/{case.pk}/share/").content.decode()
    assert page.count("Not opened yet") == 2
    assert not Event.objects.filter(verb="case.share-ended").exists()
    Share.objects.filter(pk__in=(row.pk, unknown.pk)).update(ends_at=timezone.now())
    assert leave_those_over() == 2


def test_a_reader_again_before_anybody_noticed_has_lost_nothing(cast, case):
    shared(cast, case)
    begin(case=case, user=cast.charlie)
    no_reader_at_home(cast, "role")
    set_roles(user=cast.charlie, practice=cast.southside, roles=["clinician", "reader"], actor=cast.charlie)
    assert leave_those_over() == 0
    assert cast.client("charlie").get(f"/cases/{case.pk}/").status_code == 200
