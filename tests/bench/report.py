"""The table on the screen and test-results/bench.json."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.measures import Line, Series
from tests.browser.stack import ROOT

FILE = ROOT / "test-results" / "bench.json"
COLUMNS = ("n", "median", "min", "max", "p95")


def table(lines: Sequence[Line]) -> str:
    """One row for each measurement and, indented below it, its peer; the ratio stands with the measurement."""
    rows = [("", "unit", *COLUMNS, "ratio")]
    for line in lines:
        rows.append((*_cells(line.measured), f"{line.ratio:.3g} x (by {line.by})"))
        rows.append((*_cells(line.peer, "  of "), ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(_aligned(row, widths) for row in rows)


def _cells(series: Series, before: str = "") -> tuple[str, ...]:
    found = series.summary()
    numbers = [f"{found[column]:g}" for column in COLUMNS]
    return (before + series.name, series.unit, *numbers)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = row
    return "  ".join([name.ljust(widths[0]), *(n.rjust(width) for n, width in zip(numbers, widths[1:], strict=True))])


def busy(found: dict[str, Any]) -> str:
    """A sentence where other work held more than half of the cores when the bench began, else empty."""
    load = found["load_average"][0]
    if load <= found["cores"] / 2:
        return ""
    return f"The machine was busy before the bench began (load average {load} on {found['cores']} cores): compare ratios, not seconds."


def machine() -> dict[str, Any]:
    """What was measured on, and how busy it was at this moment."""
    model = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text())
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "processor": model.group(1) if model else platform.machine(),
        "memory_gb": round(int(memory.group(1)) / 1e6, 1) if memory else None,
        "load_average": [round(value, 2) for value in os.getloadavg()],
        "python": platform.python_version(),
        "database": os.environ.get("DATABASE_URL", "sqlite").split(":")[0],
        "broker": os.environ.get("CELERY_BROKER_URL", "embedded").split(":")[0],
    }


def write(before: dict[str, Any], lines: Sequence[Line], facts: dict[str, Any]) -> Path:
    """Keep everything, each value included, for the next run to be compared with."""
    FILE.parent.mkdir(exist_ok=True)
    content = {"machine": before, "lines": [line.summary() for line in lines], **facts}
    FILE.write_text(json.dumps(content, indent=2) + "\n")
    return FILE
