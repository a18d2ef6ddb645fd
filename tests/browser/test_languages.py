"""The portal in German and in Spanish, as its people meet it: said in one language, nothing cut off, usable by everybody."""

from __future__ import annotations

import copy
import io
import json
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from celery import Task
from django.db import connection

from inference import phantom
from inference.suggestion import UNSUPPORTED, WHY
from portal.analysis.models import ImageResult, Run
from portal.cases.services import Request, open_case
from portal.exams.models import Exam
from portal.exams.tasks import transcode_image
from portal.intake.services import close_submission, open_submission, receive
from portal.practices.models import User
from portal.reading.services.decide import confirm
from portal.reading.services.draft import begin, save_draft
from portal.reading.services.lock import lock
from portal.reading.services.reveal import reveal
from portal.reading.services.sign import sign
from tests.browser.conftest import PATIENCE
from tests.browser.one_at_a_time import Turns
from tests.browser.test_pages import RULES
from tests.browser.test_story import images_are_drawn
from tests.browser.words_on_screen import look
from tests.portal.cases.story import RESULT, a_run, suspicious

pytestmark = pytest.mark.browser

SIZES = ({"width": 1366, "height": 768}, {"width": 1920, "height": 1080})
NAMES = ("For Presentation",)  # as DICOM calls it
QUESTION = {"de": "Mikrokalk rechts?", "es": "¿Nódulo nuevo?"}
RUN = {  # as `inference` writes it, in English
    **copy.deepcopy(RESULT),
    "reasons": [{"code": "view_missing", "text": "LMLO missing: the left breast was read without its MLO view."}],
    "explanation": "No region reaches the level from which the model outlines one.",
    "suggestion": {
        "category": None, "interval": [0.7, 0.95], "abstained": True, "because": "unsupported",
        "text": UNSUPPORTED.format(category="4B", why=WHY["intermediate"]),
    },
}  # fmt: skip


@pytest.fixture
def exam(cast, monkeypatch):
    """A woman's exam with pixels. No worker is there, and nothing waits for a broker that is not there either."""
    monkeypatch.setattr(Task, "apply_async", lambda *_, **__: None)
    submission = open_submission(practice=cast.northside, sender=cast.alice, way="browser")
    for number, (side, view) in enumerate((side, view) for side in "RL" for view in ("CC", "MLO")):
        data = phantom.dicom(
            laterality=side, view=view, rows=320, cols=256, seed=number, PatientID="MRN-77", StudyInstanceUID="1.2.3.4",
            StudyDate="20200304", PatientBirthDate="19600102",
        )  # fmt: skip
        receive(file=io.BytesIO(data), name=f"{side}{view}.dcm", submission=submission, sender=cast.alice)
    close_submission(submission)
    made = Exam.objects.get(practice=cast.northside)
    for image in made.images.all():
        transcode_image(str(image.pk))
    return made


@pytest.fixture
def case(cast, exam, language):
    """Rosa's case on it, urgent, with facts and a first opinion."""
    Run.objects.filter(exam=exam).delete()
    run = a_run(exam)
    Run.objects.filter(pk=run.pk).update(result=RUN)
    note = {"code": "partial_view", "text": "Read with care: the header says that only a part of the breast is shown."}
    for image in exam.images.all():
        told = {"scored": True, "malignancy": 0.3, "reasons": [note], "findings": []}
        ImageResult.objects.create(run=run, image=image, scored=True, malignancy=0.3, result=told)
    asked = Request(
        question=QUESTION[language], urgency="urgent", first_opinion={"category": {"R": "2", "L": "4A"}, "recall": True},
        facts={"age": 60, "symptoms": ["lump"], "symptom_side": "L", "family": "first"},
        due_at=datetime(2099, 3, 1, 14, 5, tzinfo=UTC),
    )  # fmt: skip
    return open_case(exam=exam, asked=asked, actor=cast.alice)


