/** The steps of the hanging as a strip above the images: where one is, what comes next, what is of an earlier exam. */
import { showIn } from "../announce";
import { stepsOf } from "../commands";
import { companionsOf, showBeside } from "../beside";
import { type ImageInfo, imagesOf, type Layout, nameOf } from "../data/types";
import { el, svg } from "../dom";
import type { Keymap } from "../input/keymap";
import type { Viewer } from "../viewer";
import { backToImages, keyName, walk } from "./toolbar";
import { gettext } from "../../text/text";

const GLYPH = { width: 20, height: 16 };

export class Steps {
  private readonly list = el("div", { class: "step-list", role: "group", "aria-label": gettext("Steps, Space for the next") });
  private readonly note = el("span", { class: "step-note" });
  private readonly said = el("span", { class: "step-said", "aria-hidden": "true" });
  private shown = "";

  constructor(private readonly viewer: Viewer, root: HTMLElement, private readonly keys: Keymap) {
    root.append(this.list, this.note, this.said);
    showIn(this.said);
    this.list.addEventListener("keydown", (event) => walk(this.list, event));
    viewer.onChange(() => this.draw());
  }

  private draw(): void {
    const { viewer } = this;
    const steps = stepsOf(viewer);
    const beside = companionsOf(viewer);
    const signature = JSON.stringify([steps, beside.map(nameOf)]);
    if (signature !== this.shown) this.list.replaceChildren(...steps.map((step) => this.button(step)), ...beside.map((image) => this.companion(image)));
    this.shown = signature;
    this.note.textContent = viewer.layout?.say ?? "";
    for (const button of this.list.children as HTMLCollectionOf<HTMLElement>) {
      const now = button.dataset["layout"] === viewer.layout?.id;
      const changed = String(now) !== button.getAttribute("aria-pressed");
      button.setAttribute("aria-pressed", String(now));
      if (now && changed) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  private button(step: Layout): HTMLElement {
    const action = this.keys.actions.find(({ id }) => id === `layout-${step.id}`);
    const key = action && this.keys.firstOf(action);
    const title = key ? `${gettext(step.label)} (${keyName(key)})` : gettext(step.label);
    const button = el("button", { type: "button", class: "step", "data-layout": step.id, title }, this.glyph(step), el("span", {}, gettext(step.label)));
    button.addEventListener("click", (event) => {
      this.viewer.show(step.id);
      backToImages(this.viewer, event);
    });
    return button;
  }

  /** Ultrasound or MRI, to be opened beside. */
  private companion(image: ImageInfo): HTMLElement {
    const action = this.keys.actions.find(({ id }) => id === "beside");
    const title = `${nameOf(image)}, ${image.companion?.say ?? ""} (${action ? keyName(this.keys.firstOf(action)) : ""})`;
    const button = el("button", { type: "button", class: "step step-beside", "data-layout": `beside:${image.id}`, title }, el("i", { class: "bi bi-layout-split", "aria-hidden": "true" }), el("span", {}, nameOf(image)));
    button.addEventListener("click", (event) => {
      showBeside(this.viewer, image.id);
      backToImages(this.viewer, event);
    });
    return button;
  }

  /** The layout in small: full for the exam being read, striped for an earlier one, empty where nothing hangs. */
  private glyph(step: Layout): SVGElement {
    const earlier = new Set(this.viewer.manifest ? imagesOf(this.viewer.manifest).filter(({ prior }) => prior).map(({ id }) => id) : []);
    const [width, height] = [GLYPH.width / step.columns, GLYPH.height / step.rows];
    const cells = step.cells.map(({ image }, at) => {
      const kind = !image ? "none" : earlier.has(image) ? "then" : "now";
      return svg("rect", { x: (at % step.columns) * width + 0.75, y: Math.floor(at / step.columns) * height + 0.75, width: width - 1.5, height: height - 1.5, class: `glyph-${kind}` });
    });
    return svg("svg", { ...GLYPH, viewBox: `0 0 ${GLYPH.width} ${GLYPH.height}`, "aria-hidden": "true" }, ...cells);
  }
}
