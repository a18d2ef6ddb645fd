"""What a coordinator's page of readers tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.cases.desk import load_of
from portal.cases.models import Assignment, Case, Pause
from portal.practices.models import Practice

LATELY = timedelta(days=7)


def reader_rows(practice: Practice) -> dict[str, Any]:
    """`readers`: each with held, late, done in the last week and since when they pause; `free`: places in the pool."""
    now = timezone.now()
    held = Assignment.objects.filter(case__in=Case.objects.open().filter(practice=practice), done_at=None)
    late = held.filter(case__due_at__lt=now).exclude(member=None).values_list("member", flat=True)
    done = Assignment.objects.filter(case__practice=practice, done_at__gte=now - LATELY)
    pauses = dict(Pause.objects.filter(practice=practice).values_list("user", "since"))
    lates, dones = list(late), list(done.values_list("member", flat=True))
    rows = [
        {
            "reader": reader,
            "held": load,
            "late": lates.count(reader.pk),
            "done": dones.count(reader.pk),
            "pauses": pauses.get(reader.pk),
        }
        for reader, load in load_of(practice)
    ]
    return {"readers": rows, "free": held.filter(member=None).count()}
