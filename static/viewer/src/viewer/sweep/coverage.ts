/** What of a breast has been seen at one to one or larger: a coarse grid of tissue over the stored pixels. Pure. */
import type { Frame } from "../data/frames";
import type { Point } from "../data/types";
import { type Affine, apply } from "../geometry/affine";
import type { Size } from "../geometry/pose";
import { airMask, gridOf } from "../overlay/air";

const FINE = 8; // the air mask's cells
const TIMES = 4;

/** Stored pixels along one side of a cell. */
export const CELL = FINE * TIMES;

export class Coverage {
  private held: number[] | null = null;

  constructor(
    readonly columns: number,
    readonly rows: number,
    /** 1 where a cell holds tissue. */
    readonly tissue: Uint8Array,
    readonly seen: Uint8Array = new Uint8Array(columns * rows),
  ) {}

  /** Tissue is what is not air that reaches the border; `bright`: air is bright (MONOCHROME1). */
  static of(frame: Frame, bright: boolean): Coverage {
    const grid = gridOf(frame, bright);
    const air = airMask(grid);
    const columns = Math.ceil(grid.columns / TIMES);
    const made = new Coverage(columns, Math.ceil(grid.rows / TIMES), new Uint8Array(columns * Math.ceil(grid.rows / TIMES)));
    air.forEach((outside, at) => {
      if (outside) return;
      made.tissue[Math.floor(at / grid.columns / TIMES) * columns + Math.floor((at % grid.columns) / TIMES)] = 1;
    });
    return made;
  }

  /** The stored point in the middle of a cell. */
  middle(at: number): Point {
    return [(at % this.columns) * CELL + (CELL - 1) / 2, Math.floor(at / this.columns) * CELL + (CELL - 1) / 2];
  }

  /** Indices of the cells that hold tissue. */
  cells(): number[] {
    this.held ??= [...this.tissue.keys()].filter((at) => this.tissue[at]);
    return this.held;
  }

  /** Everything whose middle lies inside the viewport has been seen; answers whether that is news. */
  see(toCanvas: Affine, size: Size): boolean {
    let news = false;
    for (const at of this.cells()) {
      const [x, y] = apply(toCanvas, this.middle(at));
      if (this.seen[at] || x < 0 || y < 0 || x > size.width || y > size.height) continue;
      this.seen[at] = 1;
      news = true;
    }
    return news;
  }

  /** The seen cells for keeping, four to a hexadecimal digit. */
  get kept(): string {
    const bits = (at: number): number => [0, 1, 2, 3].reduce((digit, bit) => digit + ((this.seen[at * 4 + bit] ?? 0) << bit), 0);
    return Array.from({ length: Math.ceil(this.seen.length / 4) }, (_, at) => bits(at).toString(16)).join("");
  }

  /** Take up what was kept of this very image; anything that does not fit is passed over. */
  recall(kept: string): void {
    if (kept.length !== Math.ceil(this.seen.length / 4) || !/^[0-9a-f]*$/.test(kept)) return;
    this.seen.forEach((_, at) => (this.seen[at] = (Number.parseInt(kept[at >> 2] as string, 16) >> (at & 3)) & 1));
  }

  /** Share of the tissue that was seen, 0 to 1. */
  get share(): number {
    const all = this.cells();
    return all.length ? all.filter((at) => this.seen[at]).length / all.length : 1;
  }
}
