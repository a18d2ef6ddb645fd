/** Opacity, threshold and colours of the saliency. Built once, so that a slider being dragged is never replaced. */
import { nextMap, toggleHeat, toggleLines } from "../commands";
import { el } from "../dom";
import { colours } from "../overlay/colormap";
import type { Viewer } from "../viewer";
import { gettext } from "../../text/text";

interface Controls {
  root: HTMLElement;
  draw: () => void;
}

const built = new WeakMap<Viewer, Controls>();

export function overlayControls(viewer: Viewer): HTMLElement {
  const controls = built.get(viewer) ?? build(viewer);
  built.set(viewer, controls);
  controls.draw();
  return controls.root;
}

function build(viewer: Viewer): Controls {
  const on = el("button", { type: "button", class: "btn btn-sm btn-quiet" }, gettext("Saliency (O)"));
  on.addEventListener("click", () => toggleHeat(viewer));
  const lines = el("button", { type: "button", class: "btn btn-sm btn-quiet" }, gettext("Lines only"));
  lines.addEventListener("click", () => toggleLines(viewer));
  const map = el("button", { type: "button", class: "ramp", "aria-label": gettext("Other colours (C)") });
  map.addEventListener("click", () => nextMap(viewer));
  const opacity = slider(viewer, gettext("Opacity"), "heat-opacity", "opacity");
  const threshold = slider(viewer, gettext("Hide below"), "heat-threshold", "threshold");
  const root = el("div", { class: "overlay-controls" }, el("div", { class: "overlay-head" }, on, lines, map), opacity.row, threshold.row);
  const draw = (): void => {
    on.setAttribute("aria-pressed", String(viewer.heat.on));
    lines.setAttribute("aria-pressed", String(viewer.heat.lines));
    opacity.input.value = String(viewer.heat.opacity);
    threshold.input.value = String(viewer.heat.threshold);
    const stops = colours(viewer.heat.map).filter((_, index) => index % 32 === 31);
    map.style.backgroundImage = `linear-gradient(to right, ${stops.map((rgb) => `rgb(${rgb.map(Math.round).join(" ")})`).join(",")})`;
  };
  return { root, draw };
}

function slider(viewer: Viewer, label: string, id: string, field: "opacity" | "threshold"): { row: HTMLElement; input: HTMLInputElement } {
  const input = el("input", { type: "range", class: "form-range", id, min: 0, max: 1, step: 0.01 });
  input.addEventListener("input", () => {
    viewer.heat[field] = Number(input.value);
    viewer.refreshFindings();
  });
  return { row: el("div", { class: "overlay-row" }, el("label", { for: id }, label), input), input };
}
