"""No text that people see is left without a mark; each one that stays English is named here with its reason."""

from pathlib import Path

import pytest

from tests.portal.words.catalogue import ROOT
from tests.portal.words.unmarked import of_python, of_script, of_template

SIGNED = "part of the signed report, which is English whoever signs it"
STORED = "what is stored, hashed or exported never depends on a language"
SENT = "mails and DICOM objects are sent in English"
PROGRAM = "said to a program, or in the documentation of the API"
OPERATOR = "said to who installs and runs the portal, in a terminal or a log"
ENGLISH = {  # a file, or the beginning of its path: why nothing in it is marked
    "templates/reading/_opinions.html": SIGNED,
    "templates/reading/_pictures.html": SIGNED,
    "templates/reading/_release.html": SIGNED,
    "templates/reading/_report_body.html": SIGNED,
    "portal/cases/notices.py": SENT,
    "portal/interop/presentation.py": SENT,
    "portal/interop/secondary_capture.py": SENT,
    "portal/reading/draft_report.py": SIGNED,
    "portal/reading/meeting_mail.py": SENT,
    "portal/reading/tasks.py": SENT,
    "portal/reading/training_set.py": STORED,
    "portal/reading/wording.py": SIGNED,
    "portal/practices/schema.py": PROGRAM,
    "portal/practices/tokens.py": PROGRAM,
    "portal/wado_proxy/": PROGRAM,
    "portal/settings/env.py": OPERATOR,
    "portal/stack/": OPERATOR,
}
NAMES = {  # a text, wherever it stands
    "Overread": "the name of the portal",
    "Overread · Overread": "a title before it is filled",
    "CSV": "a format's name",
    "C-8KQ2MN7F": "what a number looks like",
    "narrow": "a class",
    "full-bleed reading-room reading": "classes",
    "Suggestions come from a research model and are not a diagnosis.": "marked in base.html, and said where it is shown",
    "The trail is append-only: events are added with portal.audit.services.record() and never changed.": OPERATOR,
    "Sealed: you may still read this exam blind.": "stands in the trail's page and its export alike, both English there",
    "The content tree is too deep.": "an error that becomes a refusal with a sentence of its own",
    "{} is too large for an event's detail: write it as a whole number or as text.": OPERATOR,
    "An image without marks has no presentation state.": OPERATOR,
    "This server speaks tus {}.": PROGRAM,
    "A worker draws this image: ask again.": PROGRAM,
    "Auto": "the key of a preset, said by greyName",
    "Custom": "the same",
}  # fmt: skip
DOCUMENTED = ("serializers.py", "_api.py", "desk_api.py", "schema.py")  # their help_text is the API's documentation


