"""Rules that say, by where the model's score ranks an exam, how many readers it gets."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rule:
    """steps: (share, readers), rising: exams ranked from that share of the worklist up get so many readers, 0, 1 or 2.

    model_reads: the model is the second of two readers; it recalls the highest share `recalls`.
    """

    name: str
    steps: tuple[tuple[float, int], ...]
    model_reads: bool = False
    recalls: float = 0.1

    @classmethod
    def of(cls, text: str) -> "Rule":
        """Read "NAME=SHARE:READERS,..." such as "mine=0:0,0.5:1,0.9:2"; ValueError says what is wrong."""
        name, _, told = text.partition("=")
        try:
            steps = tuple((float(share), int(readers)) for share, readers in (s.split(":") for s in told.split(",")))
        except ValueError as error:
            raise ValueError(f"rule {text!r} is not NAME=SHARE:READERS,... such as mine=0:1,0.9:2") from error
        shares = [share for share, _ in steps]
        if shares[0] != 0 or shares != sorted(set(shares)) or shares[-1] >= 1 or {r for _, r in steps} - {0, 1, 2}:
            raise ValueError(f"rule {text!r}: shares must rise from 0 to below 1, readers be 0, 1 or 2")
        return cls(name, steps)


def usual(clear: float = 0.3, double: float = 0.1, recalls: float = 0.1) -> dict[str, Rule]:
    """The rules by name. clear: lowest share that triage clears unread. double: highest share that MASAI reads twice.

    MASAI (Lång et al., Lancet Oncology 2023): risk scores 1-9 are read once, 10 twice; score 10 is the highest tenth here,
    unless `double` says otherwise.
    """
    return {
        "double": Rule("double", ((0.0, 2),)),
        "single": Rule("single", ((0.0, 1),)),
        "triage": Rule("triage", ((0.0, 0), (clear, 2))),
        "masai": Rule("masai", ((0.0, 1), (1.0 - double, 2))),
        "second": Rule("second", ((0.0, 1),), model_reads=True, recalls=recalls),
    }


BASELINE: Final = "double"
"""What every rule is compared with: two readers, a third where they differ."""
