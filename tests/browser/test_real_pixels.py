"""A real exam on a whole portal: what is stored reaches the viewer value by value, by modules that are loaded once."""

import numpy as np
import pydicom
import pytest

from tests.browser.exams import anew, malignant
from tests.browser.test_story import hand_in, images_are_drawn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]


def test_every_stored_value_of_a_real_exam_reaches_the_screens_memory(people, stack, tmp_path):
    clinician = people("clinician")
    files = anew(malignant(), tmp_path)
    exam = hand_in(clinician, files)
    clinician.goto(f"/exams/{exam}/view/")
    state = images_are_drawn(clinician)
    assert [pane["failure"] for pane in state["panes"]] == [None] * 4
    places = np.random.default_rng(4)
    originals = [pydicom.dcmread(file).pixel_array for file in files]
    for pane in state["panes"]:
        rows, columns = clinician.evaluate("i => window.overreadViewer.shape(i)", pane["image"])
        [original] = [pixels for pixels in originals if pixels.shape == (rows, columns)]
        points = [[int(places.integers(columns)), int(places.integers(rows))] for _ in range(200)]
        found = clinician.evaluate(
            "([i, ps]) => ps.map(p => window.overreadViewer.valueAt(i, p))", [pane["image"], points]
        )
        assert found == [int(original[y, x]) for x, y in points]
        assert len(set(found)) > 20
    names = clinician.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    modules = [
        name.rpartition("/")[2].partition(".")[0] for name in names if name.endswith(".js") and "worker" not in name
    ]
    assert len(modules) > 5
    assert sorted(set(modules)) == sorted(modules)  # each module once: a second name would be a second state
