"""In which language a person is answered, and in which a program."""

import pytest
from django.test import Client
from django.utils import translation

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}


def lang(answer):
    return answer.content.decode().split('<html lang="')[1].split('"')[0], answer["Content-Language"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [("de-AT,de;q=0.9", "de"), ("es-MX", "es"), ("en-GB,de;q=0.5", "en"), ("fr,it", "en"), ("", "en"), ("*", "en")],
)
def test_a_visitor_is_answered_as_the_browser_asks_and_else_in_english(db, asked, told):
    assert lang(Client().get("/accounts/login/", headers={"Accept-Language": asked})) == (told, told)


def test_the_language_of_the_account_goes_before_the_browsers_and_stays_over_a_sign_in(cast):
    rosa = cast.client("rosa")
    rosa.post("/account/language/", {"language": "es"})
    assert lang(rosa.get("/account/", headers=GERMAN)) == ("es", "es")
    again = cast.client("rosa")
    assert lang(again.get("/account/", headers=GERMAN)) == ("es", "es")
    again.post("/account/language/", {"language": ""})
    assert lang(again.get("/account/", headers=GERMAN)) == ("de", "de")


def test_the_choice_is_confirmed_in_the_language_that_was_chosen(cast):
    page = cast.client("rosa").post("/account/language/", {"language": "de"}, follow=True).content.decode()
    assert "Ihre Sprache ist gespeichert." in page
    assert '<option value="de" selected>Deutsch</option>' in page


def test_a_language_that_the_portal_does_not_speak_is_refused(cast):
    answer = cast.client("rosa").post("/account/language/", {"language": "fr"})
    cast.rosa.refresh_from_db()
    assert (answer.status_code, cast.rosa.language) == (400, "")


def test_nothing_of_one_request_is_left_for_the_next(cast):
    cast.rosa.language = "de"
    cast.rosa.save(update_fields=["language"])
    cast.client("rosa").get("/account/")
    assert translation.get_language() == "en"
    Client().get("/accounts/login/", headers=GERMAN)
    assert translation.get_language() == "en"
    assert lang(Client().get("/accounts/login/")) == ("en", "en")


def test_english_costs_no_catalogue_and_another_language_one_that_is_kept(cast):
    rosa = cast.client("rosa")
    assert "/words/" not in rosa.get("/account/").content.decode()
    page = rosa.get("/account/", headers=GERMAN).content.decode()
    address = page.split('<script defer src="')[1].split('"')[0]
    answer = Client().get(address)
    assert address.startswith("/words/de/") and answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer["Cache-Control"] and "pluralidx" in answer.content.decode()
    assert page.index(address) < page.index('type="module"')


@pytest.mark.parametrize("address", ["/words/en/0.js", "/words/de/0.js", "/words/fr/0.js", "/words/nothing/x.js"])
def test_an_address_of_no_catalogue_is_nothing(db, address):
    assert Client().get(address).status_code == 404
