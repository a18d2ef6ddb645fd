"""The whole story with a real exam: handed in, analysed, read blind, locked, revealed, confirmed, signed, proven."""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.at_work import lock
from tests.browser.exams import anew, malignant
from tests.browser.tamper import tampered_event

pytestmark = [pytest.mark.browser, pytest.mark.whole_way, pytest.mark.xdist_group("stack")]

ANALYSED = 180_000  # ms that an analysis may take on a busy two-core machine
KEYS = re.compile(r"exam_score|score_band|triage|malignancy|polygon|saliency|interval")
MOMENT = re.compile(r"\d\d:\d\d:\d\d\.\d+")  # its fractions could spell any number
SECRETS = (
    "import json; from portal.analysis.models import Run; run = Run.objects.get(exam_id='{exam}'); "
    "scores = [run.exam_score, *run.image_results.values_list('malignancy', flat=True)]; "
    "print(json.dumps([run.result['suggestion']['text'], *[f'{{score:.3f}}' for score in scores]]))"
)


def hand_in(page, files):
    """Upload in the browser; returns the exam's id."""
    page.goto("/exams/upload/")
    page.wait_for_selector("html[data-intake=ready]")
    page.set_input_files("#intake-files", files)
    expect(page.locator("#intake-done")).to_be_visible()
    page.get_by_role("link", name="Open the exam").click()
    page.wait_for_url("**/exams/*-*/")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def ask(page):
    """Open a case on the exam that the page shows; returns the case's id."""
    page.get_by_role("link", name=re.compile("second opinion", re.IGNORECASE)).click()
    page.get_by_label("Clinical question").fill("Palpable lump in the right breast for two months?")
    page.get_by_label("Right breast").first.select_option("4B")
    page.get_by_label("Recall optional").select_option("yes")
    page.get_by_role("button", name="Open the case").click()
    page.wait_for_url("**/cases/*-*/")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def images_are_drawn(page):
    """Wait until the viewer has drawn all its panes; returns its state."""
    for _ in range(300):
        state = page.evaluate("() => window.overreadViewer ? window.overreadViewer.state() : null")
        if state and len(state["panes"]) == 4 and all(pane["drawn"] for pane in state["panes"]):
            return state
        page.wait_for_timeout(200)
    raise AssertionError(f"the images were not drawn: {state}")


def nothing_leaks(page, stack, exam, case):
    """A blind reader looks everywhere: pages, REST, manifests; nowhere is a word or a number of the suggestion."""
    request = page.context.request
    secrets = json.loads(stack.manage("shell", "-v0", "-c", SECRETS.format(exam=exam)).stdout)
    assert len(secrets) == 6
    assert all(secrets)
    for path in (f"/api/v1/cases/{case}/manifest/", f"/api/v1/exams/{exam}/manifest/"):
        manifest = request.get(path).json()
        assert manifest["results"] is None
        assert not KEYS.search(json.dumps(manifest))
    own = f"/api/v1/runs/?exam={exam}"  # the reader may know what other tests' cases have opened
    runs = request.get(own).json()["results"]
    assert runs
    assert all(run["result"] is None and run["sealed"] for run in runs)
    pages = (f"/cases/{case}/", f"/cases/{case}/view/", f"/exams/{exam}/", f"/exams/{exam}/view/", "/cases/", "/exams/")
    for path in (*pages, f"/api/v1/cases/{case}/", f"/api/v1/exams/{exam}/", own):
        body = MOMENT.sub("", request.get(path).text())
        assert [secret for secret in secrets if secret in body] == [], path
    for image in request.get(f"/api/v1/exams/{exam}/images/").json()["results"]:
        assert request.get(f"/api/v1/runs/{runs[0]['id']}/saliency/{image['id']}.png").status == 404


