"""Every page that there is, dark and light: axe finds nothing, nothing scrolls sideways, no script fails."""

from __future__ import annotations

import pytest
from django.db import connection

from portal.analysis.models import Release
from portal.exams.models import Exam
from portal.practices.models import Invitation, Membership, Role
from portal.practices.tokens import hash_of
from portal.reading.outcome_table import TEMPLATE
from portal.reading.outcome_trial import try_table
from portal.reading.services.meet import keep_minutes, open_item
from tests.browser.conftest import PATIENCE
from tests.browser.one_at_a_time import Turns
from tests.browser.test_pages import Visitor
from tests.portal.practices.test_hostile import OBJECTS, things  # noqa: F401 (a fixture)
from tests.portal.practices.test_routes import routes
from tests.portal.reading.meeting_story import a_discordant_case, a_meeting

pytestmark = pytest.mark.browser

PAGES = {  # route: who opens it there, and its address
    "home": ("alice", ""),
    "account": ("rosa", "account/"),
    "own-hanging": ("rosa", "account/hanging/"),
    "display": ("rosa", "account/display/"),
    "practice": ("ada", "practice/"),
    "practice-hanging": ("ada", "practice/hanging/"),
    "members": ("ada", "members/"),
    "member": ("ada", "members/{members}/"),
    "invite": ("ada", "members/invite/"),
    "trail": ("otto", "audit/"),
    "exams": ("alice", "exams/"),
    "exam": ("alice", "exams/{exams}/"),
    "upload": ("alice", "exams/upload/"),
    "release": ("alice", "releases/{releases}/"),
    "worklist": ("cora", "cases/"),
    "case-new": ("alice", "cases/new/?exam={exams}"),
    "case": ("cora", "cases/{cases}/"),
    "case-share": ("alice", "cases/{cases}/share/"),
    "readers": ("cora", "readers/"),
    "protocols": ("ada", "protocols/"),
    "outcomes": ("cora", "outcomes/"),
    "outcome-table": ("cora", "outcomes/tables/{tables}/"),
    "effect": ("ada", "effect/"),
    "training-set": ("ada", "training-set/"),
    "meetings": ("cora", "meetings/"),
    "meeting-new": ("cora", "meetings/new/"),
    "meeting": ("cora", "meetings/{meetings}/"),
    "meeting-minutes": ("rosa", "meetings/{meetings}/cases/{met}/minutes/"),
    "lexicons": ("rosa", "lexicons/"),
    "lexicon": ("rosa", "lexicons/overread-1/"),
    "report": ("rosa", "reports/{reports}/"),
    "report-addendum": ("rosa", "reports/{reports}/addendum/"),
    "batches": ("cora", "batches/"),
    "batch-new": ("cora", "batches/new/"),
    "batch": ("cora", "batches/{batches}/"),
    "invitation": (None, "invitations/a-key-for-this-test/"),
    "account_login": (None, "accounts/login/"),
    "account_reset_password": (None, "accounts/password/reset/"),
    "account_reset_password_done": (None, "accounts/password/reset/done/"),
    "account_reset_password_from_key_done": (None, "accounts/password/reset/key/done/"),
    "account_inactive": (None, "accounts/inactive/"),
    "account_logout": ("rosa", "accounts/logout/"),
    "account_reauthenticate": ("rosa", "accounts/reauthenticate/"),
}
WITH_PIXELS = {"case-view", "exam-view", "report-write"}  # test_pages opens them on a real exam
PEOPLE = sorted({str(who) for who, _ in PAGES.values()})


@pytest.fixture
def rich(cast, things):  # noqa: F811
    """Ids of one of everything; guests are invited here, and somebody has a link to join."""
    cast.northside.settings = {"sharing": "clinician"}
    cast.northside.save(update_fields=["settings"])
    Invitation.objects.filter(pk=things["invitations"]).update(key_hash=hash_of("a-key-for-this-test"))
    lines = f"{TEMPLATE}{Exam.objects.get(pk=things['exams']).accession},,L,malignant,pathology,1\n"
    table = try_table(practice=cast.northside, data=lines.encode(), actor=cast.cora)
    return {**things, **_met(cast), "releases": Release.objects.get().pk, "tables": table.pk}


def _met(cast):
    """A meeting that discusses a case, with minutes in two versions; another case waits for one."""
    case, _ = a_discordant_case(cast), a_discordant_case(cast, at=1)
    meeting = a_meeting(cast, case)
    item = meeting.agenda.get()
    open_item(meeting=meeting, item=item, actor=cast.rosa)
    item.refresh_from_db()
    for version, text in enumerate(("A summation.", "A summation: not seen on the MLO.")):
        keep_minutes(item=item, actor=cast.rosa, text=text, version=version)
    return {"meetings": meeting.pk, "met": case.pk}


@pytest.fixture
def visitor_of(live_server, cast, chromium, shot, monkeypatch):
    """`visitor_of("rosa")`: a window in which that person is signed in; None: nobody."""
    contexts, turns = [], Turns(monkeypatch)

    def opened(who):
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=live_server.url)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if who:
            session = cast.client(who).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return Visitor(context.new_page(), shot)

    yield opened
    for context in contexts:
        context.close()
    turns.wait()
    assert not connection.in_atomic_block, "a request has left a transaction open"


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_of_this_person(visitor_of, rich, who):
    at = visitor_of(None if who == "None" else who)
    for name, (opens, path) in PAGES.items():
        if str(opens) == who:
            at.visit(f"page-{name}", "/" + path.format(**rich))


def test_no_page_is_left_out(cast, rich):
    """Whatever answers a person who holds every role with a whole page is in the list above."""
    for role in Role.values:
        Membership.objects.get_or_create(user=cast.rosa, practice=cast.northside, role=role)
    client = cast.client("rosa")
    named = {pattern.name: route for route, pattern in routes() if not route.startswith(("api/", "dicomweb"))}
    plain = {name: route for name, route in named.items() if "<" not in route and "(" not in route}
    pages = [each for each in OBJECTS if not each.startswith(("api/", "dicomweb"))]
    cases = (rich["cases"], rich["met"])
    asked = [*plain.values(), *(each.format(**{**rich, "cases": case}) for each in pages for case in cases)]
    missing = {}
    for path in asked:
        answer = client.get(f"/{path}")
        whole = answer.status_code == 200 and not answer.streaming and b"<!doctype html" in answer.content[:200].lower()
        if whole and answer.resolver_match.url_name not in {*PAGES, *WITH_PIXELS}:
            missing[answer.resolver_match.url_name] = path
    assert missing == {}
    assert set(PAGES) <= set(named)
