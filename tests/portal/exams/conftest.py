"""A release to be asked for: these tests file exams, no model reads them."""

import pytest

from portal.analysis import releases, services


@pytest.fixture(autouse=True)
def release(monkeypatch):
    """A release by its facts alone."""
    monkeypatch.setattr(services, "bundled", lambda: releases.Facts("test", "0", "0" * 64, {}))