def fill_the_read(page):
    """A read by keyboard and click: dense breast, a suspicious mass on the right, recall."""
    panel = page.locator("#read-panel")
    panel.locator("[data-path=density] label", has_text="C").click()
    panel.locator("[data-path='breasts.R'] label", has_text="4B").click()
    panel.locator("[data-path='breasts.L'] label", has_text="1").first.click()
    panel.get_by_role("button", name="Add a finding").click()
    finding = panel.locator("#findings > li").first
    finding.get_by_label("Kind").select_option("mass")
    finding.get_by_label("Side").select_option("R")
    finding.get_by_label("Category").select_option("4B")
    finding.get_by_role("button", name="Mark on image").click()
    mark_an_ellipse(page, "R CC")
    expect(finding.get_by_role("button", name="ellipse on R CC", exact=True)).to_be_visible()
    panel.locator("[data-path=recall] label", has_text="Yes").click()
    panel.locator("[data-path=recall_sides] input[value=R]").check(force=True)
    panel.get_by_label("Next step").select_option("biopsy")
    panel.get_by_label("Compared with priors").select_option("none")
    panel.locator("[data-path=confidence] label", has_text="4").click()
    panel.get_by_label("In words").fill("Spiculated mass in the right breast, no other finding.")


def mark_an_ellipse(page, label):
    """Drag an ellipse over the middle of the pane with this label."""
    pane = next(p for p in page.evaluate("() => window.overreadViewer.state()")["panes"] if p["label"] == label)
    box = pane["box"]
    x, y = box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 40, steps=5)
    page.mouse.up()


def test_two_opinions_come_out_and_the_trail_proves_it(people, stack, shot, tmp_path):
    clinician, reader, auditor = people("clinician"), people("reader"), people("auditor")

    exam = hand_in(clinician, anew(malignant(), tmp_path))
    expect(clinician.locator("#run-progress[data-state=ready]")).to_be_visible(timeout=ANALYSED)
    shot(clinician, "exam")
    case = ask(clinician)
    shot(clinician, "case-open")

    reader.goto("/cases/?tab=pool&sort=-opened")  # by itself the list begins with what other tests left in hand
    shot(reader, "worklist")
    with reader.expect_navigation():
        reader.locator(f"tr[data-case='{case}'] a").click()
    reader.get_by_role("button", name=re.compile("read", re.IGNORECASE)).first.click()
    reader.wait_for_url("**/view/")
    images_are_drawn(reader)
    expect(reader.get_by_text("sealed until", exact=False).first).to_be_visible()
    shot(reader, "viewer-sealed")
    nothing_leaks(reader.context.new_page(), stack, exam, case)

    fill_the_read(reader)
    lock(reader)
    reader.get_by_role("button", name="Open the suggestion").click()
    expect(reader.get_by_role("button", name="Confirm my read")).to_be_visible()
    overlay_is_on_the_right_pixels(reader, case)
    shot(reader, "viewer-revealed")
    reader.get_by_role("button", name="Confirm my read").click()
    with reader.expect_navigation():
        reader.get_by_role("link", name="Write and sign the report").click()
    shot(reader, "report-draft")
    reader.get_by_label("Password").fill(stack.password("reader@demo.overread"))
    reader.get_by_role("button", name="Sign the report").click()
    reader.wait_for_url("**/reports/*/")
    expect(reader.get_by_text("Signed and unchanged")).to_be_visible()

    clinician.goto(f"/cases/{case}/")
    with clinician.expect_navigation():
        clinician.get_by_role("link", name="Open the report").first.click()
    expect(
        clinician.get_by_text("Suggestions come from a research model and are not a diagnosis.").first
    ).to_be_visible()
    shot(clinician, "report")

    auditor.goto(f"/audit/?case={case}")
    shot(auditor, "trail")
    the_trail_tells_it(stack, exam, case)


def overlay_is_on_the_right_pixels(page, case):
    """The saliency's brightest cell, and each region, lie where the image's own renderer draws those stored pixels."""
    manifest = page.context.request.get(f"/api/v1/cases/{case}/manifest/").json()
    found = [(image, of) for image, of in manifest["results"]["images"].items() if of.get("saliency")]
    assert found, "the release scored no image of a real exam"
    for image, of in found:
        answer = page.context.request.get(of["saliency"]["url"])
        assert answer.ok
        assert answer.headers["content-type"] == "image/png"
        for point in [brightest(answer.body(), of["saliency"]["cell"]), *map(middle, of["findings"])]:
            asked = [image, point]
            at = page.evaluate("([i, p]) => window.overreadViewer.storedToCanvas(i, p)", asked)
            own = page.evaluate("([i, p]) => window.overreadViewer.rendererToCanvas(i, p)", asked)
            assert abs(at[0] - own[0]) <= 0.5
            assert abs(at[1] - own[1]) <= 0.5
    the_overlay_paints(page, *hottest(page, found))


