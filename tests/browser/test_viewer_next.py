"""On to the next case without leaving the page: its pixels are there already, the trail says what was sent and what was opened, and nothing of the old case goes on."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from portal.audit.models import Event
from portal.cases.services import withdraw
from portal.reading.models import Read
from portal.reading.services.draft import begin
from tests.browser.conftest import PATIENCE
from tests.browser.one_at_a_time import Turns
from tests.browser.viewer_page import ViewerPage
from tests.portal.cases.story import a_case
from tests.portal.viewer.filing import file_exam

pytestmark = pytest.mark.browser

# How many listen to the page's own objects; what a signal or `once` ends is not counted any more.
COUNT = """
window.listening = 0;
for (const target of [window, document]) {
  const add = target.addEventListener.bind(target);
  target.addEventListener = (type, run, options) => {
    if (!String(type).startsWith("overread") && !["keydown", "pagehide", "online", "offline", "pointerdown"].includes(type)) return add(type, run, options);
    window.listening += 1;
    options?.signal?.addEventListener("abort", () => (window.listening -= 1));
    return add(type, run, options);
  };
}
"""


@pytest.fixture
def cases(cast):
    """Three cases that Rosa has begun to read, the first of which presses most."""
    now = timezone.now()
    made = [a_case(file_exam(cast.northside), cast.alice, due_at=now + timedelta(days=at + 1)) for at in range(3)]
    for case in made:
        begin(case=case, user=cast.rosa)
    return made


@pytest.fixture
def desk(live_server, cast, chromium, monkeypatch, cases):
    """Rosa's window, with the first case open and the next one's frames there."""
    turns = Turns(monkeypatch)
    with ViewerPage(chromium, SimpleNamespace(url=live_server.url), base_url=live_server.url) as desk:
        desk.context.set_default_timeout(PATIENCE)
        session = cast.client("rosa").cookies["sessionid"].value
        desk.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        desk.page.add_init_script(COUNT)
        desk.page.goto(f"/cases/{cases[0].pk}/view/")
        drawn(desk, cases[0])
        desk.until(lambda: desk.state()["ahead"] == 4)
        desk.page.evaluate("() => window.stays = true")
        yield desk
    turns.wait()
    assert not connection.in_atomic_block, "a request has left a transaction open"


def images_of(case):
    return {str(pk) for pk in case.exam.images.values_list("pk", flat=True)}


def drawn(desk, case):
    """Wait until all of the case's images are on the screen."""
    desk.until(lambda: {pane["image"] for pane in desk.panes()} == images_of(case))
    desk.until(lambda: all(pane["drawn"] for pane in desk.panes()))
    desk.settle()


def frames_of(answers, case):
    """(status, address) of the answers about the case's frames."""
    return [each for each in answers if f"/studies/{case.exam.study_uid}/" in each[1] and "/frames/" in each[1]]


def watched(desk):
    """Every answer from now on: (status, address)."""
    answers = []
    desk.page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    return answers


def trail(case):
    """What the trail says of the case's exam after its read was begun."""
    verbs = ("image.sent-ahead", "exam.opened", "image.viewed")
    return list(Event.objects.filter(exam_id=case.exam_id, verb__in=verbs).order_by("sequence").values_list("verb", flat=True))  # fmt: skip


def go_on(desk, key=")"):
    desk.page.keyboard.press(key)


def test_the_next_case_is_drawn_from_what_was_sent_ahead_and_the_trail_says_both(desk, cases):
    assert trail(cases[1]) == ["image.sent-ahead"] * 4
    answers = watched(desk)
    go_on(desk)
    drawn(desk, cases[1])
    assert desk.page.evaluate("() => window.stays")
    assert desk.page.url.endswith(f"/cases/{cases[1].pk}/view/")
    desk.until(
        lambda: desk.state() and len(frames_of(answers, cases[1])) == 4
    )  # answers are heard while the page is asked
    assert {status for status, _ in frames_of(answers, cases[1])} == {304}
    assert trail(cases[1]) == ["image.sent-ahead"] * 4 + ["exam.opened"] + ["image.viewed"] * 4
    assert cases[1].number in desk.page.locator("#viewer-title").inner_text()
    assert cases[1].number in desk.page.title()
    assert desk.page.locator("body > [role=status]").inner_text() == f"Case {cases[1].number} is open"
    assert desk.page.evaluate("() => document.activeElement.dataset.image") in images_of(cases[1])
    assert desk.problems == []


def test_it_is_drawn_as_an_ordinary_opening_draws_it(desk, cases):
    go_on(desk)
    drawn(desk, cases[1])
    here = {pane["image"]: desk.pixels(pane["image"]) for pane in desk.panes()}
    desk.reload()
    assert desk.page.evaluate("() => window.stays ?? null") is None
    for image, pixels in here.items():
        assert pixels.max() > 100
        assert np.array_equal(pixels, desk.pixels(image))
    with desk.page.expect_event("load"):
        desk.page.evaluate("() => history.back()")
    drawn(desk, cases[0])


