"""Both themes keep WCAG 2.2 AA contrast: 4.5 for words (1.4.3), 3 for the edges of controls (1.4.11)."""

import re

import pytest

from portal.settings.main import ROOT

CSS = (ROOT / "static" / "css" / "tokens.css").read_text()
GROUNDS = ("ground", "surface", "raised")
WORDS = ("text", "muted", "accent", "ok", "warn", "bad")


def colours(theme):
    block = CSS.split(f'[data-bs-theme="{theme}"] {{')[1].split("}")[0]
    found = dict(re.findall(r"--ov-([\w-]+): (#[0-9a-f]{3,6})", block))
    return {
        name: "#" + "".join(c * 2 for c in value[1:]) if len(value) == 4 else value for name, value in found.items()
    }


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def pairs():
    yield from ((word, ground, 4.5) for word in WORDS for ground in GROUNDS)
    yield from (("edge", ground, 3) for ground in GROUNDS)
    yield from ((word, f"{word}-ground", 4.5) for word in ("accent", "ok", "warn", "bad"))
    yield from (("text", f"{word}-ground", 4.5) for word in ("accent", "ok", "warn", "bad"))
    yield ("on-accent", "accent", 4.5)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_pair_of_colours_can_be_read(theme):
    known = colours(theme)
    poor = {
        (a, b): round(contrast(known[a], known[b]), 2)
        for a, b, least in pairs()
        if contrast(known[a], known[b]) < least
    }
    assert poor == {}


def test_the_measure_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the well-known lightest AA grey


@pytest.mark.parametrize("path", ["error.css", "frame.css", "parts.css", "lists.css", "forms.css"])
def test_styles_use_the_tokens_and_no_colour_of_their_own(path):
    text = re.sub(r"@media print.*", "", (ROOT / "static" / "css" / path).read_text(), flags=re.DOTALL)
    own = set() if path == "error.css" else set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?!.*\{)", text))
    assert own - {"#id_roles"} == set()
