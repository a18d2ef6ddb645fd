"""Does the side that an image is filed under agree with what its pixels show?"""

from inference.breast import Breast
from inference.decode.decoded import Decoded
from inference.results import Reason

CLEAR = 0.3  # |Breast.chest| from which the pixels leave no doubt
DOUBT = "Read with care: filed as the {side} breast, but the chest wall is at the {wall}. Check the laterality."


PARTIAL = "Read with care: the header says that only a part of the breast is shown."


def partial_notes(decoded: Decoded) -> list[Reason]:
    """A note where the header calls the view partial; the outline gate refuses what is cut off on the wrong side."""
    return [Reason("partial_view", PARTIAL)] if decoded.partial else []


def side_notes(decoded: Decoded, breast: Breast, laterality: str | None) -> list[Reason]:
    """A note, which does not keep the image from being scored, where the chest wall is on the other side.

    Patient Orientation, where it is given, says which side that is (PS3.3 C.7.6.1.1.1); else L has it at the left.
    """
    if laterality not in ("L", "R") or abs(breast.chest) < CLEAR:
        return []
    rows_run = decoded.orientation[0][:1] if decoded.orientation else ""
    expected_right = rows_run == "P" if rows_run in ("A", "P") else laterality == "R"
    if (breast.chest > 0) == expected_right:
        return []
    words = {"side": "left" if laterality == "L" else "right", "wall": "right" if breast.chest > 0 else "left"}
    return [Reason("laterality_doubtful", DOUBT.format(**words))]
