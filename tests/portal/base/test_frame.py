"""Every page wears one frame: the menu of one's roles, and the line that says what a suggestion is not."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

PAGE = "base.html"


def _page(cast, who):
    request = RequestFactory().get("/cases/")
    request.user = cast.people[who]
    request.session = {}
    return render_to_string(PAGE, {}, request)


@pytest.mark.parametrize(
    "who, sees, misses",
    [
        ("rosa", ["/cases/", "/exams/"], ["/members/", "/audit/"]),
        ("ada", ["/members/", "/audit/", "/practice/"], ["/cases/", "/exams/"]),
        ("otto", ["/audit/"], ["/members/", "/cases/", "/practice/"]),
    ],
)
def test_the_menu_shows_what_the_roles_open(cast, who, sees, misses):
    page = _page(cast, who)
    assert all(f'href="{href}"' in page for href in sees)
    assert not any(f'href="{href}"' in page for href in misses)


def test_every_page_says_that_a_suggestion_is_not_a_diagnosis(cast, settings):
    assert settings.NOTICE in _page(cast, "alice")


def test_the_current_entry_of_the_menu_is_marked_for_a_screen_reader(cast):
    assert '<a href="/cases/" aria-current="page">' in _page(cast, "alice")
