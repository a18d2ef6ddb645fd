"""Comments: everybody on the case writes, and no blind reader learns an opinion or the suggestion from one."""

from uuid import uuid4

import pytest

from portal.audit.models import Event
from portal.practices.models import Membership, User
from portal.practices.services.people import remove_member
from portal.reading.models import Comment
from portal.reading.services.decide import confirm
from portal.reading.services.draft import begin
from portal.reading.services.reveal import reveal
from portal.reading.services.show import open_report
from portal.reading.services.sign import sign
from tests.portal.cases.story import a_case, a_locked_read, a_run, an_exam, benign, send, suspicious

WORDS = "Was she operated on the left?"


@pytest.fixture
def case(cast):
    exam = an_exam(cast.northside, cast.alice)
    a_run(exam)
    return a_case(exam, cast.alice, protocol="double-reading")


def say(cast, case, who, text=WORDS, code=201, **more):
    answer = send(cast.client(who), "post", f"/api/v1/cases/{case.pk}/comments/", {"text": text, **more})
    assert answer.status_code == code, answer.content
    return answer.json()


def seen(cast, case, who):
    """The texts that reach this person by the API; the page must say the same."""
    client = cast.client(who)
    texts = [each["text"] for each in client.get(f"/api/v1/cases/{case.pk}/comments/").json()]
    page = client.get(f"/cases/{case.pk}/").content.decode()
    on_page = page.split('id="comments"')[1].split("</section>")[0]
    assert all(text in on_page for text in texts)
    hidden = [each.text for each in Comment.objects.filter(case=case) if each.text not in texts]
    assert not [text for text in hidden if text in page]
    return texts


@pytest.mark.parametrize("who, code", [("charlie", 404), ("otto", 404), ("ada", 404), (None, 401)])
def test_strangers_neither_read_nor_write(cast, case, who, code):
    say(cast, case, who, code=code)
    assert cast.client(who).get(f"/api/v1/cases/{case.pk}/comments/").status_code == code
    assert Comment.objects.count() == 0


def test_a_clinicians_words_reach_everybody_on_the_case(cast, case):
    say(cast, case, "alice", "She was operated in 2012.")
    for who in ("alice", "rosa", "rufus", "cora"):
        assert seen(cast, case, who) == ["She was operated in 2012."]


@pytest.mark.parametrize("locked", [False, True])
def test_a_readers_words_reach_no_other_reader_before_the_opinions_open(cast, case, locked):
    begin(case=case, user=cast.rosa)
    if locked:
        a_locked_read(case, cast.rosa, suspicious())
    say(cast, case, "rosa")
    assert seen(cast, case, "rufus") == []
    for who in ("rosa", "alice", "cora"):
        assert seen(cast, case, who) == [WORDS]


def test_a_clinician_who_also_reads_counts_as_a_reader(cast, case):
    Membership.objects.create(user=cast.alice, practice=cast.northside, role="reader")
    say(cast, case, "rosa")
    assert seen(cast, case, "alice") == []


def test_the_answer_stays_in_the_readers_line_and_is_carried_to_nobody_else(cast, case):
    say(cast, case, "rosa")
    refused = say(cast, case, "alice", "Rosa asks about the left breast.", code=400)
    assert "everybody else may still read blind" in refused["errors"]["to"][0]
    say(cast, case, "alice", "No, on the right.", to=str(cast.rosa.pk))
    assert seen(cast, case, "rosa") == [WORDS, "No, on the right."]
    assert seen(cast, case, "rufus") == []
    say(cast, case, "alice", "This is for Rufus.", to=str(cast.rufus.pk))
    assert seen(cast, case, "rufus") == ["This is for Rufus."]


@pytest.mark.parametrize("who", ["rufus", "alice", "cora"])
def test_who_has_seen_the_suggestion_tells_nobody_before_the_report_is_signed(cast, case, who):
    read = a_locked_read(case, cast.rosa, benign())
    reveal(read=read, actor=cast.rosa)
    say(cast, case, "rosa", "The suggestion says 4C.")
    assert seen(cast, case, who) == []
    assert seen(cast, case, "rosa") == ["The suggestion says 4C."]


