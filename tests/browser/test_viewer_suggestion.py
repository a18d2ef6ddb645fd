"""The suggestion on the images: sealed until the server sends it, then exactly over the right pixels."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.viewer_desk import Desk, four_views
from tests.browser.viewer_page import ViewerPage, centroid

pytestmark = pytest.mark.browser

KEYS = ["RCC", "LCC", "RMLO", "LMLO"]
CELL = 8
POSES = {"RCC": (90, False), "LCC": (180, True), "RMLO": (270, True), "LMLO": (0, True)}


def results_of(desk):
    """A revealed suggestion whose saliency lies exactly on each phantom's lesion."""
    images = {}
    for shot in desk.shots.values():
        x, y = shot.stored_at(*shot.lesion[:2])
        rows, columns = shot.stored.shape
        desk.saliency[shot.key] = blob(rows, columns, x, y, sigma=2)
        box = [x - 30, y - 30, x + 30, y + 30]
        polygon = [[x - 30, y - 30], [x + 30, y - 30], [x + 30, y + 30], [x - 30, y + 30]]
        score = 0.4 + 0.1 * KEYS.index(shot.key)
        finding = {"id": "f1", "score": score, "polygon": polygon, "box": box, "pairs_with": None, "area_mm2": 31.0}
        images[shot.key] = {
            "scored": True, "reasons": [], "malignancy": score, "findings": [finding],
            "saliency": {"url": f"/saliency/{shot.key}.png", "cell": CELL},
        }  # fmt: skip
    return {
        "release": {"name": "warbler", "version": "1.0", "digest": "ab", "card_url": "/releases/warbler/", "summary": "AUC 0.81 (0.74-0.87), n=139"},
        "run": "r1", "scored": True, "reasons": [], "exam_score": 0.7, "score_band": 8, "triage": "elevated",
        "breasts": {"R": {"score": 0.6, "band": 7}, "L": {"score": 0.7, "band": 8}},
        "density": {"letter": "C", "A": 0.05, "B": 0.2, "C": 0.6, "D": 0.15},
        "suggestion": {"category": "4B", "interval": ["4A", "4C"], "text": "Suspicious region in the left breast.", "abstained": False},
        "images": images,
        "trust": {"triage": "elevated", "known": 47, "cancers": 12, "share": [0.2553, 0.1533, 0.395], "least": 20},
    }  # fmt: skip


