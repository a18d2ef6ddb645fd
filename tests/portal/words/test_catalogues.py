"""Every message that the sources mark is translated, and what is compiled is what is written."""

import pytest
from babel.messages.mofile import read_mo

from tests.portal.words.catalogue import (
    DOMAINS,
    LANGUAGES,
    holes,
    key,
    marked,
    of_python,
    of_script,
    of_template,
    po,
    read,
)  # fmt: skip

each = pytest.mark.parametrize(("language", "domain"), [(a, b) for a in LANGUAGES for b in DOMAINS])


def forms(text):
    return [text] if isinstance(text, str) else list(text)


@each
def test_the_catalogue_holds_what_the_sources_mark_and_nothing_else(language, domain):
    held = {key(message) for message in read(language, domain) if message.id}
    wanted = set(marked(domain))
    assert (wanted - held, held - wanted) == (set(), set()), "run: python -m tests.portal.words"


@each
def test_every_message_is_translated_and_none_is_a_guess(language, domain):
    catalogue = read(language, domain)
    assert [each.id for each in catalogue if each.id and not all(forms(each.string))] == []
    assert [each.id for each in catalogue if each.id and each.fuzzy] == []
    assert list(catalogue.obsolete) == []


@each
def test_what_is_filled_in_is_the_same_in_the_translation(language, domain):
    wrong = [
        (source, said)
        for message in read(language, domain)
        if message.id
        for source, said in zip(forms(message.id), forms(message.string), strict=True)
        if holes(source) != holes(said)
    ]
    assert wrong == []


@each
def test_edges_are_kept(language, domain):
    """A space or a full stop at the end joins with what stands beside it on the page."""
    wrong = [
        (source, said)
        for message in read(language, domain)
        if message.id
        for source, said in zip(forms(message.id), forms(message.string), strict=True)
        if (source[:1].isspace(), source[-1:].isspace()) != (said[:1].isspace(), said[-1:].isspace())
        or (source[-1:] in ".…:" and said[-1:] not in ".…:")
    ]
    assert wrong == []


@each
def test_what_is_compiled_is_what_is_written(language, domain):
    with po(language, domain).with_suffix(".mo").open("rb") as file:
        compiled = {key(message): forms(message.string) for message in read_mo(file) if message.id}
    assert compiled == {key(message): forms(message.string) for message in read(language, domain) if message.id}


def test_the_reader_of_sources_finds_every_kind_of_mark():
    python = 'a = _("one")\nb = ngettext("%(n)s case", "%(n)s cases", n)\nc = pgettext_lazy("noun", "read")\nd = "no"'
    assert of_python(python) == [("one", None), (("%(n)s case", "%(n)s cases"), None), ("read", "noun")]
    template = """{% load i18n %}<p>{% translate "one" %}</p>
        {% blocktranslate trimmed count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}
        {% include "x" with title=_("it's two") %} plain "text" isn't"""
    assert of_template(template) == [("one", None), (("%(n)s case", "%(n)s cases"), None), ("it's two", None)]
    script = 'const a = <T>(b: T): string => gettext("one", { b: `x${1}` }); ngettext("a", "b", 2);'
    assert of_script(script) == [("one", None), (("a", "b"), None)]
