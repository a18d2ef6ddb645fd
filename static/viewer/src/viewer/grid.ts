/** Lays panes out as the manifest's hanging says; a cell without an image says what is missing. */
import type { Cell, Layout } from "./data/types";
import { el } from "./dom";
import { sharedScale } from "./geometry/hang";
import * as engine from "./pane/engine";
import type { Pane } from "./pane/pane";

export class Grid {
  private observer: ResizeObserver;
  private layout: Layout | null = null;

  constructor(
    readonly element: HTMLElement,
    private readonly panes: Map<string, Pane>,
    private readonly rehung: () => void,
  ) {
    this.observer = new ResizeObserver(() => this.fit(true));
    this.observer.observe(element);
  }

  visible(): Pane[] {
    return (this.layout?.cells ?? []).flatMap((cell) => this.panes.get(cell.image ?? "") ?? []);
  }

  /** The pane in each place of the layout; null where no image hangs. */
  places(): (Pane | null)[] {
    return (this.layout?.cells ?? []).map((cell) => this.panes.get(cell.image ?? "") ?? null);
  }

  show(layout: Layout): void {
    this.layout = layout;
    this.element.style.gridTemplateColumns = `repeat(${layout.columns}, minmax(0, 1fr))`;
    this.element.style.gridTemplateRows = `repeat(${layout.rows}, minmax(0, 1fr))`;
    for (const pane of this.panes.values()) pane.shown = false;
    this.element.replaceChildren(...layout.cells.map((cell) => this.cell(cell)));
    this.fit(false);
    for (const pane of this.visible()) void pane.open();
  }

  private cell(cell: Cell): HTMLElement {
    const pane = this.panes.get(cell.image ?? "");
    if (!pane) return el("div", { class: "pane pane-empty" }, el("p", {}, cell.say || "No image here"));
    pane.shown = true;
    pane.corners.place(cell.say ?? "");
    return pane.element;
  }

  /** After a change of size: canvases first, then every pane hung anew, all at one scale; `keep` keeps the reader's zoom. */
  fit(keep: boolean): void {
    engine.resize();
    const panes = this.visible();
    const all = panes.map((pane) => ({ image: pane.image, size: pane.size }));
    for (const pane of panes) {
      if (pane.size.width < 1 || pane.size.height < 1) continue;
      pane.rehang(sharedScale(all, { image: pane.image, size: pane.size }), keep);
    }
    this.rehung();
  }
}