def sources():
    """(file, reader) of everything that has words for people."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield path, of_template
    for path in sorted((ROOT / "portal").rglob("*.py")):
        if not {"migrations", "commands"} & set(path.parts):
            documented = path.name.startswith("api") or path.name.endswith(DOCUMENTED)
            yield path, (lambda text, kept=documented: of_python(text, documented=kept))
    for path in sorted((ROOT / "static" / "viewer" / "src").rglob("*.ts")):
        yield path, of_script


def stays(path, text):
    return text in NAMES or any(path.startswith(each) for each in ENGLISH)


@pytest.fixture(scope="module")
def found():
    return {str(path.relative_to(ROOT)): reader(path.read_text()) for path, reader in sources()}


def test_every_text_that_people_see_is_marked(found):
    unmarked = {path: left for path, texts in found.items() if (left := [t for t in texts if not stays(path, t)])}
    assert unmarked == {}, "mark them (CONTRIBUTING.md says how), or name them above with the reason"


def test_no_exception_outlives_its_reason(found):
    kept = {path for path, texts in found.items() if texts}
    assert [each for each in ENGLISH if not any(path.startswith(each) for path in kept)] == []
    every = {text for texts in found.values() for text in texts}
    assert set(NAMES) - every == set()


TEMPLATES = {
    "<p>Cases that wait</p>": ["Cases that wait"],
    '<button title="Search it"></button>': ["Search it"],
    '<img alt="A breast"><input placeholder="Name here" aria-label="{% translate "Name" %}">': [
        "A breast",
        "Name here",
    ],
    "{% block title %}Trail{% endblock %}": ["Trail"],
    "<td>{{ n }} cases of {{ all }}</td>": ["cases of"],
    '<a href="x">{% if a %}Open{% else %}{% translate "Close" %}{% endif %}</a>': ["Open"],
    '{% include "x" with title="Nothing here" say=_("So it is") %}': ["Nothing here"],
    "<option>Everybody</option>": ["Everybody"],
    '<p>{% translate "One" %} {{ two }} · {# Three #} <code>four</code> <kbd>Esc</kbd> <i lang="en">five</i></p>': [],
    "{% blocktranslate trimmed count n=n %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}": [],
    "<script>const words = 'no text';</script><style>p { color: red }</style>{% comment %}Not this{% endcomment %}": [],
}
PYTHON = {
    'x = forms.CharField(label="Family name")': ["Family name"],
    'x = forms.CharField(help_text=f"At most {n} letters.")': ["At most {} letters."],
    'messages.success(request, "It is kept.")': ["It is kept."],
    'messages.info(request, "Kept" if kept else gettext("Gone"))': ["Kept"],
    'raise forms.ValidationError("Wrong")': ["Wrong"],
    'raise Refused("code", "Not now")': ["Not now"],
    'raise Refused.at("field", f"Not {n}")': ["Not {}"],
    'raise PermissionDenied("Not yours")': ["Not yours"],
    'WORDS = gettext_noop("Not yet.")\nraise Refused("code", WORDS)': ["WORDS"],
    'raise Refused.at("field", gettext(WORDS))': [],
    'form.add_error("name", "Taken")': ["Taken"],
    'class State(models.TextChoices):\n    OPEN = "open", "Open now"': ["Open now"],
    'state = {"code": "x", "say": "Sealed"}': ["Sealed"],
    'def say():\n    return "The case waits for a reader."': ["The case waits for a reader."],
    'done = f"{reader} has this case now."': ["{} has this case now."],
    'WORDS = {"a": "This is a sentence without a mark"}': ["This is a sentence without a mark"],
    'x = forms.CharField(label=gettext_lazy("Family name"))\nmessages.success(request, gettext("Kept %(n)s.") % {"n": 1})': [],
    '"""Words of a docstring."""\nlogger.info("The run has ended.")\nraise Refused("code", gettext("No."))': [],
}
SCRIPTS = {
    'el("button", { type: "button" }, "Close")': ["Close"],
    'el("p", { title: "Next image" })': ["Next image"],
    'button.title = "Search";': ["Search"],
    "node.textContent = `${n} images`;": ["${} images"],
    'node.title = `${n} mm${sure ? "" : ` ${gettext("about")}`}`; a.title = `${b ? "Not sure" : c}`': ["Not sure"],
    'el("div", { "aria-label": "Images" })': ["Images"],
    'announce("Saved");': ["Saved"],
    'const text = ok ? "The image is there" : gettext("Wait");': ["The image is there"],
    'throw new Error("The image is not there yet")': ["The image is not there yet"],
    '{ id: "fit", label: "Fit", group: "Size" }': ["Fit"],
    'ngettext("%(count)s image", "%(count)s images", n); gettext("Fit it in")': [],
    'el("p", { class: "btn btn-quiet" }, gettext("Close")); // Not This Comment': [],
    'throw new Error("the page has no such part"); if (kind === "Some kind of thing") document.querySelector("A b c")': [],
}


@pytest.mark.parametrize(("text", "wanted"), TEMPLATES.items())
def test_a_text_planted_in_a_template_is_found(text, wanted):
    assert of_template(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), PYTHON.items())
def test_a_text_planted_in_python_is_found(text, wanted):
    assert of_python(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), SCRIPTS.items())
def test_a_text_planted_in_a_script_is_found(text, wanted):
    assert of_script(text) == wanted


def test_the_help_of_a_serializer_is_documentation_and_that_of_a_form_is_not():
    text = 'x = CharField(help_text="Who holds the open place.", label="Place")'
    assert of_python(text, documented=True) == ["Place"]
    assert of_python(text) == ["Who holds the open place.", "Place"]


def test_a_text_planted_in_a_real_source_is_reported(found):
    path = Path("templates/cases/worklist.html")
    assert found[str(path)] == [] and not stays(str(path), "Cases that wait")
    planted = (ROOT / path).read_text().replace("</h1>", "</h1><p>Cases that wait</p>", 1)
    assert of_template(planted) == ["Cases that wait"]
