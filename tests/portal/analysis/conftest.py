"""The release of these tests, and an analyst that any test may replace."""

import pytest

from portal.analysis import runner, services
from tests.portal.analysis.results import FACTS, Analyst
from tests.portal.viewer.filing import file_exam


@pytest.fixture(autouse=True)
def release(monkeypatch):
    monkeypatch.setattr(services, "bundled", lambda: FACTS)
    return FACTS


@pytest.fixture
def use(monkeypatch):
    """Put an analyst where the worker's model would be."""

    def use(analyst):
        monkeypatch.setattr(runner, "analyst", lambda: analyst)
        return analyst

    use(Analyst())
    return use


@pytest.fixture
def exam(cast):
    return file_exam(cast.northside, [("R", "CC"), ("L", "CC")])


@pytest.fixture
def run(cast, exam):
    return services.request_run(exam=exam, actor=cast.alice)
