"""How one, two or three readers drawn at random would decide on each exam: exact chances, nothing drawn."""

from dataclasses import dataclass

import numpy as np

from inference.evaluation.metrics import Bools, Floats


@dataclass(frozen=True)
class Chances:
    """Chances by exam (n,): a reader recalls it; two readers both do; two readers differ; two of three readers do.

    The last is double reading's: a third reader settles it where two differ.
    """

    one: Floats
    both: Floats
    differ: Floats
    settled: Floats


def real(recalls: Bools) -> Chances:
    """Readers drawn without replacement from those there are. recalls: (readers, n), three readers or more.

    Raises ValueError for fewer: two that differ need a third.
    """
    count = len(recalls)
    if count < 3:
        raise ValueError(f"double reading needs three readers, two and one to settle it; there are {count}")
    yes = recalls.sum(axis=0).astype(np.float64)
    no = count - yes
    pairs, triples = count * (count - 1), count * (count - 1) * (count - 2)
    both, differ = yes * (yes - 1) / pairs, 2 * yes * no / pairs
    settled = (yes * (yes - 1) * (yes - 2) + 3 * yes * (yes - 1) * no) / triples
    return Chances(yes / count, both, differ, settled)


def assumed(truth: Bools, sensitivity: float, specificity: float) -> Chances:
    """Readers of one sensitivity and specificity who err independently of one another, which real ones do not."""
    if not (0 < sensitivity < 1 and 0 < specificity < 1):
        raise ValueError("a reader's sensitivity and specificity lie between 0 and 1")
    one = np.where(truth, sensitivity, 1 - specificity)
    return Chances(one, one**2, 2 * one * (1 - one), one**2 + 2 * one**2 * (1 - one))
