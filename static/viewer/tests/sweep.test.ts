import { describe, expect, it } from "vitest";
import type { Frame } from "../src/viewer/data/frames";
import type { Point } from "../src/viewer/data/types";
import { storedToCanvas } from "../src/viewer/geometry/pose";
import { CELL, Coverage } from "../src/viewer/sweep/coverage";
import { nearest, sweepPath } from "../src/viewer/sweep/path";
import { image, POSES } from "./cast";

const SIZE = { width: 200, height: 160 };
const [COLUMNS, ROWS] = [640, 960];

/** Half an ellipse of tissue at the right edge, air around it. */
function breast(): Frame {
  const values = new Uint16Array(COLUMNS * ROWS);
  for (let y = 0; y < ROWS; y++) for (let x = 0; x < COLUMNS; x++) {
    const inside = ((x - COLUMNS) / 500) ** 2 + ((y - ROWS / 2) / 400) ** 2 < 1;
    values[y * COLUMNS + x] = inside ? 2000 + ((x * y) % 300) : 10;
  }
  return { imageId: "x", values, columns: COLUMNS, rows: ROWS, low: 10, high: 2300, step: 1 };
}

const coverage = (): Coverage => Coverage.of(breast(), false);

describe("coverage", () => {
  it("counts tissue only: the air around the breast need not be seen", () => {
    const found = coverage();
    const area = (Math.PI / 4) * 2 * 500 * 400;
    expect((found.cells().length * CELL * CELL) / area).toBeGreaterThan(0.95);
    expect((found.cells().length * CELL * CELL) / area).toBeLessThan(1.15);
    expect(found.share).toBe(0);
  });

  it("has seen what lay inside the viewport and nothing else", () => {
    const found = coverage();
    const one = image({ rows: ROWS, columns: COLUMNS });
    const view = { scale: 10, centre: [560, 480] as Point };
    expect(found.see(storedToCanvas(one, view, SIZE), SIZE)).toBe(true);
    const seen = found.cells().filter((at) => found.seen[at]).map((at) => found.middle(at));
    expect(seen.every(([x, y]) => Math.abs(x - 560) <= 100 && Math.abs(y - 480) <= 80)).toBe(true);
    expect((seen.length * CELL * CELL) / (180 * 160)).toBeGreaterThan(0.7);
    expect(found.see(storedToCanvas(one, view, SIZE), SIZE)).toBe(false);
  });
});

describe("what was seen", () => {
  it("is taken up again after a reload, of the same image only", () => {
    const found = coverage();
    found.see(storedToCanvas(image({ rows: ROWS, columns: COLUMNS }), { scale: 10, centre: [560, 480] }, SIZE), SIZE);
    const again = coverage();
    again.recall(found.kept);
    expect([...again.seen]).toEqual([...found.seen]);
    const other = coverage();
    for (const wrong of ["", `${found.kept}0`, found.kept.replace(/^./, "x")]) other.recall(wrong);
    expect(other.share).toBe(0);
  });
});

describe("the way of a sweep", () => {
  it.each(POSES)("shows all tissue at one size (rotate $rotate, flip $flip)", (pose) => {
    const one = image({ rows: ROWS, columns: COLUMNS, pose });
    const found = coverage();
    const path = sweepPath(one, found, 10, SIZE);
    for (const centre of path) found.see(storedToCanvas(one, { scale: 10, centre }, SIZE), SIZE);
    expect(found.share).toBe(1);
    expect(path.length).toBeLessThan(1.6 * ((COLUMNS * ROWS) / (200 * 160)));
  });

  it("goes to and fro without leaping, and leaves out places without tissue", () => {
    const one = image({ rows: ROWS, columns: COLUMNS });
    const path = sweepPath(one, coverage(), 10, SIZE);
    const first = path[0] as Point;
    expect(first[1]).toBeLessThan(250);
    const leaps = path.slice(1).map(([x, y], at) => Math.hypot(x - (path[at] as Point)[0], y - (path[at] as Point)[1]));
    expect(Math.max(...leaps)).toBeLessThan(300);
    expect(path.some(([x, y]) => x < 100 && y < 150)).toBe(false);
  });

  it("is shorter where more is on the screen, and one place where all is", () => {
    const one = image({ rows: ROWS, columns: COLUMNS });
    expect(sweepPath(one, coverage(), 10, { width: 400, height: 400 }).length).toBeLessThan(sweepPath(one, coverage(), 10, SIZE).length);
    expect(sweepPath(one, coverage(), 10, { width: 2000, height: 2000 })).toHaveLength(1);
  });

  it("is taken up where one stands", () => {
    const path: Point[] = [[0, 0], [100, 0], [100, 80]];
    expect(nearest(path, [90, 20])).toBe(1);
    expect(nearest([], [0, 0])).toBe(-1);
  });
});
