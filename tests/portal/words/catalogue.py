"""The messages that the sources mark, and the catalogues that translate them."""

import io
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ("de", "es")
DOMAINS = ("django", "djangojs")
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # a catalogue says nothing of the day on which it was written
_SINGLE = dict.fromkeys(("gettext_lazy", "gettext_noop"))
_PLURAL = dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
_CONTEXT = dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
_LITERAL = r'("(?:[^"\\]|\\.)*")'
SCRIPT = re.compile(rf"\b(n?gettext)\(\s*{_LITERAL}(?:,\s*{_LITERAL})?")
KEYWORDS = {**DEFAULT_KEYWORDS, **_SINGLE, **_PLURAL, **_CONTEXT}


def po(language, domain):
    return ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def of_python(text):
    """(message or its two forms, context) of each mark in Python code."""
    found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    return [(message, context) for _, message, _, context in found]


def of_template(text, name=""):
    """The same of a Django template."""
    code = re.sub(r"^[ \t]+", "", templatize(text, origin=name), flags=re.MULTILINE)  # a line's indent means nothing
    return of_python(code)


def of_script(text):
    """The same of TypeScript, where a message is a literal in double quotes, the first thing in the call."""
    return [
        ((json.loads(one), json.loads(many)) if call == "ngettext" else json.loads(one), None)
        for call, one, many in SCRIPT.findall(text)
    ]


@cache
def marked(domain):
    """Every message that the sources mark, each once, with the files that hold it."""
    if domain == "djangojs":
        files = [(path, of_script) for path in (ROOT / "static/viewer/src").rglob("*.ts")]
    else:
        files = [(path, of_python) for path in (ROOT / "portal").rglob("*.py") if "migrations" not in path.parts]
        files += [(path, of_template) for path in (ROOT / "templates").rglob("*.*")]
    found = {}
    for path, reader in sorted(files):
        for message in reader(path.read_text()):
            found.setdefault(message, []).append(str(path.relative_to(ROOT)))
    return found


def read(language, domain):
    with po(language, domain).open("rb") as file:
        return read_po(file, locale=language)


def key(message):
    return (message.id if isinstance(message.id, str) else tuple(message.id), message.context)


def merged(language, domain):
    """A new catalogue of what is marked now, with the translations that stand."""
    old = (
        {key(each): each.string for each in read(language, domain) if each.id} if po(language, domain).exists() else {}
    )
    made = Catalog(
        locale=language, domain=domain, project="Overread", version="1", fuzzy=False, header_comment="# Overread",
        creation_date=WRITTEN, revision_date=WRITTEN, last_translator="Overread", language_team=language,
        copyright_holder="Overread", msgid_bugs_address="none",
    )  # fmt: skip
    made._num_plurals, made._plural_expr = 2, "(n != 1)"  # Babel's Spanish has a third form, for millions
    for message, context in marked(domain):
        made.add(message, old.get((message, context), ("", "") if isinstance(message, tuple) else ""), context=context)
    return made


def write(catalogue, path):
    """The catalogue as .po, sorted, and compiled beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, no_location=True, sort_output=True, width=120)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def holes(text):
    """What a program fills in, and marks of HTML: a translation has the same."""
    return sorted(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>", text))
