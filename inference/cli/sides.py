"""A table that says the side, view and exam of files, for pictures that have no header, and what else is known."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inference.cli.files import Given
from inference.context import Context

FILE = ("file", "image", "filename", "path")
SIDE = ("laterality", "side")
VIEW = ("view", "view_position")
CONTEXT = ("age", "density", "prior")
EXAM = ("exam", "study", "patient", "patient_id")
SIDES = {"": None, "L": "L", "LEFT": "L", "R": "R", "RIGHT": "R"}

Row = dict[str, str]


def with_sides(files: Sequence[Given], table: Path) -> tuple[list[Given], list[str]]:
    """The files with what the CSV `table` says of them, and the names it holds that were not handed in.

    A file is named by its path, by its path relative to the table, or by its bare name. Raises ValueError that
    names the column or cell at fault; OSError where the table is not there.
    """
    rows = _rows(table)
    answered, used = [], set()
    for file in files:
        name = next((name for name in _names(file.path, table.parent) if name in rows), None)
        answered.append(file if name is None else _told(file, rows[name], table))
        used.add(name)
    return answered, [name for name in rows if name not in used]


def _rows(table: Path) -> dict[str, Row]:
    with table.open(newline="", encoding="utf-8-sig") as stream:
        reader = csv.DictReader(stream)
        columns = {(name or "").strip().lower(): name for name in reader.fieldnames or []}
        file = next((columns[name] for name in FILE if name in columns), None)
        if file is None or not any(name in columns for name in (*SIDE, *VIEW, *EXAM, *CONTEXT)):
            raise ValueError(
                f"{table} needs a column file and one of laterality, view, exam, age, density, prior; it has {[*columns]}"
            )
        rows = [{(k or "").strip().lower(): (v or "") for k, v in row.items() if isinstance(v, str)} for row in reader]
    named: dict[str, Row] = {}
    for row in rows:
        name = row.get(file.strip().lower(), "").strip()
        if name in named and named[name] != row:
            raise ValueError(f"{table}: {name!r} has two rows that differ: keep one")
        named[name] = row
    return named


def _names(path: Path, folder: Path) -> list[str]:
    try:
        inside = [path.resolve().relative_to(folder.resolve()).as_posix()]
    except ValueError:
        inside = []
    return [str(path), path.as_posix(), *inside, path.name]


def _told(file: Given, row: Row, table: Path) -> Given:
    side, view, exam = (_cell(row, names) for names in (SIDE, VIEW, EXAM))
    if side.upper() not in SIDES:
        raise ValueError(f"{table}: laterality of {file.path.name} is {side!r}, not L, R or empty")
    return replace(
        file,
        laterality=SIDES[side.upper()] or file.laterality,
        view=view.upper() or file.view,
        exam=exam or None,
        context=_context(file, row, table),
    )


def _context(file: Given, row: Row, table: Path) -> Context:
    """Age in years, density A to D, the prior exam's probability; a cell may be empty."""
    age, density, prior = (row.get(name, "").strip() for name in CONTEXT)
    try:
        return Context(_number(age.rstrip("Yy")), density.upper() or None, _number(prior))
    except ValueError as error:
        raise ValueError(f"{table}: {file.path.name}: {error}") from error


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _cell(row: Row, names: Sequence[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")
