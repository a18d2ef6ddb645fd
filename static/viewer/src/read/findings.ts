/** The list of findings: one open at a time, each tied to its marks on the images. */
import { attach, detach, newFinding, ownerOf } from "./body";
import { button, el } from "./dom";
import { fieldsOf } from "./fields";
import { labelOf, sideOf, tell } from "./seam";
import type { Body, Finding, Lexicon, Mark, Side } from "./types";
import { gettext } from "../text/text";

/** The tools by their stored names, as words. */
const TOOLS: Record<string, string> = {
  point: gettext("point"),
  ellipse: gettext("ellipse"),
  length: gettext("length"),
  arrow: gettext("arrow"),
  angle: gettext("angle"),
  pencil: gettext("pencil"),
};

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

  /** Open the one before or after the open one and put the focus in it. */
  walk(by: number): void {
    const at = this.body.findings.findIndex(({ id }) => id === this.open);
    this.openAt(Math.max(0, Math.min(this.body.findings.length - 1, at + by)));
    this.list.querySelector<HTMLElement>(`[data-finding="${this.open}"] .rf-finding-head`)?.focus();
  }

  /** Open the finding at this place of the list, if there is one. */
  openAt(at: number): void {
    const finding = this.body.findings[at];
    if (finding) this.show(finding.id);
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
    const kind = finding.kind ? (this.lexicon.kinds[finding.kind]?.title ?? finding.kind) : gettext("New finding");
    const size = finding.size_mm === null ? "" : `${finding.size_mm} mm`;
    const hour = finding.clock ? gettext("%(clock)s o'clock", { clock: finding.clock }) : "";
    return [finding.id, kind, finding.laterality, finding.quadrant, hour, size, finding.category].filter(Boolean).join(" · ");
  }

  private fields(finding: Finding, at: number): HTMLElement[] {
    const changed = (): void => this.renamed(finding);
    return [...fieldsOf({ finding, at, lexicon: this.lexicon, sides: this.sides, changed }), this.marks(finding)];
  }

  private marks(finding: Finding): HTMLElement {
    const chips = finding.marks.map((mark) =>
      el("span", { class: "rf-mark" }, button(gettext("%(tool)s on %(image)s", { tool: TOOLS[mark.tool] ?? mark.tool, image: labelOf(mark.image) }), () => tell("focus-mark", { id: mark.id })), button("×", () => this.drop(mark.id), { "aria-label": gettext("Remove %(tool)s on %(image)s", { tool: TOOLS[mark.tool] ?? mark.tool, image: labelOf(mark.image) }) })),
    );
    return el(
      "div",
      { class: "rf-marks" },
      ...chips,
      button(gettext("Mark on image"), () => tell("arm", { tool: "ellipse", finding: finding.id })),
      button(gettext("Outline"), () => tell("arm", { tool: "pencil", finding: finding.id })),
      button(gettext("Measure"), () => tell("arm", { tool: "length", finding: finding.id })),
      button(gettext("Remove finding"), () => this.remove(finding)),
    );
  }

  /** After a change that shows in the heading. */
  private renamed(finding: Finding): void {
    const head = this.list.querySelector(`[data-finding="${finding.id}"] .rf-finding-head`);
    if (head) head.textContent = this.summary(finding);
    this.changed();
  }
}
