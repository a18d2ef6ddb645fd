/** The read form: its fields to and from the body. */
import { Findings } from "./findings";
import type { Body, Errors, ReadData, Side } from "./types";

export class ReadForm {
  readonly findings: Findings;
  readonly body: Body;

  constructor(readonly root: HTMLFormElement, private readonly data: ReadData, private readonly changed: (body: Body) => void) {
    this.body = structuredClone(data.body);
    this.fill();
    const list = this.part<HTMLElement>("#findings");
    this.findings = new Findings(list, this.body, data.lexicon, data.sides, () => this.changed(this.body));
    root.addEventListener("input", (event) => this.read(event.target));
    root.addEventListener("submit", (event) => event.preventDefault());
    root.addEventListener("pointerover", (event) => this.hint(event.target));
    root.addEventListener("focusin", (event) => this.hint(event.target));
  }

  part<T extends Element>(selector: string): T {
    const found = this.root.querySelector<T>(selector);
    if (!found) throw new Error(`the read form has no ${selector}`);
    return found;
  }

  private inputs(name: string): HTMLInputElement[] {
    return [...this.root.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)];
  }

  private check(name: string, values: readonly (string | null)[]): void {
    for (const input of this.inputs(name)) input.checked = values.includes(input.value);
  }

  private fill(): void {
    const { body } = this;
    this.check("density", [body.density]);
    for (const side of this.data.sides) this.check(`category-${side}`, [body.breasts[side].category]);
    this.check("recall", [body.recall === null ? null : body.recall ? "yes" : "no"]);
    this.check("recall_sides", body.recall_sides);
    this.check("confidence", [body.confidence === null ? null : String(body.confidence)]);
    this.part<HTMLSelectElement>("[name=management]").value = body.management ?? "";
    this.part<HTMLSelectElement>("[name=comparison]").value = body.comparison ?? "";
    const prior = this.prior();
    if (prior) prior.value = body.prior ?? "";
    this.part<HTMLTextAreaElement>("[name=text]").value = body.text;
  }

  /** The choice of the earlier exam; none where there is none to choose, or the read's lexicon does not ask. */
  private prior(): HTMLSelectElement | null {
    return this.root.querySelector<HTMLSelectElement>("[name=prior]");
  }

  /** A comparison takes the only earlier exam; "no priors" clears it. */
  private compared(): void {
    const field = this.prior();
    if (!field) return;
    const { comparison } = this.body;
    const only = field.options.length === 2 ? (field.options[1]?.value ?? null) : null;
    if (comparison === "none") this.body.prior = null;
    else if (comparison) this.body.prior ??= only;
    field.value = this.body.prior ?? "";
  }

  /** Choose a radio as a key would, and tell the form. */
  choose(name: string, value: string): void {
    const input = this.inputs(name).find((each) => each.value === value);
    if (!input) return;
    input.checked = true;
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private read(target: EventTarget | null): void {
    const field = target as HTMLInputElement | null;
    if (!field) return;
    this.clear(field.closest<HTMLElement>("[data-path]")); // a finding's fields have no name, and keep themselves
    if (!field.name || field.name === "reason") return;
    this.keep(field.name, field);
    this.changed(this.body);
  }

  private keep(name: string, field: HTMLInputElement): void {
    const { body } = this;
    const value = field.value || null;
    if (name === "density") body.density = value;
    else if (name.startsWith("category-")) body.breasts[name.slice(9) as Side].category = value;
    else if (name === "recall") this.recall(value === "yes");
    else if (name === "recall_sides") body.recall_sides = this.inputs(name).filter(({ checked }) => checked).map((each) => each.value as Side);
    else if (name === "confidence") body.confidence = Number(value);
    else if (name === "management" || name === "comparison" || name === "prior") body[name] = value;
    else if (name === "text") body.text = field.value;
    if (name === "comparison") this.compared();
  }

  /** "No" clears the sides; "yes" takes the only side that asks for it. */
  private recall(yes: boolean): void {
    const { body } = this;
    const asking = this.data.sides.filter((side) => /^[045]/.test(body.breasts[side].category ?? ""));
    body.recall = yes;
    body.recall_sides = yes ? (body.recall_sides.length ? body.recall_sides : asking) : [];
    this.check("recall_sides", body.recall_sides);
  }

  private hint(target: EventTarget | null): void {
    const label = (target as Element | null)?.closest?.("label[title]");
    const hint = label?.closest(".rf-field")?.querySelector<HTMLElement>(".rf-hint");
    if (hint && label) hint.textContent = label.getAttribute("title");
  }

  /** Take the sentences off the field of a path. */
  clearAt(path: string): void {
    this.clear(this.fieldOf(path));
  }

  private clear(field: HTMLElement | null): void {
    field?.classList.remove("rf-wrong");
    field?.querySelectorAll(".field-error").forEach((each) => each.remove());
  }

  /** Put each sentence beside its field and the focus on the first; returns those that have no field here. */
  complain(errors: Errors): string[] {
    const at = Object.keys(errors).map((path) => /^findings\.(\d+)\./.exec(path)?.[1]).find((each) => each !== undefined);
    if (at !== undefined) this.findings.openAt(Number(at));
    for (const field of this.root.querySelectorAll<HTMLElement>("[data-path]")) this.clear(field);
    const lost: string[] = [];
    const fields: HTMLElement[] = [];
    for (const [path, sentences] of Object.entries(errors)) {
      const field = this.fieldOf(path);
      if (!field) lost.push(...sentences);
      else {
        field.classList.add("rf-wrong");
        if (field instanceof HTMLDetailsElement) field.open = true;
        field.append(...sentences.map((sentence) => Object.assign(document.createElement("p"), { className: "field-error", textContent: sentence })));
        fields.push(field);
      }
    }
    fields[0]?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
    return lost;
  }

  /** The field of a path, or of the nearest part of the form above it. */
  private fieldOf(path: string): HTMLElement | null {
    for (let steps = path.split("."); steps.length; steps = steps.slice(0, -1)) {
      const found = this.root.querySelector<HTMLElement>(`[data-path="${steps.join(".")}"]`);
      if (found) return found;
    }
    return null;
  }
}