def hottest(page, found):
    """The image with the highest saliency of the exam, and that place in stored pixels."""
    maps = {image: page.context.request.get(of["saliency"]["url"]).body() for image, of in found}
    image = max(maps, key=lambda key: int(np.asarray(Image.open(io.BytesIO(maps[key]))).max()))
    return image, brightest(maps[image], dict(found)[image]["saliency"]["cell"])


def the_overlay_paints(page, image, point):
    """Switching the overlay on changes the screen where the saliency is highest, and leaves the air alone."""
    pane = next(
        pane for pane in page.evaluate("() => window.overreadViewer.state()")["panes"] if pane["image"] == image
    )
    x, y = page.evaluate("([i, p]) => window.overreadViewer.storedToCanvas(i, p)", [image, point])
    page.get_by_label("Hide below").fill("0")
    air = pane["box"]["width"] - 5 if pane["label"].startswith("L") else 4  # the edge away from the chest wall
    places = [
        (pane["box"]["x"] + x, pane["box"]["y"] + y),
        (pane["box"]["x"] + air, pane["box"]["y"] + pane["box"]["height"] / 3),
    ]
    before = [patch(page, *place) for place in places]
    page.get_by_role("button", name="Saliency", exact=True).click()
    for _ in range(30):
        page.wait_for_timeout(500)
        after = [patch(page, *place) for place in places]
        if np.abs(after[0] - before[0]).max() > 5:  # a faint map on an exam that the release hardly marks
            break
    assert np.abs(after[0] - before[0]).max() > 5
    assert np.abs(after[1] - before[1]).max() <= 2


def patch(page, x, y):
    """The 5 x 5 screen pixels around (x, y)."""
    clip = {"x": x - 2, "y": y - 2, "width": 5, "height": 5}
    return np.asarray(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")).astype(int)


def brightest(png, cell):
    """The stored pixel (x, y) in the middle of the brightest cell of a saliency map; the map is not empty."""
    values = np.asarray(Image.open(io.BytesIO(png)))
    assert values.max() > 0
    row, column = np.unravel_index(values.argmax(), values.shape)
    return [float(column * cell + (cell - 1) / 2), float(row * cell + (cell - 1) / 2)]


def middle(finding):
    """The middle (x, y) of a region's box, in stored pixels."""
    x0, y0, x1, y1 = finding["box"]
    return [(x0 + x1) / 2, (y0 + y1) / 2]


def the_trail_tells_it(stack, exam, case):
    """Each step stands in the trail once or more, in order; the chain holds, and one changed row breaks it."""
    listing = (
        "from portal.audit.models import Event; from django.db.models import Q; "
        f"print(*Event.objects.filter(Q(case_id='{case}') | Q(exam_id='{exam}')).order_by('id').values_list('verb', flat=True))"
    )
    verbs = stack.manage("shell", "-v0", "-c", listing).stdout.split()
    steps = [
        "image.filed",
        "run.requested",
        "case.opened",
        "image.viewed",
        "read.locked",
        "suggestion.revealed",
        "read.confirmed",
        "report.signed",
    ]
    positions = [verbs.index(step) for step in steps]
    assert verbs.index("read.locked") < verbs.index("suggestion.revealed") < verbs.index("report.signed"), positions
    assert stack.manage("audit", "verify").returncode == 0
    with tampered_event(stack, "read.locked"):
        broken = stack.manage("audit", "verify", check=False)
        assert broken.returncode == 1
        assert "read.locked" in broken.stdout + broken.stderr or "broken" in (broken.stdout + broken.stderr).lower()
    assert stack.manage("audit", "verify").returncode == 0
