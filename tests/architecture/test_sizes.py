"""Small files, short functions: the budget is a test, and it bites."""

import statistics

from tests.architecture.sources import FILE_LIMIT, STATEMENT_LIMIT, functions, tracked


def lines_of(path):
    return len(path.read_text(errors="replace").splitlines())


def product_files():
    return tracked(".py", ".ts", ".css", ".html")


def test_no_file_is_over_the_limit():
    assert {str(p): n for p in product_files() if (n := lines_of(p)) > FILE_LIMIT} == {}


def test_half_of_the_python_files_are_small_and_nearly_all_are_not_long():
    sizes = sorted(lines_of(p) for p in tracked(".py") if "tests" not in p.parts)
    assert statistics.median(sizes) <= 80
    assert sizes[int(len(sizes) * 0.95)] <= 250


def test_functions_are_short():
    found = [f for p in tracked(".py") if "tests" not in p.parts for f in functions(p)]
    assert statistics.median(f.lines for f in found) <= 12
    assert [f.where for f in found if f.statements > STATEMENT_LIMIT] == []


def test_the_measure_bites(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("def long():\n" + "    x = 1\n" * (STATEMENT_LIMIT + 1))
    [found] = functions(bad)
    assert found.statements > STATEMENT_LIMIT
    assert found.public_without_docstring
