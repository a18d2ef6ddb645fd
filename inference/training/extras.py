"""What is measured of a trained network beside its scores: whom it refuses to read, and whether its map tells the truth."""

import json
from collections.abc import Sequence
from pathlib import Path

from inference.datasets.records import Record
from inference.quality import fitting
from inference.training.config import TrainingConfig
from inference.training.publish import Extra


def unlike(config: TrainingConfig, records: Sequence[Record]) -> Extra:
    """How far from the training images an image may lie and still be scored."""
    found = fitting.measured(records, config.spec)
    return Extra(tables={"distribution": found.to_table()}, section=fitting.as_markdown(found))


def faithful(config: TrainingConfig, records: Sequence[Record], run: Path, limit: int) -> list[Extra]:
    """Faithfulness of the maps of fold networks on `limit` images of each set that they had not seen; none where 0.

    It takes minutes of a core for each image, so `run` keeps what was measured and a second call reads it.
    """
    if not limit:
        return []
    table, text = run / f"faithfulness-{limit}.json", run / f"faithfulness-{limit}.md"
    if not (table.is_file() and text.is_file()):
        from inference.saliency.faithfulness import as_markdown  # captum: only a run that asks for it needs it
        from inference.saliency.folds import measure_out_of_fold

        found = measure_out_of_fold(config, records, run, limit=limit, with_curves=limit // 3, with_cascade=limit // 6)
        table.write_text(json.dumps(found.to_dict()), encoding="utf-8")
        text.write_text(as_markdown(found), encoding="utf-8")
    said = json.loads(table.read_text(encoding="utf-8"))
    return [Extra(tables={"faithfulness": said}, section=text.read_text(encoding="utf-8"))]
