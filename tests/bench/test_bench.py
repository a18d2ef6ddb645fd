"""The bench's own arithmetic and material: a wrong ruler would be believed."""

import io

import pytest
from pydicom import dcmread

from portal.cases.models import Case
from portal.cases.selectors import Wanted, worklist
from portal.practices.demo import bootstrap
from portal.practices.models import Practice, User
from tests.bench import report, worklisting
from tests.bench.exams import another
from tests.bench.measures import Line, Series
from tests.browser.exams import malignant


def test_p95_is_the_value_that_95_of_100_do_not_exceed():
    assert Series("a", values=[float(n) for n in range(100, 0, -1)]).p95 == 95
    assert Series("a", values=[3.0, 1.0, 2.0]).p95 == 3


def test_a_ratio_is_by_the_statistic_that_the_line_names():
    measured = Series("a", values=[1.0, 2.0, 12.0])
    peer = Series("b", values=[1.0, 1.0, 3.0])
    assert Line(measured, peer).ratio == 2
    assert Line(measured, peer, by="p95").ratio == 4


def test_a_block_that_raises_is_not_counted():
    series = Series("a")
    with pytest.raises(ZeroDivisionError), series.timed():
        raise ZeroDivisionError
    assert series.values == []


def test_the_table_shows_each_measurement_over_its_peer():
    line = Line(Series("upload", values=[2.0, 4.0]), Series("disk", values=[1.5]))
    _, above, below = report.table([line]).splitlines()
    assert above.split() == ["upload", "s", "2", "3", "2", "4", "4", "2", "x", "(by", "median)"]
    assert below.split() == ["of", "disk", "s", "1", "1.5", "1.5", "1.5", "1.5"]


def test_a_loaded_machine_is_called_busy():
    assert report.busy({"load_average": [0.4, 9, 9], "cores": 2}) == ""
    assert "busy" in report.busy({"load_average": [3.1, 0, 0], "cores": 2})


def test_an_exam_of_another_patient_keeps_the_real_pixels():
    real = dcmread(malignant()[0])
    [first, *_], [second, *_] = (another(number) for number in (1, 2))
    found = [dcmread(io.BytesIO(data)) for _, data in (first, second)]
    assert [one.PixelData == real.PixelData for one in found] == [True, True]
    assert len({one.PatientID for one in (real, *found)}) == 3
    assert len({one.SOPInstanceUID for one in (real, *found)}) == 3


@pytest.mark.django_db
def test_every_tab_of_the_reader_holds_cases_to_measure():
    bootstrap()
    practice, reader = Practice.objects.get(), User.objects.get(email="reader@demo.overread")
    worklisting.make(practice, 2000)
    assert Case.objects.open().count() == 2000 / worklisting.OPEN
    shown = {tab: worklist(reader, practice, Wanted(tab=tab)).page.object_list for tab in worklisting.TABS}
    assert {tab for tab, rows in shown.items() if not rows} == set()
