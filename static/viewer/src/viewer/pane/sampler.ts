/** Draws stored values by plain arithmetic: the magnifier's lens, and whole viewports where there is no WebGL. */
import type { Frame } from "../data/source";
import { type Affine, apply, invert } from "../geometry/affine";
import type { Curve } from "../grey/voi";

/** Grey 0..255 by whole modality value from `low`. */
export interface Table {
  low: number;
  greys: Uint8ClampedArray;
}

export function tableOf(frame: Frame, show: Curve): Table {
  const low = Math.floor(frame.low);
  const count = Math.min(65_536, Math.max(2, Math.ceil(frame.high) - low + 1));
  const greys = new Uint8ClampedArray(count);
  for (let step = 0; step < count; step++) greys[step] = Math.round(255 * show(low + step));
  return { low, greys };
}

/** Bilinear value at a stored point; NaN outside the image. */
export function valueAt(frame: Frame, x: number, y: number): number {
  if (x < -0.5 || y < -0.5 || x > frame.columns - 0.5 || y > frame.rows - 0.5) return Number.NaN;
  const left = Math.min(frame.columns - 1, Math.max(0, Math.floor(x)));
  const top = Math.min(frame.rows - 1, Math.max(0, Math.floor(y)));
  const right = Math.min(frame.columns - 1, left + 1);
  const below = Math.min(frame.rows - 1, top + 1);
  const u = Math.min(1, Math.max(0, x - left));
  const v = Math.min(1, Math.max(0, y - top));
  const at = (column: number, row: number): number => frame.values[row * frame.columns + column] as number;
  return (at(left, top) * (1 - u) + at(right, top) * u) * (1 - v) + (at(left, below) * (1 - u) + at(right, below) * u) * v;
}

/** Fill `target` (device pixels) with the frame; `toDevice` maps stored points to device pixel edges. Black outside. */
export function paint(target: ImageData, frame: Frame, toDevice: Affine, table: Table): void {
  const back = invert(toDevice);
  const out = new Uint32Array(target.data.buffer);
  for (let row = 0; row < target.height; row++) {
    let [x, y] = apply(back, [0.5, row + 0.5]);
    for (let column = 0; column < target.width; column++) {
      const value = valueAt(frame, x, y);
      const grey = Number.isNaN(value) ? 0 : greyOf(table, value);
      out[row * target.width + column] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
      x += back[0];
      y += back[1];
    }
  }
}

function greyOf(table: Table, value: number): number {
  const step = Math.round(value) - table.low;
  return table.greys[Math.min(table.greys.length - 1, Math.max(0, step))] as number;
}
