"""Work done a little ahead of who needs it: decoding the next image while the network reads this one."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


def ahead(work: Callable[[Item], Done], items: Iterable[Item], depth: int = 1) -> Iterator[Done]:
    """`work(item)` for every item, in order, in one further thread; never more than `depth` results wait.

    What `work` raises is raised where its result would have come. Decoders and numpy let go of the interpreter's lock, so
    a thread is enough; one of them, so that memory stays that of `depth` + 1 images.
    """
    waiting: deque[Future[Done]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > depth:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for left in waiting:
                left.cancel()
