/** The list of findings: one open at a time, each tied to its marks on the images. */
import { attach, detach, newFinding, ownerOf } from "./body";
import { button, choice, el } from "./dom";
import { labelOf, sideOf, tell } from "./seam";
import type { Body, Finding, Lexicon, Mark, Side } from "./types";

export class Findings {
  private open: string | null;

  constructor(
    private readonly list: HTMLElement,
    private readonly body: Body,
    private readonly lexicon: Lexicon,
    private readonly sides: Side[],
    private readonly changed: () => void,
  ) {
    this.open = body.findings[0]?.id ?? null;
    this.draw();
  }

  /** Add one and put the focus in it. */
  add(laterality: Side | null = this.sides.length === 1 ? (this.sides[0] ?? null) : null): Finding {
    const finding = newFinding(this.body, laterality);
    this.body.findings.push(finding);
    this.show(finding.id);
    this.list.querySelector<HTMLElement>(`[data-finding="${finding.id}"] select`)?.focus();
    this.changed();
    return finding;
  }

  /** Arm the viewer: the next mark drawn belongs to the open finding (a new one where there is none). */
  arm(tool: "ellipse" | "length"): void {
    const finding = this.body.findings.find(({ id }) => id === this.open) ?? this.add();
    tell("arm", { tool, finding: finding.id });
  }

  /** A mark came from the viewer. One that nobody asked for makes its own finding, unless it only measures. */
  take(mark: Mark): void {
    const known = ownerOf(this.body, mark);
    if (!known && mark.tool !== "ellipse" && mark.tool !== "point") return;
    const side = sideOf(mark.image);
    const finding = known ?? this.add(side);
    attach(finding, mark);
    finding.laterality ??= side;
    this.show(finding.id);
    this.changed();
  }

  drop(id: string): void {
    detach(this.body, id);
    this.draw();
    this.changed();
  }

  private show(id: string): void {
    this.open = id;
    this.draw();
  }

  private remove(finding: Finding): void {
    this.body.findings.splice(this.body.findings.indexOf(finding), 1);
    if (this.open === finding.id) this.open = this.body.findings[0]?.id ?? null;
    this.draw();
    this.changed();
  }

  draw(): void {
    this.list.replaceChildren(...this.body.findings.map((finding, at) => this.item(finding, at)));
  }

  private item(finding: Finding, at: number): HTMLElement {
    const open = finding.id === this.open;
    const toggle = button(this.summary(finding), () => this.show(finding.id), { class: "rf-finding-head", "aria-expanded": open });
    const item = el("li", { class: "rf-finding", "data-finding": finding.id, "data-at": at }, toggle);
    if (open) item.append(...this.fields(finding, at));
    return item;
  }

  private summary(finding: Finding): string {
    const kind = finding.kind ? (this.lexicon.kinds[finding.kind]?.title ?? finding.kind) : "New finding";
    const size = finding.size_mm === null ? "" : `${finding.size_mm} mm`;
    return [finding.id, kind, finding.laterality, finding.quadrant, size, finding.category].filter(Boolean).join(" · ");
  }

  private fields(finding: Finding, at: number): HTMLElement[] {
    const { lexicon } = this;
    const words = el("div", { class: "rf-words" }, ...this.descriptors(finding, at));
    const titles = Object.fromEntries(Object.entries(lexicon.kinds).map(([code, { title }]) => [code, title]));
    const kind = choice("Kind", titles, finding.kind, (value) => this.rekind(finding, value, words, at));
    const sides = Object.fromEntries(this.sides.map((side) => [side, lexicon.sides[side]]));
    const side = choice("Side", sides, finding.laterality, (value) => ((finding.laterality = value as Side | null), this.renamed(finding)));
    kind.dataset["path"] = `findings.${at}.kind`;
    side.dataset["path"] = `findings.${at}.laterality`;
    return [
      el("div", { class: "rf-grid" }, kind, side, ...this.place(finding), words, this.size(finding, at), this.category(finding)),
      this.note(finding),
      this.marks(finding),
    ];
  }

  private place(finding: Finding): HTMLElement[] {
    return [choice("Where", this.lexicon.quadrants, finding.quadrant, (value) => ((finding.quadrant = value), this.renamed(finding)))];
  }

  private descriptors(finding: Finding, at: number): HTMLElement[] {
    const known = finding.kind ? (this.lexicon.kinds[finding.kind]?.descriptors ?? {}) : {};
    return Object.entries(known).map(([name, words]) => {
      const choices = Object.fromEntries(words.map((word) => [word, word]));
      const field = choice(name, choices, finding.descriptors[name] ?? null, (value) => {
        if (value) finding.descriptors[name] = value;
        else delete finding.descriptors[name];
        this.changed();
      });
      field.dataset["path"] = `findings.${at}.descriptors`;
      return field;
    });
  }

  private category(finding: Finding): HTMLElement {
    const codes = Object.fromEntries(Object.entries(this.lexicon.categories).map(([code, words]) => [code, `${code} ${words}`]));
    return choice("Category", codes, finding.category, (value) => ((finding.category = value), this.renamed(finding)));
  }

  private size(finding: Finding, at: number): HTMLElement {
    const input = el("input", { type: "number", min: 0.1, max: 300, step: 0.1, class: "form-control form-control-sm", value: finding.size_mm ?? "" });
    input.addEventListener("change", () => ((finding.size_mm = input.value === "" ? null : Number(input.value)), this.renamed(finding)));
    return el("label", { class: "rf-part", "data-path": `findings.${at}.size_mm` }, el("span", {}, "Size, mm"), input);
  }

  private note(finding: Finding): HTMLElement {
    const input = el("input", { type: "text", maxlength: 500, class: "form-control form-control-sm", value: finding.note });
    input.addEventListener("input", () => ((finding.note = input.value), this.changed()));
    return el("label", { class: "rf-part" }, el("span", {}, "Note"), input);
  }

  private marks(finding: Finding): HTMLElement {
    const chips = finding.marks.map((mark) =>
      el("span", { class: "rf-mark" }, button(`${mark.tool} on ${labelOf(mark.image)}`, () => tell("focus-mark", { id: mark.id })), button("×", () => this.drop(mark.id), { "aria-label": `Remove ${mark.tool} on ${labelOf(mark.image)}` })),
    );
    return el(
      "div",
      { class: "rf-marks" },
      ...chips,
      button("Mark on image", () => tell("arm", { tool: "ellipse", finding: finding.id })),
      button("Outline", () => tell("arm", { tool: "pencil", finding: finding.id })),
      button("Measure", () => tell("arm", { tool: "length", finding: finding.id })),
      button("Remove finding", () => this.remove(finding)),
    );
  }

  /** Another kind has other words; the select keeps the focus, so that typing its name goes on working. */
  private rekind(finding: Finding, kind: string | null, words: HTMLElement, at: number): void {
    finding.kind = kind;
    finding.descriptors = {};
    words.replaceChildren(...this.descriptors(finding, at));
    this.renamed(finding);
  }

  /** After a change that shows in the heading. */
  private renamed(finding: Finding): void {
    const head = this.list.querySelector(`[data-finding="${finding.id}"] .rf-finding-head`);
    if (head) head.textContent = this.summary(finding);
    this.changed();
  }
}
