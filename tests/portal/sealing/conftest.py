"""What the walks share."""

from itertools import count

import pytest
from django.db import transaction

from portal.reading import pdf
from tests.portal.sealing.stand import Stand
from tests.portal.sealing.walk import walk
from tests.portal.sealing.worlds import world
from tests.portal.viewer import filing


@pytest.fixture
def stand(monkeypatch):
    """The clock and the dice, which stand still for the whole test; a PDF is its page, so that its words can be searched."""
    monkeypatch.setattr(pdf, "to_pdf", lambda html, pictures=None: html.encode() + b"".join((pictures or {}).values()))
    monkeypatch.setattr(filing, "_numbers", count(1))
    stand = Stand(monkeypatch)
    with stand.still():
        yield stand


@pytest.fixture
def cast(stand, cast):
    """The cast, whose identifiers come from the dice: a needle of seven digits is not met in them by chance now and then."""
    return cast


@pytest.fixture
def walks(stand):
    """`walks(ground, [findings, ...])`: the walk through a world for each, all on the same ground.

    `then(world)` brings it further before the walk; what else is given goes to `walk`.
    """

    def made(ground, findings, then=None, first=(), **how):
        found = []
        for at, each in enumerate(findings):
            here = transaction.savepoint()
            one = world(ground, each, stand, *first[at : at + 1])
            if then is not None:
                then(one)
            found.append(walk(one, stand, **how))
            transaction.savepoint_rollback(here)
        return found

    return made
