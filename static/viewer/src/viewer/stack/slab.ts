/** Several slices as one: their mean, or the densest value along the stack (MIP). Pure. */
import type { StackInfo } from "../data/types";

export type Mode = "mean" | "mip";
export type Values = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array;

/** Millimetres of slab to choose from. */
export const THICKNESSES = [2, 3, 4, 5, 6, 8, 10];

/**
 * The first and last slice (from 0, both in it) of a slab of `mm` around slice `at`; null where the header gives no distance.
 *
 * n slices reach over (n - 1) * spacing + thickness: the most that do not reach farther than `mm`. Of an even number the
 * odd one lies behind `at`. At the ends of the stack there are fewer.
 */
export function slabRange(count: number, at: number, mm: number, { spacing_mm: spacing, thickness_mm }: Pick<StackInfo, "spacing_mm" | "thickness_mm">): [number, number] | null {
  if (spacing === null || spacing <= 0) return null;
  const thickness = thickness_mm ?? spacing;
  const many = Math.max(1, Math.floor((mm - thickness) / spacing + 1 + 1e-6));
  const first = at - Math.floor((many - 1) / 2);
  return [Math.max(0, first), Math.min(count - 1, first + many - 1)];
}

/** How many millimetres the slices `first` to `last` reach over. */
export const reach = ([first, last]: [number, number], { spacing_mm: spacing, thickness_mm }: Pick<StackInfo, "spacing_mm" | "thickness_mm">): number =>
  (last - first) * (spacing ?? 0) + (thickness_mm ?? spacing ?? 0);

/**
 * One slice of the same shape and type. mean: rounded half up where the type holds whole numbers.
 * dark: dense tissue has low values (MONOCHROME1), so MIP takes the least.
 */
export function slab(slices: readonly Values[], mode: Mode, dark: boolean): Values {
  const [first] = slices;
  if (!first) throw new RangeError("a slab needs at least one slice");
  const out = first.slice();
  if (mode === "mean") average(out, slices);
  else for (const slice of slices.slice(1)) extreme(out, slice, dark);
  return out;
}

function extreme(out: Values, slice: Values, dark: boolean): void {
  for (let at = 0; at < out.length; at++) {
    const value = slice[at] as number;
    if (dark ? value < (out[at] as number) : value > (out[at] as number)) out[at] = value;
  }
}

function average(out: Values, slices: readonly Values[]): void {
  const sums = new Float64Array(out.length);
  for (const slice of slices) for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + (slice[at] as number);
  const whole = !(out instanceof Float32Array);
  for (let at = 0; at < sums.length; at++) {
    const mean = (sums[at] as number) / slices.length;
    out[at] = whole ? Math.floor(mean + 0.5) : mean;
  }
}

/** The least and the largest value. */
export function ends(values: Values): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
