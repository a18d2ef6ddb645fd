/** The words around an image: view label, orientation letters, window, size and technique, on the side away from the breast. */
import type { ImageInfo } from "../data/types";
import { el } from "../dom";
import { letters } from "../geometry/letters";
import { oneToOneScale, type View } from "../geometry/pose";
import type { Grey } from "../grey/grey";
import { timesTrue } from "../size/screen";

const LENGTHS = [200, 100, 50, 20, 10, 5, 2, 1];

export class Corners {
  readonly element = el("div", { class: "corners", "aria-hidden": "true" });
  private readonly state = el("div", { class: "corner-state" });
  private readonly bar = el("div", { class: "scale-bar" });
  private readonly barText = el("span");
  private readonly frame = el("div", { class: "corner-frame" });
  private readonly remark = el("div", { class: "corner-small corner-remark" });

  constructor(image: ImageInfo) {
    this.element.dataset["chest"] = image.chest_wall;
    this.bar.append(this.barText);
    this.element.append(heading(image, this.remark), edges(image), el("div", { class: "corner-foot" }, this.frame, this.bar, this.state, technique(image)));
  }

  /** What the hanging has to say of the image in this place: "1 of 2", "R ML in place of MLO". */
  place(say: string): void {
    this.remark.textContent = say;
  }

  /** Say what is on the screen now. `frame` counts from 0. */
  say(image: ImageInfo, view: View, grey: Grey, frame: number): void {
    const percent = (view.scale / oneToOneScale(image, window.devicePixelRatio || 1)) * 100;
    const inversion = grey.invert ? " · inverted" : "";
    const size = [`${percent.toFixed(0)} %`, timesTrue(image, view)].filter(Boolean).join(" · ");
    this.state.textContent = `${grey.label} · C ${Math.round(grey.center)} W ${Math.round(grey.width)}${inversion} · ${size}`;
    this.frame.textContent = image.frames > 1 ? `Slice ${frame + 1} of ${image.frames}` : "";
    this.measure(image, view);
  }

  private measure(image: ImageInfo, view: View): void {
    const length = LENGTHS.find((mm) => mm * view.scale <= 90) ?? 1;
    this.bar.hidden = image.spacing.mm === null;
    this.bar.style.width = `${length * view.scale}px`;
    this.barText.textContent = `${length} mm${image.spacing.calibrated ? "" : " uncalibrated"}`;
  }
}

function heading(image: ImageInfo, remark: HTMLElement): HTMLElement {
  const label = el("div", { class: "corner-label" }, image.label || "View unknown");
  const modifiers = el("div", { class: "corner-small" }, image.modifiers.join(", "));
  const prior = el("div", { class: "corner-prior", hidden: !image.prior }, image.prior ? `${image.prior.name} · ${image.prior.say}` : "");
  return el("div", { class: "corner-head" }, label, prior, modifiers, remark);
}

function edges(image: ImageInfo): HTMLElement {
  const box = el("div", { class: "edges" });
  for (const [edge, letter] of Object.entries(letters(image))) {
    if (edge !== image.chest_wall) box.append(el("span", { class: `edge edge-${edge}` }, letter as string));
  }
  return box;
}

function technique(image: ImageInfo): HTMLElement {
  const spacing = image.spacing.mm ? image.spacing.source : "No pixel spacing: uncalibrated";
  const lines = [image.technique.join(" · "), spacing].filter(Boolean);
  return el("div", { class: "corner-small corner-technique" }, ...lines.map((line) => el("div", {}, line)));
}
