/** Draws stored values by plain arithmetic: the magnifier's lens, and whole viewports where there is no WebGL. */
import type { Frame } from "../data/frames";
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

/** Values for each pixel: 1, or 3 (4 with a last one that says nothing) of a colour image. */
const samplesOf = ({ values, rows, columns }: Frame): number => Math.max(1, Math.round(values.length / (rows * columns)));

/** Bilinear value of sample `channel` at a stored point; NaN outside the image. */
export function valueAt(frame: Frame, x: number, y: number, samples = 1, channel = 0): number {
  if (x < -0.5 || y < -0.5 || x > frame.columns - 0.5 || y > frame.rows - 0.5) return Number.NaN;
  const left = Math.min(frame.columns - 1, Math.max(0, Math.floor(x)));
  const top = Math.min(frame.rows - 1, Math.max(0, Math.floor(y)));
  const right = Math.min(frame.columns - 1, left + 1);
  const below = Math.min(frame.rows - 1, top + 1);
  const u = Math.min(1, Math.max(0, x - left));
  const v = Math.min(1, Math.max(0, y - top));
  const { values } = frame;
  const above = top * frame.columns;
  const under = below * frame.columns;
  const upper = (values[(above + left) * samples + channel] as number) * (1 - u) + (values[(above + right) * samples + channel] as number) * u;
  const lower = (values[(under + left) * samples + channel] as number) * (1 - u) + (values[(under + right) * samples + channel] as number) * u;
  return upper * (1 - v) + lower * v;
}

/** Fill `target` (device pixels) with the frame; `toDevice` maps stored points to device pixel edges. Black outside. */
export function paint(target: ImageData, frame: Frame, toDevice: Affine, table: Table): void {
  const back = invert(toDevice);
  const samples = samplesOf(frame);
  const out = new Uint32Array(target.data.buffer);
  for (let row = 0; row < target.height; row++) {
    let [x, y] = apply(back, [0.5, row + 0.5]);
    for (let column = 0; column < target.width; column++) {
      const red = greyOf(table, valueAt(frame, x, y, samples, 0));
      const green = samples > 2 ? greyOf(table, valueAt(frame, x, y, samples, 1)) : red;
      const blue = samples > 2 ? greyOf(table, valueAt(frame, x, y, samples, 2)) : red;
      out[row * target.width + column] = 0xff000000 | (blue << 16) | (green << 8) | red;
      x += back[0];
      y += back[1];
    }
  }
}

function greyOf(table: Table, value: number): number {
  if (Number.isNaN(value)) return 0;
  const step = Math.round(value) - table.low;
  return table.greys[Math.min(table.greys.length - 1, Math.max(0, step))] as number;
}
