"""Signing in, the limit on guessing, and what the trail keeps of both."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from portal.audit.models import Event
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}


def sign_in(email="rosa@example.org", password=PASSWORD, client=None):
    return (client or Client()).post(LOGIN, {"login": email, "password": password})


@pytest.mark.parametrize("address", ["rosa@example.org", "Rosa@Example.org"])
def test_a_member_signs_in_by_address_whatever_its_case(cast, address):
    assert sign_in(address).status_code == 302
    assert Event.objects.get(verb="session.started").actor_name == "rosa@example.org"


def test_signing_out_is_told(cast):
    client = cast.client("rosa")
    client.post("/accounts/logout/")
    assert Event.objects.get(verb="session.ended").chain == str(cast.northside.pk)


def test_a_wrong_password_is_told_to_the_members_practice(cast):
    assert sign_in(password="wrong").status_code == 200
    told = Event.objects.get(verb="session.refused")
    assert (told.chain, told.outcome, told.subject_id) == (str(cast.northside.pk), "refused", str(cast.rosa.pk))


def test_an_unknown_address_is_kept_as_a_hash_alone(cast):
    sign_in("jane.doe@elsewhere.org")
    told = Event.objects.get(verb="session.refused")
    assert told.chain == "system"
    assert "jane" not in str(vars(told))
    assert re.fullmatch("[0-9a-f]{16}", told.detail["address_hash"])


def test_known_and_unknown_addresses_get_the_same_answer(cast):
    strip = re.compile(r'value="[^"]*"|"X-CSRFToken": "[^"]*"')
    known, unknown = (strip.sub("", sign_in(who, "wrong").content.decode()) for who in ("rosa@example.org", "x@y.org"))
    assert known == unknown


def test_guessing_is_stopped_after_five_tries_even_with_the_right_password(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = LIMITS
    cache.clear()
    for _ in range(5):
        sign_in(password="wrong")
    answer = sign_in()
    assert answer.status_code == 200
    assert "Too many failed" in answer.content.decode()
    assert sign_in("rufus@example.org").status_code == 302  # others are not locked out


def test_one_address_cannot_try_without_end(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = LIMITS
    cache.clear()
    codes = {sign_in(f"guess{number}@example.org").status_code for number in range(31)}
    assert 429 in codes


def test_nobody_signs_up_by_themselves(db):
    assert Client().get("/accounts/signup/").status_code == 404


def test_a_forgotten_password_is_replaced_by_mail_and_told(cast):
    Client().post("/accounts/password/reset/", {"email": "rosa@example.org"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    client = Client()
    form = client.get(link, follow=True)
    new = "another long sentence"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(password=new).status_code == 302
    assert Event.objects.get(verb="password.reset").subject_id == str(cast.rosa.pk)


def test_a_stranger_who_forgot_gets_no_mail_and_the_same_page(cast):
    pages = [
        Client().post("/accounts/password/reset/", {"email": who}).headers["Location"]
        for who in ("rosa@example.org", "x@y.org")
    ]
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [["rosa@example.org"]]


@pytest.mark.parametrize(
    "who, goes",
    [("rosa", "/cases/"), ("cora", "/cases/"), ("alice", "/cases/"), ("ada", "/members/"), ("otto", "/audit/")],
)
def test_the_day_begins_where_the_role_works(cast, who, goes):
    assert cast.client(who).get("/").headers["Location"] == goes


def test_without_a_session_every_page_leads_to_sign_in(cast):
    answer = Client().get("/members/?q=a")
    assert answer.headers["Location"] == "/accounts/login/?next=/members/%3Fq%3Da"
