"""Static files have one name each: what Vite has hashed keeps its name, everything else gets one."""

import re

import pytest
from django.core.files.storage import FileSystemStorage

from portal.base.static_files import StaticFiles

FILES = {
    "viewer/assets/viewer-BX9apuP8.js": 'import "./engine-B1Oh-oqn.js";',
    "viewer/assets/engine-B1Oh-oqn.js": "export const one = 1;",
    "viewer/assets/site-Bj9MzDlc.css": "@font-face { src: url(./icons-DJdhg9lH.woff2?e348) }",
    "viewer/assets/icons-DJdhg9lH.woff2": "font",
    "css/site.css": "body { background: url(../img/mark.svg) }",
    "img/mark.svg": "<svg/>",
}


@pytest.fixture
def collected(tmp_path, settings):
    """The storage after collectstatic's second half, run twice as a second start of the portal does."""
    settings.STATIC_ROOT = tmp_path / "root"
    source = FileSystemStorage(tmp_path / "source")
    storage = StaticFiles(location=settings.STATIC_ROOT)
    for root in (tmp_path / "source", tmp_path / "root"):
        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    for _ in range(2):
        for _name, _hashed, problem in storage.post_process({name: (source, name) for name in FILES}):
            assert not isinstance(problem, Exception)
    return storage


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("viewer/")])
def test_what_vite_built_keeps_the_name_by_which_its_modules_import_one_another(collected, name):
    assert collected.stored_name(name) == name
    assert collected.open(name).read().decode().replace('url("', "url(").replace('")', ")") == FILES[name]


def test_other_files_get_a_name_that_changes_with_their_content_and_refer_to_each_other_by_it(collected):
    name = collected.stored_name("css/site.css")
    assert re.fullmatch(r"css/site\.[0-9a-f]{12}\.css", name)
    assert re.search(r"url\(\"?../img/mark\.[0-9a-f]{12}\.svg", collected.open(name).read().decode())