def agree(cast, case, *readers, body=benign):
    for reader in readers:
        read = a_locked_read(case, reader, body())
        reveal(read=read, actor=reader)
        confirm(read=read, actor=reader)


def test_after_signing_all_words_open_but_to_whom_may_still_read_the_exam_blind(cast, case):
    say(cast, case, "rosa")
    agree(cast, case, cast.rosa, cast.rufus)
    say(cast, case, "rufus", "I saw the outline as well.")
    report = sign(case=case, actor=cast.rosa, text="Signed words.")
    third = Membership.objects.create(user=cast.cora, practice=cast.northside, role="reader").user
    assert third == cast.cora
    both = [WORDS, "I saw the outline as well."]
    assert [seen(cast, case, who) for who in ("alice", "rosa", "rufus")] == [both] * 3
    assert seen(cast, case, "cora") == []
    open_report(report=report, user=cast.cora)
    assert seen(cast, case, "cora") == both


def test_the_arbiter_sees_every_word_and_tells_none(cast):
    case = a_case(an_exam(cast.northside, cast.alice), cast.alice, first_opinion={"recall": False})
    a_run(case.exam)
    say(cast, case, "rosa")
    agree(cast, case, cast.rosa, body=suspicious)
    begin(case=case, user=cast.rufus)
    assert seen(cast, case, "rufus") == [WORDS]
    say(cast, case, "rufus", "Rosa says 4B.")
    assert seen(cast, case, "alice") == [WORDS]


def test_who_gave_the_arbiters_place_back_still_tells_nobody(cast):
    from portal.cases.claims import release

    case = a_case(an_exam(cast.northside, cast.alice), cast.alice, first_opinion={"recall": False})
    read = a_locked_read(case, cast.rosa, suspicious())
    reveal(read=read, actor=cast.rosa, without=True)
    confirm(read=read, actor=cast.rosa)
    begin(case=case, user=cast.rufus)
    release(case=case, actor=cast.rufus)
    say(cast, case, "rufus", "Rosa says 4B.")
    assert seen(cast, case, "alice") == []


def test_somebody_is_mentioned_only_where_they_may_see_the_words(cast, case):
    refused = say(cast, case, "rosa", code=400, mentions=[str(cast.rufus.pk)])
    assert "must not see this comment" in refused["errors"]["mentions"][0]
    refused = say(cast, case, "rosa", code=400, mentions=[str(cast.charlie.pk)])
    assert "work with exams" in refused["errors"]["mentions"][0]
    refused = say(cast, case, "alice", code=400, to=str(cast.charlie.pk))  # of another practice: not even their name
    assert "Charlie" not in refused["errors"]["to"][0] and "reader of this practice" in refused["errors"]["to"][0]
    assert Comment.objects.count() == 0
    say(cast, case, "rosa", mentions=[str(cast.alice.pk)])
    assert say(cast, case, "alice", "Yes.", to=str(cast.rosa.pk), mentions=[str(cast.rosa.pk)])["mentions"]


def news(cast, who):
    return cast.client(who).get("/cases/?tab=news").content.decode()


def test_a_comment_is_news_until_its_page_was_opened_and_shows_who_has_seen_it(cast, case):
    say(cast, case, "rosa", mentions=[str(cast.cora.pk)])
    assert case.number in news(cast, "alice") and case.number in news(cast, "cora")
    assert case.number not in news(cast, "rufus") and case.number not in news(cast, "rosa")
    cast.client("alice").get(f"/cases/{case.pk}/")
    assert case.number not in news(cast, "alice") and case.number in news(cast, "cora")
    shown = cast.client("rosa").get(f"/api/v1/cases/{case.pk}/comments/").json()
    assert shown[0]["seen_by"] == ["Alice"]
    cast.client("rufus").get(f"/cases/{case.pk}/")
    assert cast.client("rosa").get(f"/api/v1/cases/{case.pk}/comments/").json()[0]["seen_by"] == ["Alice"]


