"""A person's own desk: what may be kept, how it is changed, and what of it the viewer is given."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers

from portal.audit.services import record
from portal.practices.models import Practice, User
from portal.viewer.models import Desk

Settings = dict[str, Any]
MOST_DISPLAYS = 20
LUMINANCE_STEPS = 18
LETTER_ROWS = ("dark", "middle", "bright")
LETTERS = 8  # in each row, fainter from one to the next
NULLABLE: Settings = {"required": False, "allow_null": True}


class DisplaySerializer(serializers.Serializer[Any]):
    """A display by the name that its user gave it: how large it is, and how fine its pixels are."""

    name = serializers.CharField(max_length=40)
    size = serializers.RegexField(r"^\d{2,5}x\d{2,5}$")
    per_mm = serializers.FloatField(min_value=0.5, max_value=60)  # device pixels


class DeskSerializer(serializers.Serializer[Any]):
    """A change of one's desk: only what is named changes, null forgets."""

    keys = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=24, trim_whitespace=False), max_length=4),
        **NULLABLE,
    )
    single_keys = serializers.BooleanField(**NULLABLE)
    start = serializers.RegexField(r"^[\w:.-]{1,80}$", **NULLABLE)
    lens = serializers.IntegerField(min_value=120, max_value=900, **NULLABLE)
    display = DisplaySerializer(required=False)
    forget_display = serializers.CharField(max_length=40, required=False)

    def validate_keys(self, keys: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
        """Not more than there are commands, by names of a command's length."""
        if keys and (len(keys) > 200 or any(len(name) > 40 for name in keys)):
            raise serializers.ValidationError(gettext("There are not that many commands."))
        return keys


class CheckSerializer(serializers.Serializer[Any]):
    """What a person saw of the test pattern on one display."""

    name = serializers.CharField(max_length=40)
    size = serializers.RegexField(r"^\d{2,5}x\d{2,5}$")
    ratio = serializers.FloatField(min_value=0.25, max_value=8)
    steps = serializers.IntegerField(min_value=0, max_value=LUMINANCE_STEPS)
    dark_square = serializers.BooleanField()
    bright_square = serializers.BooleanField()
    letters = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=LETTERS), min_length=3, max_length=3
    )
    smooth = serializers.BooleanField()


def of(user: User) -> Settings | None:
    """The person's desk; None where they have kept nothing yet."""
    kept = Desk.objects.filter(user=user.pk).values_list("settings", flat=True).first()
    return None if kept is None else dict(kept)


@transaction.atomic
def change(*, user: User, settings: Settings) -> Settings:
    """Take `settings` (as DeskSerializer lets through) into the person's desk; two windows lose nothing of each other."""
    desk = _locked(user)
    kept = {**desk.settings}
    for name in ("keys", "single_keys", "start", "lens"):
        if name in settings:
            kept[name] = settings[name]
    displays = kept.get("displays", {})
    if named := settings.get("display"):
        known = displays.get(named["name"], {})
        displays[named["name"]] = {**known, "size": named["size"], "per_mm": named["per_mm"], "at": _now()}
    displays.pop(settings.get("forget_display"), None)
    return _keep(desk, kept | {"displays": _newest(displays)})


@transaction.atomic
def arrange(*, user: User, hanging: Settings | None) -> None:
    """Keep the person's own hanging protocol, checked by `portal.viewer.arrangement`; None: as the practice has it."""
    desk = _locked(user)
    start = (hanging or {}).get("start")
    _keep(desk, {**desk.settings, "hanging": hanging, "start": start})


@transaction.atomic
def check_display(*, user: User, practice: Practice, seen: Settings) -> Settings:
    """Keep what the person saw of the test pattern (as CheckSerializer lets through), and tell the trail; no calibration."""
    desk = _locked(user)
    found = {
        **{name: seen[name] for name in seen if name not in ("name", "size")},
        "all": shows_all(seen),
        "at": _now(),
    }
    displays = desk.settings.get("displays", {})
    displays[seen["name"]] = {**displays.get(seen["name"], {}), "size": seen["size"], "check": found}
    _keep(desk, {**desk.settings, "displays": _newest(displays)})
    record(
        verb="display.checked", actor=user, practice_id=practice.pk, subject=desk,
        detail={"size": seen["size"], "steps": seen["steps"], "all": found["all"]},
    )  # fmt: skip
    return found


def shows_all(seen: Settings) -> bool:
    """Whether every step, both squares and an even ramp were seen. Letters are graded and decide nothing by themselves."""
    return bool(seen["steps"] == LUMINANCE_STEPS and seen["dark_square"] and seen["bright_square"] and seen["smooth"])


def _locked(user: User) -> Desk:
    Desk.objects.get_or_create(user=user)
    return Desk.objects.select_for_update().get(user=user)


def _keep(desk: Desk, settings: Settings) -> Settings:
    desk.settings = {name: value for name, value in settings.items() if value is not None}
    desk.save(update_fields=["settings", "changed_at"])
    return dict(desk.settings)


def _newest(displays: Settings) -> Settings:
    """At most as many displays as a person can have, the ones used last."""
    when = {name: max(one.get("at", ""), one.get("check", {}).get("at", "")) for name, one in displays.items()}
    last = sorted(displays, key=lambda name: when[name])[-MOST_DISPLAYS:]
    return {name: displays[name] for name in last}


def _now() -> str:
    return timezone.now().isoformat(timespec="seconds")
