/** VOI transformations (PS3.3 C.11.2) from modality values to grey in [0, 1]. Pure. */
import type { VoiFunction, VoiLut } from "../data/types";

export type Curve = (value: number) => number;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** C.11.2.1.2 and C.11.2.1.3: the three window functions. LINEAR has the standard's half-value shifts. */
export function windowCurve(center: number, width: number, kind: VoiFunction = "LINEAR"): Curve {
  if (kind === "SIGMOID") return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (kind === "LINEAR_EXACT") return (value) => clamp((value - center) / width + 0.5);
  if (width <= 1) return (value) => (value <= center - 0.5 ? 0 : 1);
  return (value) => clamp((value - (center - 0.5)) / (width - 1) + 0.5);
}

/** C.11.2.1.1: a VOI LUT; values below the first map to its first entry, above the last to its last. */
export function lutCurve(lut: VoiLut): Curve {
  const top = 2 ** lut.bits - 1;
  const last = lut.data.length - 1;
  return (value) => clamp((lut.data[Math.min(last, Math.max(0, Math.round(value) - lut.first))] ?? 0) / top);
}

/** Where a curve leaves black and reaches white: what is worth sampling. */
export function windowSpan(center: number, width: number, kind: VoiFunction = "LINEAR"): [number, number] {
  if (kind === "SIGMOID") return [center - 2.5 * width, center + 2.5 * width];
  if (kind === "LINEAR_EXACT") return [center - width / 2, center + width / 2];
  const half = Math.max(width - 1, 0.01) / 2;
  return [center - 0.5 - half, center - 0.5 + half];
}
