"""The practice that `make demo` starts with: one person for each role, and a second reader for arbitration."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from portal.base.ids import short_code
from portal.practices.models import Practice, Role, User
from portal.practices.services.people import add_member, create_practice

NAME = "Demo practice"
DOMAIN = "demo.overread"
PEOPLE = (
    ("clinician", "Clea Moss", Role.CLINICIAN),
    ("reader", "Rosa Reed", Role.READER),
    ("reader2", "Rufus Hale", Role.READER),
    ("coordinator", "Cora Lind", Role.COORDINATOR),
    ("admin", "Ada Kern", Role.ADMIN),
    ("auditor", "Otto Weiss", Role.AUDITOR),
)


@dataclass(frozen=True)
class Login:
    """What a person needs to sign in; the password is known here and nowhere else."""

    email: str
    role: str
    password: str


@transaction.atomic
def bootstrap() -> list[Login]:
    """Make the demo practice and its people; those who exist already keep their password and are not returned."""
    practice = Practice.objects.filter(name=NAME).first() or create_practice(name=NAME, actor=None)
    made = []
    for box, name, role in PEOPLE:
        email = f"{box}@{DOMAIN}"
        if User.objects.filter(email=email).exists():
            continue
        password = typeable_password()
        user = User.objects.create_user(email, name, password)
        add_member(user=user, practice=practice, roles=[role], actor=None)
        made.append(Login(email, role, password))
    return made


def typeable_password() -> str:
    """About 59 random bits in three groups that can be typed from paper."""
    return "-".join(short_code(4).lower() for _ in range(3))
