/** In which slice a place is in focus: out of its plane everything is wide and faint. Pure. */
import type { Frame } from "../data/source";
import type { Point } from "../data/types";

/** Variance of the values within `radius` (stored pixels, across and down) around a stored point; 0 outside the image. */
export function contrast(frame: Pick<Frame, "values" | "rows" | "columns">, [x, y]: Point, [across, down]: Point): number {
  let [count, sum, squares] = [0, 0, 0];
  for (let row = Math.max(0, Math.ceil(y - down)); row <= Math.min(frame.rows - 1, y + down); row++) {
    for (let column = Math.max(0, Math.ceil(x - across)); column <= Math.min(frame.columns - 1, x + across); column++) {
      if (((column - x) / across) ** 2 + ((row - y) / down) ** 2 > 1) continue;
      const value = frame.values[row * frame.columns + column] as number;
      count += 1;
      sum += value;
      squares += value * value;
    }
  }
  return count ? Math.max(0, squares / count - (sum / count) ** 2) : 0;
}

/** The index of the largest value; null of none. */
export function largest(values: readonly (number | null)[]): number | null {
  let best: number | null = null;
  values.forEach((value, index) => {
    if (value !== null && (best === null || value > (values[best] as number))) best = index;
  });
  return best;
}
