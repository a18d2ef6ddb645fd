"""The command line makes the first practice, the demo and tokens; each secret is printed once."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.practices.demo import DOMAIN, PEOPLE
from portal.practices.models import ApiToken, Membership, Role, User


def test_the_demo_has_somebody_for_each_role_and_prints_passwords_that_work(db, capsys):
    call_command("bootstrap_demo")
    printed = capsys.readouterr().out
    lines = dict(re.findall(rf"(\S+@{DOMAIN})\s+\S+\s+(\S+)\n", printed))
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert len(lines) == len(PEOPLE)
    assert all(User.objects.get(email=email).check_password(password) for email, password in lines.items())


def test_the_demo_made_again_changes_nothing_and_prints_no_password(db, capsys):
    call_command("bootstrap_demo")
    before = list(User.objects.order_by("email").values())
    capsys.readouterr()
    call_command("bootstrap_demo")
    assert list(User.objects.order_by("email").values()) == before
    assert DOMAIN not in capsys.readouterr().out


def test_a_practice_starts_with_one_admin(db, capsys):
    call_command("create_practice", "Eastside", admin="Eve@Example.org", admin_name="Eve East")
    password = re.search(r"eve@example.org\s+admin\s+(\S+)", capsys.readouterr().out, re.IGNORECASE)[1]
    eve = User.objects.get(email="eve@example.org")
    assert eve.check_password(password)
    assert list(eve.memberships.values_list("practice__name", "role")) == [("Eastside", "admin")]


def test_a_taken_name_leaves_nobody_behind(cast):
    with pytest.raises(CommandError, match="another name"):
        call_command("create_practice", "Northside", admin="eve@example.org")
    assert not User.objects.filter(email="eve@example.org").exists()


def test_a_known_address_keeps_its_password(cast, capsys):
    before = cast.charlie.password
    call_command("create_practice", "Eastside", admin="charlie@example.org")
    cast.charlie.refresh_from_db()
    assert cast.charlie.password == before


def test_a_token_from_the_command_line_works(cast, capsys):
    call_command("token", "rosa@example.org", scopes=["exams:read,cases:read"])
    secret = capsys.readouterr().out.strip()
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["name"] == "Rosa"
    assert ApiToken.objects.get().scopes == ["cases:read", "exams:read"]


@pytest.mark.parametrize(
    "email, scopes", [("nobody@example.org", ["exams:read"]), ("rosa@example.org", ["everything"])]
)
def test_a_token_that_cannot_be_is_explained(cast, email, scopes):
    with pytest.raises(CommandError, match=r"Check the address|Choose scopes from"):
        call_command("token", email, scopes=scopes)
    assert not ApiToken.objects.exists()