def blob(rows, columns, x, y, sigma):
    """A Gaussian of `sigma` cells whose middle is at stored point (x, y); cell k has its centre at 8k + 3.5."""
    j, i = np.mgrid[0 : -(-rows // CELL), 0 : -(-columns // CELL)]
    far = ((i * CELL + 3.5 - x) ** 2 + (j * CELL + 3.5 - y) ** 2) / (sigma * CELL) ** 2
    return np.rint(255 * np.exp(-far / 2))


@pytest.fixture
def desk():
    desk = Desk(four_views(**POSES))
    yield desk
    desk.close()


@pytest.fixture
def revealed(desk):
    desk.manifest["results"] = results_of(desk)
    desk.manifest["analysis"] = {"state": "ready", "progress": None, "stage": None, "say": None}
    desk.manifest["read"]["state"] = "revealed"
    return desk


def heat_centre(viewer, key):
    """Where the saliency is on the screen, in device pixels: the weight of colour over grey."""
    shown = viewer.screen(key)
    strength = shown.max(axis=2) - shown.min(axis=2)
    strength[strength < 12] = 0
    height = len(strength)
    strength[:60, :] = 0  # the words and the active pane's line are coloured, too
    strength[height - 90 :, :] = 0
    return centroid(strength)


def around(viewer, key, middle, far):
    """1 for the device pixels at most `far` from `middle`, else 0: other bright tissue is not the lesion."""
    y, x = np.indices(viewer.pixels(key).shape) + 0.5
    return np.hypot(x - middle[0], y - middle[1]) < far


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_saliency_lies_on_the_lesion_within_half_a_pixel_in_four_views_at_any_zoom(chromium, revealed, ratio):
    revealed.manifest["results"]["images"] = {
        key: {**one, "findings": []} for key, one in revealed.manifest["results"]["images"].items()
    }
    with ViewerPage(chromium, revealed, ratio=ratio).open() as viewer:
        viewer.press("h", "o", "]", "]", "]", "]", "]")
        viewer.until(lambda: viewer.page.locator("canvas.heat:not([hidden])").count() == 4)
        away = ["p", *["ArrowRight"] * 12]  # off the seam, so that the edge cuts nothing of the lesion off
        for moves in [[], [*away, "z", "ArrowUp", "ArrowUp", "ArrowUp"], ["p", "ArrowDown", "ArrowRight"]]:
            viewer.press(*moves)
            for key in KEYS:
                shot = revealed.shots[key]
                expected = viewer.to_canvas(key, shot.stored_at(*shot.lesion[:2])) * ratio
                error = np.abs(heat_centre(viewer, key) - expected).max() / ratio
                assert error <= 0.5, f"{key} after {moves}: {error:.2f} CSS pixels"
                drawn = centroid(np.clip(viewer.pixels(key) - 200, 0, None) * around(viewer, key, expected, 40 * ratio))
                assert np.abs(drawn - expected).max() / ratio <= 0.5, f"the lesion itself, {key} after {moves}"
        viewer.press("Shift+O")
        for key in KEYS:
            shot = revealed.shots[key]
            error = np.abs(contour_centre(viewer, key) - viewer.to_canvas(key, shot.stored_at(*shot.lesion[:2]))).max()
            assert error <= 0.5, f"the line around {key}: {error:.2f} CSS pixels"
        assert viewer.page.locator("canvas.heat:not([hidden])").count() == 0  # nothing of the image is covered


def contour_centre(viewer, key):
    """The middle of the inner line of equal saliency, in CSS pixels of the pane."""
    script = """key => { const pane = document.querySelector(`.pane[data-image=${key}] .stage`).getBoundingClientRect();
      const box = document.querySelector(`.pane[data-image=${key}] .contours path:last-child`).getBoundingClientRect();
      return [box.x + box.width / 2 - pane.x, box.y + box.height / 2 - pane.y]; }"""
    return np.array(viewer.page.evaluate(script, key))


def test_nothing_of_a_sealed_suggestion_is_fetched_or_drawn(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        viewer.press("o", "d", "n")
        assert (
            viewer.page.locator("#viewer-results").inner_text().splitlines()[-1] == "Sealed until your read is locked"
        )
        assert viewer.page.locator("#viewer-live").inner_text() == "There is no suggested region to go to"
        assert viewer.page.locator('[data-action="heat"]').get_attribute("aria-disabled") == "true"
        assert viewer.page.locator(".finding, canvas.heat:not([hidden])").count() == 0
        assert not [path for path in desk.asked if "saliency" in path]
        assert viewer.state()["revealed"] is False


def test_what_is_revealed_while_the_page_is_open_appears_by_itself(chromium, desk):
    with ViewerPage(chromium, desk).open() as viewer:
        assert viewer.page.locator(".region").count() == 0
        desk.manifest["results"] = results_of(desk)
        desk.manifest["analysis"] = {"state": "ready", "progress": None, "stage": None, "say": None}
        viewer.page.evaluate("() => document.dispatchEvent(new CustomEvent('overread:refresh', {detail: {}}))")
        viewer.until(lambda: viewer.page.locator(".region").count() == 4)
        words = viewer.page.locator("#viewer-results").inner_text()
        for expected in [
            "8",
            "of 10",
            "elevated",
            "4B",
            "between 4A and 4C",
            "Density C",
            "60 %",
            "warbler 1.0",
            "n=139",
            "12 of 47 exams rated elevated held cancer: 26 % (95 % 15 to 40)",
        ]:
            assert expected in words


def test_outlines_lie_on_the_finding_and_the_list_leads_to_it(chromium, revealed):
    with ViewerPage(chromium, revealed).open() as viewer:
        assert viewer.page.locator(".finding").count() == 4
        viewer.page.locator(".region").first.click()  # the highest score: L MLO
        viewer.settle()
        shot = revealed.shots["LMLO"]
        box, middle = viewer.pane("LMLO")["box"], viewer.to_canvas("LMLO", shot.stored_at(*shot.lesion[:2]))
        assert middle == pytest.approx([box["width"] / 2, box["height"] / 2], abs=0.5)
        points = viewer.page.locator('.finding[data-image="LMLO"] polygon').last.get_attribute("points")
        corners = np.array([pair.split(",") for pair in points.split()], float)
        assert corners.mean(axis=0) == pytest.approx(middle, abs=0.5)
        assert viewer.page.locator('.finding[data-image="LMLO"] text').text_content() == "70"
        score = viewer.page.locator('.finding[data-image="RCC"] text')
        assert score.evaluate("one => getComputedStyle(one).opacity") == "0"
        viewer.page.mouse.move(
            *viewer.on_page("RCC", revealed.shots["RCC"].stored_at(*revealed.shots["RCC"].lesion[:2]))
        )
        assert score.evaluate("one => getComputedStyle(one).opacity") == "1"
        chosen = viewer.page.locator(".finding.chosen")
        assert [chosen.count(), chosen.get_attribute("data-image")] == [1, "LMLO"]
        viewer.press("n")
        assert chosen.get_attribute("data-image") == "RMLO"  # the next lower score
        viewer.press("d")
        assert viewer.page.locator(".finding").count() == 0


def test_a_region_and_its_pair_in_the_other_view_are_gone_to_together(chromium, revealed):
    images = revealed.manifest["results"]["images"]
    for key, other in [("LCC", "LMLO"), ("LMLO", "LCC")]:
        images[key]["findings"][0] |= {"id": key, "pairs_with": other}
    with ViewerPage(chromium, revealed).open() as viewer:
        viewer.page.locator(".region").first.click()
        viewer.settle()
        chosen = viewer.page.locator(".finding.chosen")
        assert sorted(one.get_attribute("data-image") for one in chosen.all()) == ["LCC", "LMLO"]
        for key in ("LCC", "LMLO"):
            box, shot = viewer.pane(key)["box"], revealed.shots[key]
            middle = viewer.to_canvas(key, shot.stored_at(*shot.lesion[:2]))
            assert middle == pytest.approx([box["width"] / 2, box["height"] / 2], abs=0.5)
        assert "also on L CC" in viewer.page.locator(".region").first.inner_text()


def test_opacity_threshold_and_colours_change_what_is_over_the_image(chromium, revealed):
    with ViewerPage(chromium, revealed).open() as viewer:
        plain = colour(viewer)  # outlines and words have their colour without it
        viewer.press("o")
        viewer.until(lambda: viewer.page.locator("canvas.heat:not([hidden])").count() == 4)
        strong = colour(viewer) - plain
        viewer.page.locator("#heat-opacity").fill("0.1")
        viewer.settle()
        assert 0 < colour(viewer) - plain < strong / 2
        viewer.page.locator("#heat-opacity").fill("1")
        viewer.page.locator("#heat-threshold").fill("0.9")
        viewer.settle()
        small = painted(viewer)
        viewer.page.locator("#heat-threshold").fill("0.05")
        viewer.settle()
        assert painted(viewer) > 3 * small
        viewer.focus("LCC")
        before = viewer.screen("LCC")
        viewer.press("c")
        assert np.abs(viewer.screen("LCC") - before).max() > 40
        viewer.press("o")
        assert viewer.page.locator("canvas.heat:not([hidden])").count() == 0


def colour(viewer):
    shown = viewer.screen("LCC")[70:-100, 70:-70]
    return float((shown.max(axis=2) - shown.min(axis=2)).sum())


def painted(viewer):
    script = """() => { const c = document.querySelector('.pane[data-image=LCC] .heat');
      const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
      for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }"""
    return viewer.page.evaluate(script)


def test_an_exam_and_an_image_that_were_not_scored_say_why(chromium, revealed):
    results = revealed.manifest["results"]
    results["images"]["RCC"] = {
        "scored": False, "reasons": [{"code": "implant", "text": "An implant is in view"}], "malignancy": None, "findings": [], "saliency": None,
    }  # fmt: skip
    results["suggestion"] = {
        "category": None,
        "interval": None,
        "text": "Too few views to suggest a category.",
        "abstained": True,
    }
    results["images"]["LCC"]["reasons"] = [{"code": "small", "text": "Fewer rows than in training"}]
    with ViewerPage(chromium, revealed).open() as viewer:
        words = viewer.page.locator("#viewer-results").inner_text()
        assert "R CC was not scored" in words
        assert "L CC: read with care" in words
        assert "Fewer rows than in training" in words
        assert "An implant is in view" in words
        assert "The model abstains" in words


def test_an_exam_that_was_not_scored_at_all_says_why_and_shows_no_number(chromium, revealed):
    revealed.manifest["results"] |= {
        "scored": False, "reasons": [{"code": "for-processing", "text": "These images are not meant for presentation"}],
        "exam_score": None, "score_band": None, "triage": None, "breasts": None, "density": None, "suggestion": None, "images": {},
    }  # fmt: skip
    with ViewerPage(chromium, revealed).open() as viewer:
        words = viewer.page.locator("#viewer-results").inner_text()
        assert "This exam was not scored" in words
        assert "not meant for presentation" in words
        assert "of 10" not in words


def test_progress_of_a_running_analysis_is_shown(chromium, desk):
    desk.manifest["analysis"] = {"state": "running", "progress": 0.4, "stage": "Saliency", "say": None}
    with ViewerPage(chromium, desk).open() as viewer:
        assert viewer.page.locator("#viewer-results [role=progressbar]").get_attribute("aria-valuenow") == "40"
        desk.manifest["analysis"] = {
            "state": "failed",
            "progress": None,
            "stage": None,
            "say": "The images are too small to score",
        }
        viewer.until(lambda: "too small to score" in viewer.page.locator("#viewer-results").inner_text(), 8)


def test_axe_finds_nothing_serious_in_a_revealed_suggestion(chromium, revealed):
    with ViewerPage(chromium, revealed).open() as viewer:
        viewer.press("o", "n")
        found = Axe().run(viewer.page).response["violations"]
        assert [
            (one["id"], [node["html"] for node in one["nodes"]])
            for one in found
            if one["impact"] in ("serious", "critical")
        ] == []
