/** The grey state of one viewport and the curve it stands for. */
import type { ImageInfo, VoiFunction } from "../data/types";
import { type Curve, lutCurve, windowCurve, windowSpan } from "./voi";
import { gettext } from "../../text/text";

export interface Preset {
  label: string;
  kind: "window" | "lut" | "auto";
  center: number;
  width: number;
  function: VoiFunction;
  /** Index into the image's `voi_luts`. */
  lut: number;
}

export interface Grey extends Preset {
  invert: boolean;
}

/** What the header offers, the automatic window over the breast last. Never empty. */
export function presets(image: ImageInfo): Preset[] {
  const blank = { center: 0, width: 1, function: "LINEAR" as const, lut: -1 };
  const windows = image.voi.map((window, index): Preset => ({
    ...blank, ...window, kind: "window", function: window.function ?? "LINEAR", label: window.label || gettext("Window %(label)s", { label: String(index + 1) }),
  }));
  const luts = image.voi_luts.map((lut, index): Preset => {
    const width = lut.data.length;
    return { ...blank, kind: "lut", lut: index, label: lut.label || gettext("Curve %(label)s", { label: String(index + 1) }), center: lut.first + width / 2, width };
  });
  const auto = image.auto_voi ?? { center: 2 ** (image.bits_stored - 1), width: 2 ** image.bits_stored };
  return [...windows, ...luts, { ...blank, ...auto, kind: "auto", label: "Auto" }];
}

/** Grey in [0, 1] by modality value, before inversion. */
export function curveOf(image: ImageInfo, grey: Grey): Curve {
  const lut = image.voi_luts[grey.lut];
  return grey.kind === "lut" && lut ? lutCurve(lut) : windowCurve(grey.center, grey.width, grey.function);
}

function span(image: ImageInfo, grey: Grey): [number, number] {
  const lut = image.voi_luts[grey.lut];
  if (grey.kind === "lut" && lut) return [lut.first, lut.first + lut.data.length - 1];
  return windowSpan(grey.center, grey.width, grey.function);
}

/** MONOCHROME1 is inverted once, after the VOI; the reader's own inversion comes on top. */
const inverted = (image: ImageInfo, grey: Grey): boolean => (image.photometric === "MONOCHROME1") !== grey.invert;

/** What is shown for a modality value, padding black whatever the inversion (IHE MAMMO: background air stays black). */
export function display(image: ImageInfo, grey: Grey): Curve {
  const curve = curveOf(image, grey);
  const turned: Curve = inverted(image, grey) ? (value) => 1 - curve(value) : curve;
  const air = paddingValue(image);
  if (air === null) return turned;
  return isFloor(image) ? (value) => (value <= air ? 0 : turned(value)) : (value) => (value >= air ? 0 : turned(value));
}

/** Padding in modality values. */
function paddingValue(image: ImageInfo): number | null {
  return image.padding === null ? null : image.padding * image.rescale.slope + image.rescale.intercept;
}

/** Padding lies at the dark end of the stored values (MONOCHROME2) or at the bright end. */
const isFloor = (image: ImageInfo): boolean => (image.padding ?? 0) < 2 ** (image.bits_stored - 1);

const STEPS = 512;

/** [value, grey] nodes of `display`, ascending, dense enough for linear interpolation between them. */
export function nodes(image: ImageInfo, grey: Grey): [number, number][] {
  const [low, high] = span(image, grey);
  const show = display(image, grey);
  const straight = grey.kind !== "lut" && grey.function !== "SIGMOID";
  const steps = straight ? 1 : STEPS;
  const values = Array.from({ length: steps + 1 }, (_, step) => low + ((high - low) * step) / steps);
  const air = paddingValue(image);
  if (air !== null) values.push(air, air + (isFloor(image) ? 0.5 : -0.5));
  return [...new Set(values)].sort((a, b) => a - b).map((value) => [value, show(value)]);
}

/** Window dragging: `dx` widens, `dy` (down) darkens; both as fractions of the viewport. A curve becomes a window. */
export function dragged(start: Grey, dx: number, dy: number): Grey {
  const width = Math.max(2, start.width * 2 ** (dx * 3));
  const kind = start.kind === "lut" ? "window" : start.kind;
  return { ...start, kind, lut: -1, label: "Custom", width, center: start.center + dy * start.width };
}

/** A window as people read it: what a header calls it stays, our own names are said in the page's language. */
export const greyName = (label: string): string => ({ Auto: gettext("Auto"), Custom: gettext("Custom") })[label] ?? label;

/** The change from `base` to `now`, made on another image's `other` base. */
export function followed(base: Preset, now: Grey, other: Preset): Pick<Grey, "center" | "width"> {
  const ratio = other.width / base.width;
  return { center: other.center + (now.center - base.center) * ratio, width: now.width * ratio };
}
