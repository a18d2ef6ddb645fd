"""What a fit says of itself: rows of log.csv, and the same numbers for TensorBoard."""

import csv
from pathlib import Path

from tensorboardX import SummaryWriter

BOARD = "board"
"""Folder of TensorBoard's event files, beside log.csv."""


def log(path: Path, row: dict[str, float]) -> None:
    """Append a row to a CSV, with its header where the file is new, and to TensorBoard; the first column counts steps."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, row)
        if new:
            writer.writeheader()
        writer.writerow(row)
    (_, step), *values = row.items()
    with SummaryWriter(str(path.parent / BOARD)) as board:
        for name, value in values:
            board.add_scalar(name, value, int(step))