def test_an_answer_in_ones_line_is_news_to_its_reader_alone(cast, case):
    say(cast, case, "alice", "For you.", to=str(cast.rosa.pk))
    assert case.number in news(cast, "rosa") and case.number not in news(cast, "rufus")


def test_words_are_shown_as_text_and_the_trail_keeps_none_of_them(cast, case):
    text = "<script>alert(1)</script> & <b>bold</b>"
    say(cast, case, "alice", text)
    page = cast.client("rosa").get(f"/cases/{case.pk}/").content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page
    event = Event.objects.get(verb="comment.written")
    assert event.detail == {"line": "", "closed": False, "mentions": 0} and "script" not in str(event.__dict__)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 2001])
def test_empty_and_endless_words_are_refused(cast, case, text):
    say(cast, case, "alice", text, code=400)
    answer = cast.client("alice").post(f"/cases/{case.pk}/comments/", {"text": text}, follow=True)
    assert answer.status_code == 400 and "Write 1 to 2000 characters" in answer.content.decode()
    assert Comment.objects.count() == 0


def test_the_page_sends_a_comment_to_whom_it_is_for(cast, case):
    cast.client("alice").post(
        f"/cases/{case.pk}/comments/",
        {"text": "Only you.", "to": str(cast.rosa.pk), "mentions": [str(cast.rosa.pk), "x"]},
    )
    kept = Comment.objects.get()
    assert (kept.line, list(kept.mentions.all())) == (cast.rosa, [cast.rosa])
    cast.client("alice").post(f"/cases/{case.pk}/comments/", {"text": "Nobody.", "to": str(cast.cora.pk)})
    assert Comment.objects.count() == 1


def test_a_refused_comment_keeps_its_words_and_says_beside_the_field_what_is_wrong(cast, case):
    words = {"text": "Long words, well weighed.", "mentions": [str(cast.rufus.pk)]}
    answer = cast.client("rosa").post(f"/cases/{case.pk}/comments/", words)
    form = answer.content.decode().split('id="comment-text"')[1].split("</form>")[0]
    assert answer.status_code == 400 and "Long words, well weighed." in form and "must not see this comment" in form
    assert f'value="{cast.rufus.pk}" checked' in form and Comment.objects.count() == 0


def test_a_comment_mentions_fifty_people_at_most_at_every_door(cast, case):
    crowd = [str(uuid4()) for _ in range(51)]
    assert "mentions" in cast.client("alice").post(
        f"/api/v1/cases/{case.pk}/comments/", {"text": "All!", "mentions": crowd}, content_type="application/json"
    ).json()  # fmt: skip
    many = User.objects.bulk_create(User(email=f"c{n}@example.org", name=f"C {n}") for n in range(51))
    Membership.objects.bulk_create(Membership(user=one, practice=cast.northside, role="clinician") for one in many)
    words = {"text": "All!", "mentions": [str(one.pk) for one in many]}
    answer = cast.client("alice").post(f"/cases/{case.pk}/comments/", words)
    assert answer.status_code == 400 and "at most 50 people" in answer.content.decode()
    assert Comment.objects.count() == 0
    answer = cast.client("alice").post(f"/cases/{case.pk}/comments/", {**words, "mentions": words["mentions"][:50]})
    assert answer.status_code == 302 and Comment.objects.get().mentions.count() == 50


def test_who_is_nobody_here_is_refused_like_a_stranger(cast, case):
    for one in (str(uuid4()), str(cast.charlie.pk)):
        told = say(cast, case, "rosa", code=400, mentions=[one])["errors"]["mentions"]
        assert "work with exams" in told[0]
        assert "choose a reader" in say(cast, case, "alice", code=400, to=one)["errors"]["to"][0]


def test_words_for_one_who_is_no_longer_here_do_not_go_to_everybody(cast, case):
    remove_member(user=cast.rosa, practice=cast.northside, actor=cast.ada)
    answer = cast.client("alice").post(f"/cases/{case.pk}/comments/", {"text": "Only you.", "to": str(cast.rosa.pk)})
    assert answer.status_code == 400 and "choose a reader of this practice" in answer.content.decode()
    assert Comment.objects.count() == 0
