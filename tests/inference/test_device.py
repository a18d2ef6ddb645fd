"""How many threads and which device the network gets."""

from collections.abc import Iterator

import pytest
import torch

from inference.device import choose, limit_threads


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Leave torch's threads as they were."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_the_environment_limits_the_threads_and_an_argument_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERREAD_THREADS", "1")
    assert limit_threads() == torch.get_num_threads() == 1
    assert limit_threads(2) == torch.get_num_threads() == 2


def test_without_a_limit_every_core_of_this_process_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVERREAD_THREADS", raising=False)
    assert limit_threads() >= 1


def test_a_device_is_taken_by_its_name_and_auto_finds_one() -> None:
    assert choose("cpu") == torch.device("cpu")
    assert choose("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
