"""People come by invitation: a link for one address, good once and for a week, of which only a hash is kept."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.audit.models import Event
from portal.base.errors import Conflict
from portal.practices.models import Invitation, User
from portal.practices.selectors import roles_of
from portal.practices.services.invitations import accept, invite

NEW = "nina@example.org"
CHOSEN = {"name": "Nina Novak", "password": "a long enough sentence"}


@pytest.fixture
def send(cast, django_capture_on_commit_callbacks):
    """Ada invites an address through the page; the link that she is shown."""

    def post(email=NEW, roles=("reader",)):
        with django_capture_on_commit_callbacks(execute=True):
            answer = cast.client("ada").post("/members/invite/", {"email": email, "name": "Nina", "roles": roles})
        assert answer.status_code == 200, answer.content.decode()
        return re.search(r"http://testserver(/invitations/[\w-]+/)", answer.content.decode())[1]

    return post


def test_the_link_is_mailed_and_shown_and_only_its_hash_is_kept(send, cast):
    link = send()
    key = link.split("/")[2]
    assert link in mail.outbox[0].body
    assert mail.outbox[0].to == [NEW]
    kept = Invitation.objects.get()
    assert key not in str(vars(kept))
    assert key not in str(list(Event.objects.values()))


def test_a_mail_server_that_is_away_does_not_lose_the_invitation(send, monkeypatch):
    monkeypatch.setattr("portal.practices.services.invitations.send_mail", lambda *_: 1 / 0)
    assert Client().get(send()).status_code == 200


def test_the_invited_person_chooses_a_password_and_is_in(send, cast):
    client = Client()
    answer = client.post(send(), CHOSEN)
    assert answer.status_code == 302
    user = get_user(client)
    assert (user.email, user.name, roles_of(user, cast.northside)) == (NEW, "Nina Novak", {"reader"})
    assert list(Event.objects.filter(verb__startswith="invitation").values_list("verb", flat=True)) == [
        "invitation.accepted", "invitation.sent",
    ]  # fmt: skip


def test_a_link_works_once(send):
    link = send()
    Client().post(link, CHOSEN)
    again = Client().post(link, {**CHOSEN, "name": "Mallory"})
    assert again.status_code == 410
    assert "Ask whoever invited you" in again.content.decode()


def test_a_link_is_spent_after_a_week(send):
    link = send()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 410


def test_a_withdrawn_link_is_spent(send, cast):
    link = send()
    cast.client("ada").post(f"/members/invitations/{Invitation.objects.get().pk}/withdraw/")
    assert Client().get(link).status_code == 410


def test_sending_again_replaces_the_link(send, cast):
    old = send()
    answer = cast.client("ada").post(f"/members/invitations/{Invitation.objects.get().pk}/resend/")
    new = re.search(r"/invitations/[\w-]+/", answer.content.decode())[0]
    assert (Client().get(old).status_code, Client().get(new).status_code) == (410, 200)


@pytest.mark.parametrize(
    "password, why", [("short", "at least 12"), ("nina@example.org", "similar"), ("password1234", "common")]
)
def test_a_poor_password_is_refused_beside_its_field(send, password, why):
    answer = Client().post(send(), {**CHOSEN, "password": password})
    assert answer.status_code == 400
    assert why in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_a_member_is_not_invited_again(cast):
    answer = cast.client("ada").post("/members/invite/", {"email": "ROSA@example.org", "roles": ["reader"]})
    assert "member already" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_somebody_with_an_account_elsewhere_signs_in_and_joins(send, cast):
    link = send("charlie@example.org")
    assert "/accounts/login/?next=/invitations/" in Client().get(link).content.decode()
    assert cast.client("charlie").post(link).status_code == 302
    assert roles_of(cast.charlie, cast.northside) == {"reader"}


def test_a_link_never_sets_the_password_of_an_account_that_exists(send, cast):
    Client().post(send("charlie@example.org"), CHOSEN)
    cast.charlie.refresh_from_db()
    assert not cast.charlie.check_password(CHOSEN["password"])
    assert roles_of(cast.charlie, cast.northside) == set()


def test_a_link_in_the_wrong_hands_lets_nobody_in(send, cast):
    answer = cast.client("rosa").post(send("charlie@example.org"), follow=True)
    assert "This invitation is for charlie@example.org" in answer.content.decode()
    assert roles_of(cast.charlie, cast.northside) == set()


def test_two_who_open_one_link_at_once_do_not_both_get_in(cast):
    made, _ = invite(
        practice=cast.northside, email="charlie@example.org", name="", roles=["reader"], actor=cast.ada, link_to=str
    )
    accept(invitation=made, user=cast.charlie)
    with pytest.raises(Conflict, match="used"):
        accept(invitation=made, user=cast.charlie)


@pytest.mark.parametrize("who, code", [("ada", 302), ("alice", 403), ("charlie", 403), (None, 302)])
def test_only_an_admin_of_the_practice_withdraws(send, cast, who, code):
    send()
    invitation = Invitation.objects.get()
    answer = cast.client(who).post(f"/members/invitations/{invitation.pk}/withdraw/")
    invitation.refresh_from_db()
    assert answer.status_code == code
    assert (invitation.withdrawn_at is not None) is (who == "ada")


def test_an_admin_elsewhere_does_not_find_the_invitation(send, cast):
    from portal.practices.services.people import add_member

    send()
    add_member(user=cast.charlie, practice=cast.southside, roles=["admin"], actor=None)
    address = f"/members/invitations/{Invitation.objects.get().pk}/withdraw/"
    assert cast.client("charlie").post(address).status_code == 404
