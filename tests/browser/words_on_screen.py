"""What a page says, for eyes and for ears, and whether there is room to say it; read inside the page."""

from __future__ import annotations

import re
from typing import Any

ENGLISH = re.compile(
    r"\b(?:about|abstains|account|after|again|and|analysis|any|are|arrived|assigned|at|back|because|before|both|breast|"
    r"by|cancel|cannot|case|cases|category|choose|close|comment|comments|day|days|density|diagnosis|done|due|each|"
    r"earlier|email|every|exam|exams|failed|finding|findings|first|for|from|handed|held|history|how|image|images|is|keep|"
    r"keys|know|last|left|locked|lock|members|missing|mine|months|newest|next|nobody|none|not|of|open|opened|opinion|or|"
    r"other|others|page|password|patient|practice|previous|prior|priors|question|read|reader|readers|ready|reads|recall|"
    r"reference|report|right|save|scored|search|sealed|settings|shown|sides?|sign|signed|sizes?|soon|stored|"
    r"than|that|the|them|these|they|this|to|undated|unknown|until|urgent|views?|waiting|waits|what|when|where|which|"
    r"who|window|with|without|worklist|write|years?|yes|your)\b",
    re.IGNORECASE,
)
"""English words of an interface that neither German nor Spanish has."""

CODES = re.compile(r"\b\w+:(?:read|write)\b|\b[RL](?:CC|MLO)-prior\b")  # scopes of a token, places of a layout
SAID = """() => {
  const kept = '[lang=en], [lang=en] *, [translate=no], [translate=no] *, script, style, noscript, code, .code, template';
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (node.data.trim() && !node.parentElement.closest(kept)) said.push(node.data.trim().replace(/\\s+/g, ' '));
  for (const one of document.body.querySelectorAll('[title], [aria-label], [placeholder], [alt]'))
    if (!one.closest(kept))
      for (const name of ['title', 'aria-label', 'placeholder', 'alt']) if (one.getAttribute(name)) said.push(one.getAttribute(name));
  return [document.title, ...new Set(said)];
}"""
"""The texts of the page, seen or not; without those that say they are English, codes, and what no one translates."""

CUT_OFF = """() => {
  const small = 'button, .btn, label, th, dt, legend, summary, h1, h2, h3, nav a, [role=tab], .state, select, option';
  const hidden = one => one.closest('.visually-hidden, .skip-link, [hidden]') || !one.getClientRects().length;
  const cut = [];
  for (const one of document.body.querySelectorAll('*')) {
    if (hidden(one) || one.closest('svg') || one.closest('[title]') || !one.innerText?.trim()) continue;
    const style = getComputedStyle(one);
    const clips = style.overflowX === 'hidden' || style.overflowX === 'clip';
    if (one.matches('select')) {
      const alone = one.cloneNode(false);
      alone.append(new Option(one.selectedOptions[0]?.text ?? ''));
      alone.style.cssText = 'position: absolute; visibility: hidden; inline-size: auto; max-inline-size: none';
      one.after(alone);
      if (alone.offsetWidth > one.offsetWidth + 1) cut.push(['wide', one]);
      alone.remove();
    }
    if (style.display === 'inline' || one.matches('select, option')) continue;
    if ((clips || one.matches(small)) && one.scrollWidth > one.clientWidth + 1) cut.push(['wide', one]);
    if (style.overflowY === 'hidden' && one.matches(small) && one.scrollHeight > one.clientHeight + 2) cut.push(['high', one]);
  }
  return cut.map(([way, one]) => `${way}: <${one.tagName.toLowerCase()} class="${one.className}"> ${one.innerText.trim().slice(0, 60)}`);
}"""
"""Elements whose words do not fit: cut off without a title that says them whole, or spilling out of what has an edge.

A closed list counts where what is chosen is longer than its box; not those of a finding, which are narrow (docs/plan.md).
"""


def english_of(said: list[str], names: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """The texts in which an English word stands; `names` are taken out first."""
    found: dict[str, list[str]] = {}
    for text in said:
        rest = CODES.sub(" ", text)
        for name in names:
            rest = rest.replace(name, " ")
        if words := ENGLISH.findall(rest):
            found[text] = words
    return found


def look(page: Any, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """What is wrong with the words of the page in this window; empty where nothing is."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = {
        "english": english_of(page.evaluate(SAID), names),
        "cut off": page.evaluate(CUT_OFF),
        "scrolls sideways by": max(0, wide),
    }
    return {what: which for what, which in found.items() if which}
