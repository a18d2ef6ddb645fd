"""Cornerstone and its codecs are imported where the page loads them late, and nowhere else: one import more and every page of the viewer waits for 2.9 MB."""

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "static" / "viewer" / "src"
HEAVY = re.compile(r'^import (?!type )[^;]*?"(?:@cornerstonejs|@kitware)/', re.MULTILINE)
LATE = {
    "viewer/pane/engine.ts", "viewer/pane/gpu.ts", "viewer/pane/texture.ts", "viewer/data/foreign.ts", "viewer/decode/worker.ts",
}  # fmt: skip
FILES = {str(path.relative_to(SOURCES)): path.read_text() for path in SOURCES.rglob("*.ts")}
STATIC = re.compile(
    r'^(?:import (?!type )|export )[^;]*?from "\./(?:engine|gpu|texture|foreign)"|from "\.\./(?:pane/(?:engine|gpu|texture)|data/foreign)"',
    re.MULTILINE,
)


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_is_heavy_is_imported_late(name):
    assert name in LATE or not HEAVY.search(FILES[name])
    assert name in LATE or not STATIC.search(FILES[name])


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ('import { cache } from "@cornerstonejs/core";', True),
        ('import {\n  cache,\n} from "@cornerstonejs/core";', True),
        ('import "@kitware/vtk.js/Rendering/Profiles/All";', True),
        ('import type { Types } from "@cornerstonejs/core";', False),
        ('const late = import("./gpu");', False),
    ],
)
def test_the_check_bites(line, caught):
    assert bool(HEAVY.search(line)) == caught


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ('import * as engine from "./engine";', True),
        ('import { GpuSurface } from "../pane/gpu";', True),
        ('import type { Drawing } from "./gpu";', False),
        ('loading ??= import("./gpu").then(start);', False),
    ],
)
def test_the_check_of_our_own_late_modules_bites(line, caught):
    assert bool(STATIC.search(line)) == caught
