"""Values of arguments that several commands share; argparse turns a refusal into one line and exit 2."""

import re
from argparse import ArgumentParser, ArgumentTypeError


def positive(text: str) -> int:
    """A whole number of at least 1."""
    return _at_least(1, text)


def not_negative(text: str) -> int:
    """A whole number of at least 0."""
    return _at_least(0, text)


def chance(text: str) -> float:
    """A number between 0 and 1, neither of them."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise ArgumentTypeError(f"{text!r} does not lie between 0 and 1")
    return value


def add_threads(parser: ArgumentParser) -> None:
    """--threads, for `inference.device.limit_threads`: it wins over OVERREAD_THREADS."""
    told = "CPU threads (default: OVERREAD_THREADS, else every core this process may use)"
    parser.add_argument("--threads", type=positive, metavar="N", help=told)


def device(name: str) -> str:
    """auto, cpu, cuda or cuda:N, where that one is here."""
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", name):
        raise ArgumentTypeError(f"{name!r} is not auto, cpu, cuda or cuda:N")
    if name.startswith("cuda"):
        import torch  # help and the other devices do without

        if int(name.partition(":")[2] or 0) >= torch.cuda.device_count():
            raise ArgumentTypeError(f"there is no device {name} here: use auto or cpu")
    return name


def _at_least(least: int, text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least {least}")
    return value