# What goes to the card, and what comes from it to the screen, from now on.
CARD = """() => {
  window.card = { drawn: {}, uploads: 0 };
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (source, ...rest) {
    const image = this.canvas.closest(".pane")?.dataset.image;
    if (image && source instanceof HTMLCanvasElement) window.card.drawn[image] = (window.card.drawn[image] ?? 0) + 1;
    return draw.call(this, source, ...rest);
  };
  for (const name of ["texImage2D", "texSubImage2D"]) {
    const upload = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...given) {
      if (given.at(-1) instanceof Uint16Array) window.card.uploads += 1;
      return upload.apply(this, given);
    };
  }
}"""


def test_the_card_has_the_next_pictures_before_the_key_and_draws_each_once(desk, cases):
    desk.until(lambda: desk.state()["prepared"] == 4)
    assert desk.page.locator(".pane").count() == 4  # those of the case that is read
    assert not desk.page.locator(".dock").is_visible()
    desk.page.evaluate(CARD)
    go_on(desk)
    drawn(desk, cases[1])
    assert desk.page.evaluate("() => window.card") == {"drawn": dict.fromkeys(images_of(cases[1]), 1), "uploads": 0}
    assert desk.page.locator(".dock canvas").count() == 0


def test_what_is_prepared_goes_when_the_next_case_does(desk, cases, cast):
    desk.until(lambda: desk.state()["prepared"] == 4)
    withdraw(case=cases[1], actor=cast.alice, because="Asked twice")
    withdraw(case=cases[2], actor=cast.alice, because="Asked twice")
    desk.page.evaluate("() => document.dispatchEvent(new CustomEvent('overread:refresh'))")
    desk.until(lambda: desk.state()["prepared"] == 0)
    assert desk.page.locator(".dock canvas").count() == 0


def test_nothing_of_the_case_before_goes_on(desk, cases):
    listening = desk.page.evaluate("() => window.listening")
    assert listening > 10
    for case in (cases[1], cases[2], cases[1]):
        go_on(desk, "(" if case == cases[1] and str(cases[2].pk) in desk.page.url else ")")
        drawn(desk, case)
    assert desk.page.evaluate("() => window.stays")
    assert desk.page.evaluate("() => window.listening") == listening
    answers = watched(desk)
    desk.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    desk.until(lambda: desk.state() and any("/manifest/" in address for _, address in answers))
    desk.press("i")
    assert [pane["grey"]["invert"] for pane in desk.panes()] == [True] * 4
    assert {re.search(r"cases/([0-9a-f-]+)/manifest", address)[1] for _, address in answers if "/manifest/" in address} == {str(cases[1].pk)}  # fmt: skip
    assert desk.page.locator(".pane").count() == 4
    assert desk.problems == []


def test_the_draft_is_saved_and_the_form_is_the_next_case_s(desk, cases):
    words = desk.page.get_by_label("In words")
    words.fill("Seen on the left.")
    desk.page.keyboard.press("Escape")
    go_on(desk)
    drawn(desk, cases[1])
    assert desk.page.evaluate("() => window.stays")
    assert Read.objects.get(case=cases[0]).body["text"] == "Seen on the left."
    assert words.input_value() == ""
    words.fill("Nothing on the left.")
    desk.until(lambda: re.match(r"Saved \d", desk.page.locator("#read-status").inner_text()))
    assert [Read.objects.get(case=case).body["text"] for case in cases] == [
        "Seen on the left.",
        "Nothing on the left.",
        "",
    ]


def test_what_cannot_be_saved_keeps_the_case_open(desk, cases):
    asked = []
    desk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.page.route("**/draft/", lambda route: route.abort())
    desk.page.get_by_label("In words").fill("Not to be lost.")
    desk.page.keyboard.press("Escape")
    go_on(desk)
    desk.until(lambda: desk.state() and asked == ["beforeunload"])
    assert desk.page.url.endswith(f"/cases/{cases[0].pk}/view/")
    assert desk.page.get_by_label("In words").input_value() == "Not to be lost."
    assert trail(cases[1]) == ["image.sent-ahead"] * 4


def test_a_case_that_was_withdrawn_meanwhile_is_dropped(desk, cases, cast):
    withdraw(case=cases[1], actor=cast.alice, because="Asked twice")
    go_on(desk)
    drawn(desk, cases[2])
    assert desk.page.evaluate("() => window.stays")
    assert trail(cases[1]) == ["image.sent-ahead"] * 4
    assert trail(cases[2])[:1] == ["exam.opened"]


def test_after_the_last_case_the_list_comes_with_its_word(desk, cases):
    for case in cases[1:]:
        go_on(desk)
        drawn(desk, case)
    go_on(desk)
    desk.page.wait_for_url("**/cases/?*")
    assert "That was the last case of this list." in desk.page.locator("main").inner_text()


def test_the_second_window_goes_along(desk, cases):
    with desk.page.expect_popup() as popup:
        desk.page.keyboard.press("\\")
    second = desk.beside(popup.value)
    second.until(lambda: second.panes() and all(pane["drawn"] for pane in second.panes()))
    desk.page.bring_to_front()
    go_on(desk)
    drawn(desk, cases[1])
    second.page.wait_for_url(f"**/cases/{cases[1].pk}/view/?window=2")
    second.until(lambda: "in step" in second.page.locator(".strip-second").inner_text())
