/** The fields of one open finding, in the words of the read's lexicon. */
import { rounded } from "./body";
import { choice, el } from "./dom";
import type { Finding, Lexicon, Side } from "./types";
import { gettext } from "../text/text";

export interface Open {
  finding: Finding;
  at: number;
  lexicon: Lexicon;
  sides: Side[];
  changed: () => void;
}

/** A version asks for what it has words for, and for nothing else. */
export function fieldsOf(open: Open): HTMLElement[] {
  const { lexicon } = open;
  const words = el("div", { class: "rf-words" }, ...descriptors(open));
  const placed = lexicon.hours.length ? [clock(open), depth(open), nipple(open)] : [];
  const grid = el("div", { class: "rf-grid" }, kind(open, words), side(open), quadrant(open), ...placed, words, size(open), category(open));
  if (Object.keys(lexicon.changes).length) grid.append(change(open));
  return [grid, ...(Object.keys(lexicon.features).length ? [features(open)] : []), note(open)];
}

function at<T extends HTMLElement>(open: Open, field: string, element: T): T {
  element.dataset["path"] = `findings.${open.at}.${field}`;
  return element;
}

type Worded = "laterality" | "quadrant" | "depth" | "category" | "change";

/** A select that writes its code into the finding. */
function select(open: Open, name: Worded, label: string, words: Parameters<typeof choice>[1]): HTMLElement {
  const { finding } = open;
  const keep = (value: string | null): void => ((finding[name] as string | null) = value, open.changed());
  return at(open, name, choice(label, words, finding[name], keep));
}

/** Another kind has other words; the select keeps the focus, so that typing its name goes on working. */
function kind(open: Open, words: HTMLElement): HTMLElement {
  const { finding, lexicon } = open;
  const titles = Object.fromEntries(Object.entries(lexicon.kinds).map(([code, { title }]) => [code, title]));
  const field = choice(gettext("Kind"), titles, finding.kind, (value) => {
    finding.kind = value;
    finding.descriptors = {};
    words.replaceChildren(...descriptors(open));
    open.changed();
  });
  return at(open, "kind", field);
}

function side(open: Open): HTMLElement {
  return select(open, "laterality", gettext("Side"), Object.fromEntries(open.sides.map((code) => [code, open.lexicon.sides[code]])));
}

const quadrant = (open: Open): HTMLElement => select(open, "quadrant", gettext("Where"), open.lexicon.quadrants);
const depth = (open: Open): HTMLElement => select(open, "depth", gettext("Depth"), open.lexicon.depths);
const change = (open: Open): HTMLElement => select(open, "change", gettext("Since the prior"), open.lexicon.changes);

function category(open: Open): HTMLElement {
  const codes = Object.fromEntries(Object.entries(open.lexicon.categories).map(([code, words]) => [code, `${code} ${words}`]));
  const rising = Object.entries(codes).sort(([a], [b]) => (a < b ? -1 : 1)); // 3, 4A, 4B, 4C, 5
  const field = select(open, "category", gettext("Category"), rising);
  const tell = (): string => (field.title = codes[open.finding.category ?? ""] ?? ""); // longer than the panel is wide
  tell();
  field.addEventListener("change", tell);
  return field;
}

function clock(open: Open): HTMLElement {
  const { finding, lexicon } = open;
  const hours = Object.fromEntries(lexicon.hours.map((hour) => [String(hour), String(hour)]));
  const keep = (value: string | null): void => ((finding.clock = value === null ? null : Number(value)), open.changed());
  return at(open, "clock", choice(gettext("Clock"), hours, finding.clock === null ? null : String(finding.clock), keep));
}

function descriptors(open: Open): HTMLElement[] {
  const { finding, lexicon } = open;
  const known = finding.kind ? (lexicon.kinds[finding.kind]?.descriptors ?? {}) : {};
  return Object.entries(known).map(([name, words]) => {
    const choices = Object.fromEntries(words.map((word) => [word, lexicon.words[word] ?? word]));
    const field = choice(lexicon.words[name] ?? name, choices, finding.descriptors[name] ?? null, (value) => {
      if (value) finding.descriptors[name] = value;
      else delete finding.descriptors[name];
      open.changed();
    });
    return at(open, "descriptors", field);
  });
}

const MEASURED = ` ${gettext("(measured)")}`;

function millimetres(open: Open, name: "size_mm" | "nipple_mm", label: string, least: number): HTMLElement {
  const { finding } = open;
  const input = el("input", { type: "number", min: least, max: 300, step: "any", class: "form-control form-control-sm", value: finding[name] ?? "" });
  const words = el("span", {}, label);
  input.addEventListener("change", () => {
    finding[name] = input.value === "" ? null : rounded(Number(input.value));
    if (name === "size_mm") finding.size_mark = null; // typed by hand: it no longer follows a measurement
    words.textContent = words.textContent.replace(MEASURED, "");
    open.changed();
  });
  return at(open, name, el("label", { class: "rf-part" }, words, input));
}

const nipple = (open: Open): HTMLElement => millimetres(open, "nipple_mm", gettext("From nipple, mm"), 0);
const size = (open: Open): HTMLElement => millimetres(open, "size_mm", gettext("Size, mm") + (open.finding.size_mark ? MEASURED : ""), 0.1);

/** Folded while nothing goes along: a keyboard opens it with Enter. */
function features(open: Open): HTMLElement {
  const { finding, lexicon } = open;
  const named = (): string => finding.features.map((code) => lexicon.features[code] ?? code).join(", ");
  const summary = el("summary", {}, gettext("Goes along: %(features)s", { features: named() || gettext("nothing") }));
  const boxes = Object.entries(lexicon.features).map(([code, words]) => {
    const box = el("input", { type: "checkbox", value: code, checked: finding.features.includes(code) });
    box.addEventListener("change", () => {
      const kept = new Set(finding.features);
      if (box.checked) kept.add(code);
      else kept.delete(code);
      finding.features = Object.keys(lexicon.features).filter((each) => kept.has(each));
      summary.textContent = gettext("Goes along: %(features)s", { features: named() || gettext("nothing") });
      open.changed();
    });
    return el("label", { class: "rf-check" }, box, words);
  });
  return at(open, "features", el("details", { class: "rf-features" }, summary, el("div", { class: "rf-checks" }, ...boxes)));
}

function note(open: Open): HTMLElement {
  const input = el("input", { type: "text", maxlength: 500, class: "form-control form-control-sm", value: open.finding.note });
  input.addEventListener("input", () => ((open.finding.note = input.value), open.changed()));
  return at(open, "note", el("label", { class: "rf-part" }, el("span", {}, gettext("Note")), input));
}
