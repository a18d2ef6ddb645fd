/** Draws stored values by plain arithmetic: the magnifier's lens, and whole viewports where there is no WebGL. */
import type { Frame } from "../data/frames";
import type { Point } from "../data/types";
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
  const out = new Uint32Array(target.data.buffer);
  const samples = samplesOf(frame);
  for (let row = 0; row < target.height; row++) {
    const line = out.subarray(row * target.width, (row + 1) * target.width);
    const start = apply(back, [0.5, row + 0.5]);
    if (samples === 1) paintGreys(line, frame, start, [back[0], back[1]], table);
    else paintColours(line, frame, start, [back[0], back[1]], table, samples);
  }
}

/** One line of greys. What `valueAt` says, written out: the four first looks of an exam are two million pixels, and the page waits for them. */
function paintGreys(line: Uint32Array, { values, columns, rows }: Frame, [x, y]: Point, [right, down]: Point, { low, greys }: Table): void {
  const most = greys.length - 1;
  for (let at = 0; at < line.length; at++, x += right, y += down) {
    if (x < -0.5 || y < -0.5 || x > columns - 0.5 || y > rows - 0.5) {
      line[at] = 0xff000000;
      continue;
    }
    const left = x < 0 ? 0 : Math.floor(x);
    const top = y < 0 ? 0 : Math.floor(y);
    const u = x < 0 ? 0 : x - left;
    const v = y < 0 ? 0 : y - top;
    const first = top * columns + left;
    const next = left < columns - 1 ? 1 : 0;
    const under = first + (top < rows - 1 ? columns : 0);
    const upper = (values[first] as number) * (1 - u) + (values[first + next] as number) * u;
    const lower = (values[under] as number) * (1 - u) + (values[under + next] as number) * u;
    const step = Math.round(upper * (1 - v) + lower * v) - low;
    const grey = greys[step < 0 ? 0 : step > most ? most : step] as number;
    line[at] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
}

function paintColours(line: Uint32Array, frame: Frame, [x, y]: Point, [right, down]: Point, table: Table, samples: number): void {
  for (let at = 0; at < line.length; at++, x += right, y += down) {
    const [red, green, blue] = [0, 1, 2].map((channel) => greyOf(table, valueAt(frame, x, y, samples, channel))) as [number, number, number];
    line[at] = 0xff000000 | (blue << 16) | (green << 8) | red;
  }
}

function greyOf(table: Table, value: number): number {
  if (Number.isNaN(value)) return 0;
  const step = Math.round(value) - table.low;
  return table.greys[Math.min(table.greys.length - 1, Math.max(0, step))] as number;
}
