"""Laterality and view come from named elements, in order, and say from which."""

import pytest
from pydicom.dataset import Dataset

from portal.exams.projection import derive


def dataset(**elements):
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def coded(view, *modifiers):
    item = dataset(CodeValue=view, CodingSchemeDesignator="SCT", CodeMeaning="")
    item.ViewModifierCodeSequence = [
        dataset(CodeValue=value, CodingSchemeDesignator="SCT", CodeMeaning="") for value in modifiers
    ]
    return [item]


@pytest.mark.parametrize(
    ("elements", "expected", "source"),
    [
        ({"ImageLaterality": "L", "ViewPosition": "CC"}, ("L", "CC"), "ImageLaterality, ViewPosition"),
        ({"Laterality": "R", "ViewPosition": "MLO"}, ("R", "MLO"), "Laterality, ViewPosition"),
        ({"ImageLaterality": "L", "ViewPosition": "ML"}, ("L", "ML"), "ImageLaterality, ViewPosition"),
        ({"ImageLaterality": "R", "ViewPosition": "RLM"}, ("R", "LM"), "ImageLaterality, ViewPosition"),
        ({"ImageLaterality": "L", "ViewCodeSequence": coded("399368009")}, ("L", "MLO"), "ImageLaterality, ViewCodeSequence"),
        ({"ImageLaterality": "L", "ViewCodeSequence": coded("R-10224")}, ("L", "ML"), "ImageLaterality, ViewCodeSequence"),
        ({"ImageLaterality": "L", "PatientOrientation": ["A", "R"]}, ("L", "CC"), "ImageLaterality, PatientOrientation"),
        ({"PatientOrientation": ["P", "FL"]}, ("R", "MLO"), "PatientOrientation"),
        ({"PatientOrientation": ["A", "FR"]}, ("L", "MLO"), "PatientOrientation"),
        ({"ImageLaterality": "L", "PatientOrientation": ["A", "F"]}, ("L", ""), "ImageLaterality"),
        ({"ImageLaterality": "B", "ViewPosition": "AP"}, ("", ""), ""),
        ({"ImageLaterality": "L", "SeriesDescription": "L CC"}, ("L", ""), "ImageLaterality"),
    ],
)  # fmt: skip
def test_each_element_answers_and_is_named(elements, expected, source):
    found = derive(dataset(**elements), film=False)
    assert ((found.laterality, found.view), found.source) == (expected, source)


def test_a_films_patient_id_answers_last_and_only_for_film():
    film = dataset(PatientID="Calc-Test_P_00038_LEFT_MLO")
    found = derive(film, film=True)
    assert (found.laterality, found.view, found.source) == ("L", "MLO", "PatientID")
    assert any("PatientID" in note for note in found.notes)
    assert derive(film, film=False).laterality == ""
    film.ViewPosition = "CC"
    assert derive(film, film=True).view == "CC"


def test_a_crop_or_mask_of_a_film_is_no_view():
    assert derive(dataset(PatientID="Mass-Test_P_00016_LEFT_CC_1"), film=True).view == ""


def test_elements_that_disagree_are_said():
    found = derive(dataset(ImageLaterality="L", ViewPosition="CC", ViewCodeSequence=coded("399368009")), film=False)
    assert found.view == "CC"
    assert found.notes == ("ViewPosition says CC, the coded view MLO: CC is shown.",)


def test_modifiers_keep_spot_and_magnification_apart_from_the_view():
    found = derive(
        dataset(ImageLaterality="L", ViewPosition="CC", ViewCodeSequence=coded("399162004", "399055006", "399163009")),
        film=False,
    )
    assert (found.view, found.modifiers) == ("CC", ("spot", "magnification"))
