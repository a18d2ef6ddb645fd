/** The words around an image: view label, orientation letters, window, size and technique, on the side away from the breast. */
import type { ImageInfo } from "../data/types";
import { veiled } from "../overlay/veil";
import { el } from "../dom";
import { letters } from "../geometry/letters";
import { oneToOneScale, type View } from "../geometry/pose";
import { type Grey, greyName } from "../grey/grey";
import { timesTrue } from "../size/screen";
import { gettext } from "../../text/text";

const LENGTHS = [200, 100, 50, 20, 10, 5, 2, 1];

export class Corners {
  readonly element = el("div", { class: "corners", "aria-hidden": "true" });
  private readonly state = el("div", { class: "corner-state" });
  private readonly bar = el("div", { class: "scale-bar" });
  private readonly barText = el("span");
  private readonly own: boolean;
  private readonly remark = el("div", { class: "corner-small corner-remark" });

  constructor(image: ImageInfo) {
    this.own = Boolean(image.companion);
    if (image.companion) remarkOf(image, this.remark);
    this.element.dataset["chest"] = image.chest_wall;
    this.bar.append(this.barText);
    this.element.append(heading(image, this.remark), edges(image), el("div", { class: "corner-foot" }, this.bar, this.state, technique(image)));
  }

  /** What the hanging has to say of the image in this place: "1 of 2", "R ML in place of MLO". */
  place(say: string): void {
    if (!this.own) this.remark.textContent = say;
  }

  /** Say what is on the screen now. */
  say(image: ImageInfo, view: View, grey: Grey): void {
    const percent = (view.scale / oneToOneScale(image, window.devicePixelRatio || 1)) * 100;
    const inversion = grey.invert ? gettext(" · inverted") : "";
    const size = [`${percent.toFixed(0)} %`, timesTrue(image, view)].filter(Boolean).join(" · ");
    this.state.textContent = `${greyName(grey.label)} · C ${Math.round(grey.center)} W ${Math.round(grey.width)}${inversion} · ${size}`;
    this.measure(image, view);
  }

  private measure(image: ImageInfo, view: View): void {
    const length = LENGTHS.find((mm) => mm * view.scale <= 90) ?? 1;
    this.bar.hidden = image.spacing.mm === null;
    this.bar.style.width = `${length * view.scale}px`;
    this.barText.textContent = `${length} mm${image.spacing.calibrated ? "" : ` ${gettext("uncalibrated")}`}`;
  }
}

/** What a companion's reader must know: its own size, and that text was covered or may be there. */
function remarkOf(image: ImageInfo, remark: HTMLElement): void {
  if (image.companion?.modality !== "US" || image.burnt_in === "no") return;
  remark.textContent = veiled(image) ? gettext("Outside the ultrasound region covered: text there may name the patient") : gettext("Text may be burnt into this image");
}

function heading(image: ImageInfo, remark: HTMLElement): HTMLElement {
  const label = el("div", { class: "corner-label" }, image.label || gettext("View unknown"));
  const modifiers = el("div", { class: "corner-small" }, image.modifiers.join(", "));
  const other = image.prior ?? image.companion;
  const prior = el("div", { class: "corner-prior", hidden: !other }, other ? `${other.name} · ${other.say}` : "");
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
  const spacing = image.spacing.mm ? image.spacing.source : gettext("No pixel spacing: uncalibrated");
  const lines = [image.technique.join(" · "), spacing].filter(Boolean);
  return el("div", { class: "corner-small corner-technique" }, ...lines.map((line) => el("div", {}, line)));
}
