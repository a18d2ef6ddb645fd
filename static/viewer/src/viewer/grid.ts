/** Lays panes out as the manifest's hanging says; a cell without an image says what is missing. */
import type { Cell, Layout } from "./data/types";
import { el } from "./dom";
import { sharedScale } from "./geometry/hang";
import type { Pane } from "./pane/pane";
import * as renderer from "./pane/renderer";
import { gettext } from "../text/text";

export class Grid {
  private layout: Layout | null = null;
  /** The size that the places were last fitted to. */
  private fitted = "";

  constructor(
    readonly element: HTMLElement,
    private readonly panes: Map<string, Pane>,
    private readonly rehung: () => void,
    signal: AbortSignal,
  ) {
    const observer = new ResizeObserver(() => this.refit());
    observer.observe(element);
    signal.addEventListener("abort", () => observer.disconnect());
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
    for (const pane of this.panes.values()) pane.shown = false;
    this.element.replaceChildren(...layout.cells.map((cell) => this.cell(cell)));
    this.fit(false);
    for (const pane of this.visible()) void pane.open();
  }

  /** Places of whole CSS pixels: a canvas of half a pixel more than its element says is drawn beside where our maths puts it. */
  private divide(): void {
    if (!this.layout) return;
    const { style } = this.element;
    const whole = this.element.getBoundingClientRect(); // clientHeight rounds up
    this.fitted = said(whole);
    const { columns, rows } = this.layout;
    const gap = Number.parseFloat(getComputedStyle(this.element).rowGap) || 0;
    const [width, height] = [whole.width / columns, (Math.floor(whole.height) - gap * (rows - 1)) / rows].map(Math.floor) as [number, number];
    style.gridTemplateColumns = `repeat(${columns}, ${width > 0 ? `${width}px` : "minmax(0, 1fr)"})`;
    style.gridTemplateRows = `repeat(${rows}, ${height > 0 ? `${height}px` : "minmax(0, 1fr)"})`;
  }

  private cell(cell: Cell): HTMLElement {
    const pane = this.panes.get(cell.image ?? "");
    if (!pane) return el("div", { class: "pane pane-empty" }, el("p", {}, cell.say || gettext("No image here")));
    pane.shown = true;
    pane.corners.place(cell.say ?? "");
    return pane.element;
  }

  /** Fit anew if the size has changed. An observer tells of it once more after the first hanging, and each fitting draws every image again. */
  refit(): void {
    if (this.layout && this.fitted !== said(this.element.getBoundingClientRect())) this.fit(true);
  }

  /** After a change of size: canvases first, then every pane hung anew, all at one scale; `keep` keeps the reader's zoom. */
  fit(keep: boolean): void {
    this.divide();
    renderer.now()?.resize();
    const panes = this.visible();
    const all = panes.map((pane) => ({ image: pane.image, size: pane.size }));
    for (const pane of panes) {
      if (pane.size.width < 1 || pane.size.height < 1) continue;
      pane.rehang(sharedScale(all, { image: pane.image, size: pane.size }), keep);
    }
    this.rehung();
  }
}

const said = ({ width, height }: DOMRect): string => `${width} x ${height}`;
