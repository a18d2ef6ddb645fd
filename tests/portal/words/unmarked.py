"""Texts that people see and that no source marks for translation, by kind of source."""

import ast
import re
from html.parser import HTMLParser

VISIBLE = ("title", "aria-label", "placeholder", "alt", "aria-description", "aria-valuetext")
WORD = re.compile(r"[^\W\d_]{2,}")

_SAID = re.compile(r"{%\s*(block)?translate\b.*?%}(?(1).*?{%\s*endblocktranslate\s*%})", re.DOTALL)
_COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
_GIVEN = re.compile(r"{%\s*(?:include|with)\b.*?%}")
_ARGUMENT = re.compile(r"\b\w+=\"([A-Z][^\"]*)\"")
_FILLED = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)


class _Page(HTMLParser):
    """Gathers text nodes and the attributes that are read out; what says that it is English, or code, is passed by."""

    VOID = frozenset(
        [
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "source",
            "track",
            "wbr",
            "path",
            "circle",
            "rect",
            "use",
            "line",
        ]
    )

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.found = [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        kept = (
            tag in ("script", "style", "code", "kbd", "samp")
            or values.get("lang") == "en"
            or "code" in (values.get("class") or "").split()
        )
        if not (kept or self.kept()):
            self.found += [(name, values[name]) for name in VISIBLE if values.get(name)]
            if tag == "input" and values.get("type") in ("submit", "button"):
                self.found.append(("value", values.get("value") or ""))
        if tag not in self.VOID:
            self.open.append((tag, kept))

    def handle_endtag(self, tag):
        names = [name for name, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data):
        if not self.kept():
            self.found.append(("text", data))

    def kept(self):
        return any(kept for _, kept in self.open)


def of_template(text):
    """Unmarked words of a template: text nodes, and attributes that are read out."""
    plain = _SAID.sub(" ", _COMMENT.sub("", text))
    given = [words for tag in _GIVEN.findall(plain) for words in _ARGUMENT.findall(tag)]
    page = _Page()
    page.feed(_FILLED.sub(" ", plain))
    page.close()
    return [*given, *(" ".join(words.split()) for _, words in page.found if WORD.search(words))]


MARKS = {
    "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext", "_",
}  # fmt: skip
NAMED = {"label", "help_text", "empty_label", "verbose_name_of_field", "error_message", "say", "title", "placeholder"}
CALLED = {
    "ValidationError", "Refused", "Refused.at", "Conflict", "Conflict.at", "PermissionDenied", "NotFound", "Malformed",
    "FileRefused", "ArchiveRefused", "EditedElsewhere",
}  # fmt: skip
TOLD = {"info", "success", "warning", "error", "debug", "add_message"}  # of django.contrib.messages
SHOWN = {"say", "title", "label", "words", "empty", "name_said", "stage"}  # keys of what pages and manifests are given
SENTENCE = re.compile(r"^(?:[A-Z“\"]|\{\} [a-z]).*\s.*[.!?]$|^[A-Z][a-z]+ [a-z]+ [a-z].*", re.DOTALL)


def docstrings(tree):
    """Ids of the constants that are documentation: of modules, classes, functions and names."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _name(node):
    if isinstance(node, ast.Attribute):
        inner = _name(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return node.id if isinstance(node, ast.Name) else ""


class _Python(ast.NodeVisitor):
    """Literals in the places whose words people see: of forms, messages, refusals, choices, and whole sentences anywhere."""

    def __init__(self, *, documented=False):
        self.named = NAMED - {"help_text"} if documented else NAMED
        self.documented = documented
        self.found, self.marked, self.docs = [], set(), set()

    def read(self, tree):
        self.docs = docstrings(tree)
        self.visit(tree)
        return self.found

    def visit_Call(self, node):
        name = _name(node.func)
        if name.rpartition(".")[2] in MARKS:
            return
        if name.startswith(("logger.", "log.", "logging.")):
            return
        places = [each.value for each in node.keywords if each.arg in self.named]
        if name in CALLED or name.rpartition(".")[2] in CALLED or (name.startswith(("Refused.", "Conflict."))):
            places += (
                node.args
                if name in ("ValidationError", "PermissionDenied", "Malformed", "NotFound")
                or name.endswith(".ValidationError")
                else node.args[1:]
            )
        if name.startswith("messages.") and name.rpartition(".")[2] in TOLD:
            places += node.args[1:]
        if name.endswith("add_error"):
            places += node.args[1:]
        if self.documented:  # what describes a field, an answer or an operation to programs
            self.docs |= {id(each.value) for each in node.keywords if each.arg in ("help_text", "description")}
        for place in places:
            self._literal(place, anything=True)
            if isinstance(place, ast.Name) and place.id.isupper():
                self.found.append(place.id)  # marked where it is made, perhaps: gettext(NAME) says it
        self.generic_visit(node)

    def visit_Dict(self, node):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in SHOWN:
                self._literal(value, anything=True)
        self.generic_visit(node)

    def visit_ClassDef(self, node):
        if any(_name(base).endswith("Choices") for base in node.bases):
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                    self._literal(line.value.elts[-1], anything=True)
        self.generic_visit(node)

    def visit_Constant(self, node):
        self._literal(node, anything=False)

    def visit_JoinedStr(self, node):
        self._literal(node, anything=False)

    def _literal(self, node, *, anything):
        if isinstance(node, ast.IfExp):
            self._literal(node.body, anything=anything)
            self._literal(node.orelse, anything=anything)
            return
        if id(node) in self.docs or id(node) in self.marked:
            return
        text = literal(node)
        if text and WORD.search(text) and (SENTENCE.match(text) or (anything and re.search(r"[A-Za-z]{2}", text))):
            self.marked.add(id(node))
            if isinstance(node, ast.JoinedStr):
                self.marked |= {id(each) for each in node.values}
            self.found.append(text)


def literal(node):
    """The text of a literal, a hole in an f-string as {}; empty for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return literal(node.left)
    return ""


def of_python(text, *, documented=False):
    """Unmarked words of a Python module; `documented`: help and descriptions are the API's documentation."""
    return _Python(documented=documented).read(ast.parse(text))


_CALL = re.compile(r'\bn?gettext\(\s*(?:"(?:[^"\\]|\\.)*",\s*)?$')  # the first argument, and ngettext's second
_SHOWN = re.compile(
    r"(?:\b(?:title|textContent|innerText|placeholder|alt|label|say|ariaLabel)\s*[:=]=?\s*|"
    r"[\"'](?:aria-label|title|placeholder|alt|aria-valuetext)[\"']\s*[:,]\s*|"
    r"\b(?:announce|tell|notify|el\(\"[a-z0-9]+\",\s*\{[^{}]*\},)\(?\s*|\}\s*,\s*)$"
)
_NOT_SHOWN = re.compile(
    r"(?:\bclass(?:Name)?\"?\s*[:=]\s*|\bgroup:\s*|[=!]==\s*|\bcase\s*|querySelector(?:All)?\(\s*)$"
)
CODE = re.compile(r"[\w$:{}-]*[-_:][\w $:{}-]*|[a-z][\w.]*")
_FOR_MAKERS = re.compile(r"\bnew Error\(\s*$")  # of a bug: it begins with a small letter and reaches the console alone


def _strings(code):
    """(where it begins, its text) of each literal of a script; what fills a hole of a template is ${}, and read by itself."""
    at = 0
    while at < len(code):
        if code.startswith("//", at):
            at = (code.find("\n", at) + 1) or len(code)
        elif code.startswith("/*", at):
            at = code.index("*/", at) + 2
        elif code[at] in "\"'`":
            end, text, holes = _literal_at(code, at)
            yield at, text
            yield from holes
            at = end
        elif code[at] == "/" and re.search(r"[=(,:!&|?{};]\s*$|\breturn\s*$", code[max(0, at - 20) : at]):
            at += len(
                re.match(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+/\w*|/", code[at:])[0]
            )  # a regular expression
        else:
            at += 1


def _literal_at(code, start):
    """(where it ends, its text, the literals within its holes)."""
    quote, at, text, holes = code[start], start + 1, [], []
    while at < len(code) and code[at] != quote:
        if code[at] == "\\":
            text.append(code[at : at + 2])
            at += 2
        elif quote == "`" and code.startswith("${", at):
            end = _hole_at(code, at + 2)
            holes += [(at + 2 + begins, words) for begins, words in _strings(code[at + 2 : end])]
            text.append("${}")
            at = end + 1
        else:
            text.append(code[at])
            at += 1
    return at + 1, "".join(text), holes


def _hole_at(code, at):
    """Where the hole that begins at `at` has its closing brace."""
    deep = 0
    while code[at] != "}" or deep:
        if code[at] in "\"'`":
            at = _literal_at(code, at)[0]
            continue
        deep += {"{": 1, "}": -1}.get(code[at], 0)
        at += 1
    return at


def of_script(text):
    """Unmarked words of TypeScript: sentences and names anywhere, and any words in the places that are shown or read out."""
    found = []
    for at, said in _strings(text):
        before, plain = text[max(0, at - 400) : at], said.replace("${}", " ").strip()
        if _CALL.search(before) or _NOT_SHOWN.search(before):
            continue
        if _FOR_MAKERS.search(before) and plain[:1].islower():
            continue
        words = re.search(r"[A-Za-z]{3,}", plain)
        sentence = re.match(r"[A-Z][a-z]+ .*[a-z]", plain)
        if sentence or (words and _SHOWN.search(before) and not CODE.fullmatch(said)):
            found.append(said)
    return found
