"""People look after their own account; what they change ends up in the trail, secrets do not."""

import re
from html import unescape

import pytest
from django.test import Client

from portal.audit.models import Event
from portal.practices.models import ApiToken, Practice
from portal.practices.options import Options
from portal.practices.services.account import change_practice
from portal.practices.tokens import hash_of
from tests.conftest import PASSWORD

TOKEN = {"token_name": "night upload", "scopes": ["exams:read", "exams:write"], "days": "90"}


@pytest.fixture
def rosa(cast):
    return cast.client("rosa")


def test_a_new_name_is_kept(cast, rosa):
    rosa.post("/account/name/", {"name": "Dr Rosa Reed"})
    cast.rosa.refresh_from_db()
    assert cast.rosa.name == "Dr Rosa Reed"
    assert Event.objects.filter(verb="account.renamed").exists()


@pytest.mark.parametrize(
    "back, goes", [("http://testserver/exams/", "/exams/"), ("http://evil.example/", "/"), ("", "/")]
)
def test_the_theme_changes_and_leads_back_to_the_page_but_to_no_other_site(cast, rosa, back, goes):
    answer = rosa.post("/account/theme/", {"theme": "light"}, headers={"Referer": back})
    assert answer.headers["Location"].removeprefix("http://testserver") == goes
    assert 'data-bs-theme="light"' in rosa.get("/account/").content.decode()


def test_a_new_password_ends_the_other_sessions(cast, rosa):
    other = cast.client("rosa")
    new = "another long sentence"
    answer = rosa.post("/account/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert answer.status_code == 302
    assert (rosa.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)
    assert Event.objects.filter(verb="password.changed").exists()


def test_without_the_present_password_nothing_changes(cast, rosa):
    new = "another long sentence"
    answer = rosa.post("/account/password/", {"old_password": "guess", "new_password1": new, "new_password2": new})
    cast.rosa.refresh_from_db()
    assert answer.status_code == 400
    assert cast.rosa.check_password(PASSWORD)


def test_a_token_is_shown_once_and_kept_as_a_hash(cast, rosa):
    page = rosa.post("/account/tokens/", TOKEN).content.decode()
    secret = re.search(r"ovr_[\w-]{43}", page)[0]
    token = ApiToken.objects.get()
    assert token.key_hash == hash_of(secret)
    assert secret not in str(vars(token)) + str(list(Event.objects.values()))
    assert "ovr_" not in rosa.get("/account/").content.decode()


def test_a_token_works_until_it_is_revoked(cast, rosa):
    secret = re.search(r"ovr_[\w-]{43}", rosa.post("/account/tokens/", TOKEN).content.decode())[0]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me/", headers=bearer).json()["email"] == "rosa@example.org"
    rosa.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert Client().get("/api/v1/me/", headers=bearer).status_code == 401
    assert Event.objects.filter(verb__startswith="token").count() == 2


def test_nobody_revokes_the_token_of_another(cast, rosa, token_of):
    token_of("rufus", "exams:read")
    token = ApiToken.objects.get()
    assert rosa.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_token_without_scopes_is_not_made(rosa):
    answer = rosa.post("/account/tokens/", {**TOKEN, "scopes": []})
    assert "at least one scope" in answer.content.decode()
    assert not ApiToken.objects.exists()


SETTINGS = {
    "name": "Northside", "protocol": "second-reader", "dates": "year", "density_notice": "Ask your doctor.",
    "sharing": "off", "share_days": "30",
}  # fmt: skip


@pytest.mark.parametrize("who, code", [("ada", 302), ("rosa", 403), ("charlie", 403), (None, 302)])
def test_the_practice_is_set_by_its_admin(cast, who, code):
    answer = cast.client(who).post("/practice/", SETTINGS)
    cast.northside.refresh_from_db()
    assert answer.status_code == code
    assert (cast.northside.settings.get("dates") == "year") is (who == "ada")


def test_what_changed_in_the_practice_is_told(cast):
    cast.client("ada").post("/practice/", SETTINGS)
    told = Event.objects.get(verb="practice.changed").detail
    assert (told["changed"], told["dates"]) == (["dates", "density_notice"], "year")


def test_a_setting_that_changed_meanwhile_is_not_undone(cast):
    stale = Practice.objects.get(pk=cast.northside.pk)
    Practice.objects.filter(pk=cast.northside.pk).update(settings={"hanging": {"steps": ["4up"]}, "dates": "keep"})
    change_practice(practice=stale, name="Northside", options=Options(dates="year"), actor=cast.ada)
    kept = Practice.objects.get(pk=cast.northside.pk).settings
    assert (kept["hanging"], kept["dates"]) == ({"steps": ["4up"]}, "year")
    assert stale.settings == kept


def test_who_saves_after_another_admin_is_told_and_keeps_what_was_typed(cast):
    shown = re.search(r'name="seen" value="(\w+)"', cast.client("ada").get("/practice/").content.decode())[1]
    change_practice(practice=cast.northside, name="Northside", options=Options(dates="keep"), actor=cast.ada)
    answer = cast.client("ada").post("/practice/", {**SETTINGS, "seen": shown})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Somebody else saved this" in page and "Ask your doctor." in page
    assert page.count("Somebody else stored") == 2  # the dates and the notice; the others agree
    assert "“Kept as they are”" in unescape(page)
    assert Practice.objects.get(pk=cast.northside.pk).settings["dates"] == "keep"
    again = re.search(r'name="seen" value="(\w+)"', page)[1]
    assert cast.client("ada").post("/practice/", {**SETTINGS, "seen": again}).status_code == 302
    assert Practice.objects.get(pk=cast.northside.pk).settings["dates"] == "year"
    assert cast.client("ada").post("/practice/", {**SETTINGS, "seen": again}).status_code == 302  # it says the same


@pytest.mark.parametrize("field, value", [("name", "southside"), ("dates", "whenever"), ("protocol", "none")])
def test_a_setting_that_cannot_be_is_said_beside_its_field(cast, field, value):
    answer = cast.client("ada").post("/practice/", {**SETTINGS, field: value})
    assert answer.status_code == 400
    assert "field-error" in answer.content.decode()
