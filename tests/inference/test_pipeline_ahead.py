"""The next image is decoded while the network reads this one; order, failures and memory stay as if it were not."""

import threading
from itertools import pairwise

import pytest

from inference.ahead import ahead


def test_results_come_in_order_and_the_next_one_is_begun_before_this_one_is_used() -> None:
    begun: list[int] = []
    second = threading.Event()

    def work(item: int) -> int:
        begun.append(item)
        if item == 1:
            second.set()
        return item * item

    results = ahead(work, range(4))
    assert next(results) == 0
    assert second.wait(timeout=60), "nothing was begun while the first result was in use"
    assert list(results) == [1, 4, 9] and begun == [0, 1, 2, 3]


def test_never_more_than_one_result_waits() -> None:
    begun: list[int] = []
    results = ahead(lambda item: begun.append(item), iter(range(100)))
    for taken, _ in enumerate(results, start=1):
        assert len(begun) <= taken + 1


def test_work_runs_in_one_thread_that_is_not_ours() -> None:
    threads = list(ahead(lambda _: threading.get_ident(), range(5)))
    assert len(set(threads)) == 1 and threads[0] != threading.get_ident()


def test_a_failure_is_raised_where_its_result_would_have_come_and_ends_the_work() -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        return 1 // (2 - item)

    results = ahead(work, range(10))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert 3 <= len(begun) <= 4


def test_leaving_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    for first, _ in pairwise(ahead(lambda item: item, range(1000))):
        assert first == 0
        break
    assert threading.active_count() == before
