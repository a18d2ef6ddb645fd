/** Background air kept black on an inverted image that has no pixel padding (IHE MAMMO): a mask found in the pixels. */
import type { Frame } from "../data/frames";
import { type Affine, chain, css } from "../geometry/affine";
import { gridToStored } from "./heat";

const CELL = 8;

/** A grid over the stored pixels, one cell for CELL x CELL of them. */
export interface Grid {
  columns: number;
  rows: number;
  /** The brightest tissue-like value of each cell: air cells hold nothing but air. */
  values: Float32Array;
}

/** `bright`: air is at the bright end (MONOCHROME1), so values are turned round. Every second pixel is looked at. */
export function gridOf(frame: Frame, bright: boolean): Grid {
  const columns = Math.ceil(frame.columns / CELL);
  const rows = Math.ceil(frame.rows / CELL);
  const values = new Float32Array(columns * rows).fill(Number.NEGATIVE_INFINITY);
  for (let y = 0; y < frame.rows; y += 2) {
    const line = Math.floor(y / CELL) * columns;
    for (let x = 0; x < frame.columns; x += 2) {
      const value = frame.values[y * frame.columns + x] as number;
      const at = line + Math.floor(x / CELL);
      values[at] = Math.max(values[at] as number, bright ? -value : value);
    }
  }
  return { columns, rows, values };
}

/** Otsu's threshold (1979) over 256 bins, and the median of what lies below it. */
export function threshold({ values }: Grid): { otsu: number; air: number } {
  const sorted = Float32Array.from(values).sort();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const count = sorted.length;
  let best = { at: 0, between: -1 };
  let below = 0;
  for (let at = 1; at < count; at++) {
    below += sorted[at - 1] as number;
    const apart = below / at - (total - below) / (count - at);
    const between = at * (count - at) * apart * apart;
    if (between > best.between) best = { at, between };
  }
  return { otsu: sorted[best.at] as number, air: sorted[best.at >> 1] as number };
}

/** 1 where a cell is air that reaches the image's border; a quarter of the way to tissue is still air. */
export function airMask(grid: Grid): Uint8Array {
  const { otsu, air } = threshold(grid);
  const limit = air + (otsu - air) / 4;
  const mask = new Uint8Array(grid.values.length);
  const open = borderOf(grid);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (mask[at] || (grid.values[at] as number) > limit) continue;
    mask[at] = 1;
    open.push(...neighbours(grid, at));
  }
  return mask;
}

function borderOf({ columns, rows }: Grid): number[] {
  const across = Array.from({ length: columns }, (_, x) => [x, (rows - 1) * columns + x]).flat();
  const down = Array.from({ length: rows }, (_, y) => [y * columns, y * columns + columns - 1]).flat();
  return [...across, ...down];
}

function neighbours({ columns, rows }: Grid, at: number): number[] {
  const x = at % columns;
  const found = [at - columns, at + columns].filter((next) => next >= 0 && next < columns * rows);
  if (x > 0) found.push(at - 1);
  if (x < columns - 1) found.push(at + 1);
  return found;
}

/** The mask as a black canvas over the image, there only while the image is inverted. */
export class Air {
  readonly canvas = document.createElement("canvas");
  private of: Frame["imageId"] = "";

  constructor() {
    this.canvas.className = "air";
    this.canvas.hidden = true;
  }

  show(frame: Frame | null, bright: boolean): void {
    this.canvas.hidden = frame === null;
    if (!frame || this.of === frame.imageId) return;
    this.of = frame.imageId;
    const grid = gridOf(frame, bright);
    const mask = airMask(grid);
    this.canvas.width = grid.columns;
    this.canvas.height = grid.rows;
    const black = new ImageData(grid.columns, grid.rows);
    mask.forEach((air, at) => (black.data[at * 4 + 3] = 255 * air));
    this.canvas.getContext("2d")?.putImageData(black, 0, 0);
  }

  place(storedToCanvas: Affine): void {
    this.canvas.style.transform = css(chain(gridToStored(CELL), storedToCanvas));
  }
}
