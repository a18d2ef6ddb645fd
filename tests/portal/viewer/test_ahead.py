"""Looking ahead: a reader's next case, if it is theirs already, sends its pixels early; the trail says that nobody has opened it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.audit.models import Event
from portal.cases.claims import claim, release
from portal.cases.models import Assignment
from portal.cases.neighbours import KEPT
from portal.cases.services import withdraw
from portal.exams.models import Exam, Image
from portal.wado_proxy import views
from tests.portal.cases.story import LEAKS, a_case, a_locked_read, a_run, benign
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.django_db
ACCEPT = {"Accept": "image/jphc; transfer-syntax=*"}


@pytest.fixture
def cases(cast):
    """Three cases, the first of which presses most; Rosa has taken the first two."""
    now = timezone.now()
    made = [
        a_case(file_exam(cast.northside), cast.alice, due_at=now + timedelta(days=at + 1)) for at in range(3)
    ]  # fmt: skip
    for case in made[:2]:
        claim(case=case, user=cast.rosa)
    return made


def ahead(client, case):
    answer = client.get(f"/api/v1/cases/{case.pk}/ahead/")
    assert answer.status_code == 200
    return answer.json()


def fetched(client, told, **headers):
    return client.get(told["ahead_url"], headers=ACCEPT | headers)


def trail(*verbs):
    return list(Event.objects.filter(verb__in=verbs).order_by("sequence"))


def test_the_next_case_that_one_has_taken_is_named_with_its_first_images(cast, cases):
    told = ahead(cast.client("rosa"), cases[0])
    assert told["case"] == str(cases[1].pk)
    images = [Image.objects.get(pk=one["id"]) for one in told["images"]]
    assert [f"{image.laterality} {image.view}" for image in images] == ["R CC", "L CC", "R MLO", "L MLO"]
    assert {image.exam_id for image in images} == {cases[1].exam_id}
    assert [one["bytes"] for one in told["images"]] == [2 * 256 * 192] * 4


def test_what_it_says_is_how_to_decode_and_no_more(cast, cases):
    a_run(cases[1].exam)
    answer = cast.client("rosa").get(f"/api/v1/cases/{cases[0].pk}/ahead/")
    known = {
        "id",
        "rows",
        "columns",
        "frames",
        "photometric",
        "transfer_syntax",
        "rescale",
        "frame_urls",
        "ahead_url",
        "bytes",
    }
    assert {name for one in answer.json()["images"] for name in one} == known
    assert not [leak for leak in LEAKS if leak in answer.content.decode()]
    assert answer.headers["Cache-Control"] == "no-store"


def test_looking_ahead_opens_and_takes_nothing(cast, cases):
    client = cast.client("rosa")
    before = Event.objects.count(), list(Assignment.objects.values_list("pk", "member", "claim_until"))
    ahead(client, cases[0])
    assert (Event.objects.count(), list(Assignment.objects.values_list("pk", "member", "claim_until"))) == before


def test_a_frame_sent_ahead_is_in_the_trail_as_that_and_not_as_viewed(cast, cases):
    client = cast.client("rosa")
    one = ahead(client, cases[0])["images"][0]
    answer = fetched(client, one)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"\xff\x4f")
    [event] = trail("image.sent-ahead", "image.viewed", "exam.opened")
    assert (event.verb, event.actor_id, event.detail["frames"]) == ("image.sent-ahead", str(cast.rosa.pk), [1])
    assert (event.exam_id, event.case_id) == (str(cases[1].exam_id), str(cases[1].pk))


def test_once_the_case_is_opened_the_same_bytes_are_asked_for_by_their_tag_and_are_viewed(cast, cases):
    client = cast.client("rosa")
    one = ahead(client, cases[0])["images"][0]
    tag = fetched(client, one).headers["ETag"]
    client.get(f"/cases/{cases[0].pk}/next/?images", follow=True)
    again = client.get(one["frame_urls"][0], headers=ACCEPT | {"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    verbs = [event.verb for event in trail("image.sent-ahead", "image.viewed", "exam.opened")]
    assert verbs == ["image.sent-ahead", "exam.opened", "image.viewed"]


def test_the_event_is_written_before_the_first_byte_or_nothing_is_sent(cast, cases, monkeypatch):
    client = cast.client("rosa")
    client.raise_request_exception = False
    one = ahead(client, cases[0])["images"][0]

    def lost(**_):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(views, "record", lost)
    assert fetched(client, one).status_code == 500


def lapsed(cast, cases):
    Assignment.objects.filter(case=cases[1]).update(claim_until=timezone.now() - timedelta(seconds=1))


def anothers(cast, cases):
    Assignment.objects.filter(case=cases[1]).update(member=cast.rufus)


TAKEN_AWAY = {
    "given back": lambda cast, cases: release(case=cases[1], actor=cast.rosa),
    "withdrawn": lambda cast, cases: withdraw(case=cases[1], actor=cast.alice, because="Asked twice"),
    "given to another": anothers,
    "taken too long ago": lapsed,
    "done": lambda cast, cases: Assignment.objects.filter(case=cases[1]).update(done_at=timezone.now()),
}


@pytest.mark.parametrize("why", TAKEN_AWAY)
def test_what_is_no_longer_in_ones_hands_is_neither_named_nor_sent(cast, cases, why):
    client = cast.client("rosa")
    one = ahead(client, cases[0])["images"][0]
    TAKEN_AWAY[why](cast, cases)
    assert ahead(client, cases[0]) == {"case": None, "images": []}
    assert fetched(client, one).status_code == 409
    assert trail("image.sent-ahead", "image.viewed") == []


def look_at(client, kept):
    session = client.session
    session[KEPT] = kept
    session.save()


def test_what_nobody_has_taken_is_not_looked_at(cast, cases):
    client = cast.client("rosa")
    assert [ahead(client, case)["case"] for case in cases[1:]] == [None, None]
    look_at(client, "tab=pool")
    assert [ahead(client, case)["case"] for case in cases] == [None] * 3


@pytest.mark.parametrize("kept", ["", "tab=mine", "tab=urgent", "tab=mine&sort=-opened", "tab=nonsense", "tab=pool"])
def test_where_it_names_a_case_the_key_leads_there(cast, cases, kept):
    client = cast.client("rosa")
    look_at(client, kept)
    named = {case.pk: found for case in cases if (found := ahead(client, case)["case"])}
    for here, there in named.items():
        assert client.get(f"/cases/{here}/next/?images").url == f"/cases/{there}/view/"
    assert bool(named) == (kept not in ("tab=pool", "tab=urgent"))


def test_only_the_next_case_is_sent_ahead(cast, cases):
    client = cast.client("rosa")
    own = client.get(f"/api/v1/cases/{cases[0].pk}/manifest/").json()["images"][0]["frame_urls"][0]
    for here in cases:
        assert client.get(f"{own}?ahead={here.pk}", headers=ACCEPT).status_code == 409
    for nothing in ("", "x", "0" * 400):
        assert client.get(f"{own}?ahead={nothing}", headers=ACCEPT).status_code == 404
    assert trail("image.sent-ahead", "image.viewed") == []


@pytest.mark.parametrize(("who", "code"), [("charlie", 404), ("otto", 404), ("alice", 200), ("rufus", 200)])
def test_strangers_find_nothing_and_colleagues_no_case_of_another_reader(cast, cases, who, code):
    answer = cast.client(who).get(f"/api/v1/cases/{cases[0].pk}/ahead/")
    assert answer.status_code == code
    if code == 200:
        assert answer.json() == {"case": None, "images": []}


def test_the_order_of_the_list_decides_and_a_suggestion_does_not(cast, cases):
    client = cast.client("rosa")
    told = [ahead(client, case) for case in cases]
    for case in cases:
        a_run(case.exam)
    a_locked_read(a_case(file_exam(cast.northside), cast.alice), cast.rufus, benign())
    assert [ahead(client, case) for case in cases] == told


def test_images_that_are_not_ready_or_not_whole_in_one_frame_are_left_out(cast, cases):
    images = list(Image.objects.filter(exam=cases[1].exam).order_by("created_at", "pk"))
    Image.objects.filter(pk=images[0].pk).update(transcoding="waiting")
    Image.objects.filter(pk=images[1].pk).update(frames=30)
    told = ahead(cast.client("rosa"), cases[0])["images"]
    assert [one["id"] for one in told] == [str(image.pk) for image in images[2:]]
    Exam.objects.filter(pk=cases[1].exam_id).update(modality="US")
    assert ahead(cast.client("rosa"), cases[0]) == {"case": str(cases[1].pk), "images": []}
