"""Dates and numbers as the page's language writes them, and never so where a program reads them."""

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from tests.portal.cases.story import a_case, a_run, an_exam

MACHINE = re.compile(
    r'\s(?:value|min|max|step|data-[\w-]+|x|y|cx|cy|r|d|width|height|viewBox|style|datetime)="([^"]*)"'
)


def said(template, language, **values):
    with translation.override(language):
        return Template(template).render(Context(values))


@pytest.mark.parametrize(
    ("language", "day", "moment", "number"),
    [
        ("en", "2026-03-01", "2026-03-01 14:05", "1.5"),
        ("de", "01.03.2026", "01.03.2026 14:05", "1,5"),
        ("es", "01/03/2026", "01/03/2026 14:05", "1,5"),
    ],
)
def test_a_page_writes_dates_and_numbers_as_its_language_does(language, day, moment, number):
    at = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
    assert said('{{ at|date:"SHORT_DATE_FORMAT" }}', language, at=at) == day
    assert said('{{ at|date:"SHORT_DATETIME_FORMAT" }}', language, at=at) == moment
    assert said("{{ number }}", language, number=1.5) == number


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_a_field_of_a_form_keeps_what_a_browser_sends_and_takes(language):
    class Form(forms.Form):
        day = forms.DateField()
        size = forms.FloatField()

    with translation.override(language):
        shown = str(Form(initial={"day": date(2026, 3, 1), "size": 1.5}))
        sent = Form({"day": "2026-03-01", "size": "1.5"})
        assert 'value="2026-03-01"' in shown and 'value="1.5"' in shown
        assert sent.is_valid() and sent.cleaned_data == {"day": date(2026, 3, 1), "size": 1.5}


@pytest.mark.parametrize("language", ["de", "es"])
def test_no_attribute_that_a_program_reads_holds_a_comma_for_a_point(cast, language):
    exam = an_exam(cast.northside, cast.alice, study_date=date(2026, 3, 1), age=52)
    a_run(exam)
    case = a_case(exam, cast.alice, due_at=datetime(2099, 3, 1, 14, 5, tzinfo=UTC))
    wrong = {}
    for who in ("alice", "rosa", "cora"):
        client = cast.client(who)
        for path in ("/cases/", f"/cases/{case.pk}/", f"/exams/{exam.pk}/", "/exams/", "/account/"):
            page = client.get(path, headers={"Accept-Language": language}).content.decode()
            held = [
                value
                for value in MACHINE.findall(page)
                if re.search(r"\d,\d", value) or re.search(r"\d\d[./]\d\d[./]\d{4}", value)
            ]
            wrong |= {(who, path): held} if held else {}
    assert wrong == {}
    assert f'<html lang="{language}"' in page


def test_the_manifest_holds_the_same_numbers_in_every_language(cast):
    exam = an_exam(cast.northside, cast.alice, study_date=date(2026, 3, 1))
    client = cast.client("rosa")
    plain, german = (
        client.get(f"/api/v1/exams/{exam.pk}/manifest/", headers={"Accept-Language": each}).json()
        for each in ("en", "de")
    )
    assert numbers(plain) == numbers(german) and numbers(plain)


def numbers(value):
    if isinstance(value, dict):
        return [each for name in sorted(value) for each in numbers(value[name])]
    if isinstance(value, list):
        return [each for one in value for each in numbers(one)]
    return [value] if isinstance(value, int | float) else []
