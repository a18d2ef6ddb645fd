"""What `.ci/run` leaves out of its second round is what that round could not change."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESK = sorted((ROOT / "tests" / "browser").glob("test_viewer_*.py"))
PORTAL = {"stack", "people", "db", "transactional_db"}


def portal_fixtures(source):
    """Names of the portal's fixtures that the functions of this source ask for."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return {argument.arg for function in functions for argument in function.args.args} & PORTAL


@pytest.mark.parametrize("file", DESK, ids=lambda file: file.name)
def test_the_viewers_desk_needs_no_portal_and_so_no_second_database(file):
    assert portal_fixtures(file.read_text()) == set()
    assert "django_db" not in file.read_text()


def test_the_check_bites():
    assert portal_fixtures("def test_x(people, stack): pass") == {"people", "stack"}
    assert DESK
    assert "tests/browser/test_viewer_*.py" in (ROOT / ".ci" / "run").read_text()