class Window:
    """One browser window in which people take turns; `wrong` gathers what is found on each page."""

    def __init__(self, context, cast, turns, language):
        self.context, self.cast, self.turns, self.language = context, cast, turns, language
        self.page = context.new_page()
        self.wrong, self.errors = {}, []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def be(self, who):
        """Whose window it is from now on."""
        self.rest()
        session = self.cast.client(who).cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.base}])

    def rest(self):
        """Leave the page, so that the test may change what it shows."""
        self.page.goto("about:blank")
        self.turns.wait()

    def visit(self, name, path, drawn=False):
        """Open the page and look at it."""
        answer = self.page.goto(self.base + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        if drawn:
            images_are_drawn(self.page)
        self.page.wait_for_load_state("networkidle")
        self.look(name)

    def look(self, name):
        """Gather what is wrong with the page as it stands."""
        found = look(self.page, NAMES)
        lang = self.page.evaluate("() => document.documentElement.lang")
        axe = Axe().run(self.page, options=RULES).response["violations"]
        found |= {"lang": lang} if lang != self.language else {}
        found |= {"axe": [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in axe]} if axe else {}
        found |= {"errors": list(self.errors)} if self.errors else {}
        self.wrong |= {name: found} if found else {}


@pytest.fixture
def window(live_server, cast, chromium, monkeypatch, language):
    """A window whose people have chosen the language."""
    User.objects.update(language=language)
    turns = Turns(monkeypatch)
    context = chromium.new_context(viewport=SIZES[0], locale="en-GB")
    context.set_default_timeout(PATIENCE)
    window = Window(context, cast, turns, language)
    window.base = live_server.url
    yield window
    context.close()
    turns.wait()
    assert not connection.in_atomic_block, "a request has left a transaction open"


@pytest.mark.parametrize("language", ["de", "es"])
def test_the_way_of_a_case(window, cast, case, exam):
    at = f"/cases/{case.pk}/"
    window.be("alice")
    window.visit("upload", "/exams/upload/")
    window.visit("exam", f"/exams/{exam.pk}/")
    window.be("rosa")
    window.visit("worklist", "/cases/")
    window.visit("case", at)
    window.rest()
    read = begin(case=case, user=cast.rosa)
    read = save_draft(read=read, version=read.version, data=suspicious())
    window.visit("form", f"{at}view/", drawn=True)
    window.rest()
    read.refresh_from_db()
    read = lock(read=read, actor=cast.rosa, version=read.version)
    window.visit("locked", f"{at}view/", drawn=True)
    window.rest()
    reveal(read=read, actor=cast.rosa)
    window.visit("revealed", f"{at}view/", drawn=True)
    window.rest()
    confirm(read=read, actor=cast.rosa)
    window.visit("report-write", f"{at}report/")
    window.rest()
    report = sign(case=case, actor=cast.rosa, text="Signed words.", without_pictures=True)
    window.visit("report", f"/reports/{report.pk}/")
    window.visit("account", "/account/")
    window.visit("hanging", "/account/hanging/")
    window.be("ada")
    window.visit("members", "/members/")
    window.be("otto")
    window.visit("audit", "/audit/")
    assert window.wrong == {}, json.dumps(window.wrong, indent=1, ensure_ascii=False)


PLANTED = """<html lang="de"><head><title>Fall</title></head><body style="width: 300px">
  <p>Die Liste</p><p lang="en">This is said to be English.</p><code>read the code</code>
  <button style="width: 40px; white-space: nowrap" id="spills">Befundung festschreiben</button>
  <div style="width: 40px; overflow: hidden; white-space: nowrap">Wiedereinbestellung</div>
  <div style="width: 40px; overflow: hidden; white-space: nowrap" title="Wiedereinbestellung">Wiedereinbestellung</div>
  <span style="width: 1px; overflow: hidden" class="visually-hidden">Nur für Vorlesende, in einer Zeile</span>
  <select style="width: 60px"><option>Alle</option></select>{select}
  <button style="width: 200px" aria-label="Search the list">Suchen</button><i title="Nächster Fall"></i>{more}</body></html>"""


def test_the_look_finds_what_it_is_for(chromium):
    with chromium.new_context(viewport={"width": 1366, "height": 768}) as context:
        page = context.new_page()
        page.set_content(PLANTED.replace("{more}", "").replace("{select}", ""))
        found = look(page)
        assert set(found) == {"english", "cut off"}
        assert set(found["english"]) == {"Search the list"}
        assert [each.split(">")[1].strip() for each in found["cut off"]] == [
            "Befundung festschreiben",
            "Wiedereinbestellung",
        ]
        page.set_content(
            PLANTED.replace("{select}", "<select style='width: 60px'><option>Wartet auf Voraufnahme</option></select>")
        )
        assert len(look(page)["cut off"]) == 3
        page.set_content(
            PLANTED.replace("{select}", "").replace("{more}", '<hr style="width: 2000px"><p>Nobody waits</p>')
        )
        found = look(page)
        assert found["scrolls sideways by"] > 0 and "Nobody waits" in found["english"]
        assert look(page, ("Nobody waits", "Search the list")).keys() == {"cut off", "scrolls sideways by"}
