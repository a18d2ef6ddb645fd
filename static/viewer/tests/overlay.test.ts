import { describe, expect, it } from "vitest";
import { apply, invert } from "../src/viewer/geometry/affine";
import { colours, MAP_NAMES, type Rgb } from "../src/viewer/overlay/colormap";
import { airMask, gridOf } from "../src/viewer/overlay/air";
import { contour } from "../src/viewer/overlay/contour";
import { gridToStored } from "../src/viewer/overlay/heat";
import { paint, tableOf, valueAt } from "../src/viewer/pane/sampler";

describe("saliency grid", () => {
  it("puts the middle of cell k at k*8 + 3.5 stored pixels", () => {
    const map = gridToStored(8);
    expect(apply(map, [0.5, 0.5])).toEqual([3.5, 3.5]);
    expect(apply(map, [10.5, 2.5])).toEqual([83.5, 19.5]);
    expect(apply(map, [0, 0])).toEqual([-0.5, -0.5]);
  });
});

describe("lines of equal saliency", () => {
  const grid = (width: number, height: number, levels: number[]) => ({ width, height, data: levels.flatMap((level) => [level, level, level, 255]) });
  const points = (path: string): number[][] => path.split(/[ML]/).filter(Boolean).map((pair) => pair.split(" ").map(Number));

  it("lie where the level is, between the cells' middles", () => {
    const path = contour(grid(3, 3, [0, 0, 0, 0, 200, 0, 0, 0, 0]), 100);
    expect(new Set(points(path).map(String))).toEqual(new Set(["1.5,1", "2,1.5", "1.5,2", "1,1.5"]));
  });

  it("form closed lines: each end is the end of two pieces, also at the border and at saddles", () => {
    const levels = Array.from({ length: 48 }, (_, at) => (at * 97) % 256);
    const ends = new Map<string, number>();
    for (const point of points(contour(grid(8, 6, levels), 128)).map(String)) ends.set(point, (ends.get(point) ?? 0) + 1);
    expect(ends.size).toBeGreaterThan(20);
    expect([...ends.values()].every((count) => count % 2 === 0)).toBe(true);
  });

  it("are none on a map that stays below", () => expect(contour(grid(2, 2, [10, 20, 30, 40]), 50)).toBe(""));
});

describe.each(MAP_NAMES)("colour map %s", (name) => {
  const table = colours(name);

  it("grows lighter all the way (CIE L*), so that it also reads in grey", () => {
    const lightness = table.map(labOf).map(([l]) => l);
    for (let step = 1; step < 256; step++) expect(lightness[step]).toBeGreaterThan((lightness[step - 1] as number) - 0.02);
    expect((lightness[255] as number) - (lightness[0] as number)).toBeGreaterThan(45);
  });

  it("has no step that looks much larger than another (CIELAB, in sixteenths)", () => {
    const labs = Array.from({ length: 17 }, (_, step) => labOf(table[Math.min(255, step * 16)] as Rgb));
    const steps = labs.slice(1).map((lab, index) => Math.hypot(...lab.map((value, axis) => value - (labs[index] as number[])[axis]!)));
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(1.4);
  });
});

describe("the sampler (magnifier, and viewports without WebGL)", () => {
  const frame = { imageId: "", values: Uint16Array.from([0, 100, 200, 300]), columns: 2, rows: 2, low: 0, high: 300, step: 1 };

  it("is exact on pixel centres, linear between them, and nothing outside", () => {
    expect(valueAt(frame, 1, 1)).toBe(300);
    expect(valueAt(frame, 0.5, 0.5)).toBe(150);
    expect(valueAt(frame, -0.4, 0)).toBe(0);
    expect(valueAt(frame, 2, 0)).toBeNaN();
  });

  it("paints each stored pixel where the map says, black outside", () => {
    const target = { width: 3, height: 2, data: new Uint8ClampedArray(24) } as ImageData;
    paint(target, frame, [-1, 0, 0, 1, 1.5, 0.5], tableOf(frame, (value) => value / 300));
    const greys = Array.from({ length: 6 }, (_, index) => target.data[index * 4]);
    expect(greys).toEqual([85, 0, 0, 255, 170, 0]);
  });

  it.each([0.3, 0.7, 2.5])("paints what it says of each place, at the edges too (%d times as large, turned a little)", (larger) => {
    const noise = { ...frame, values: Uint16Array.from({ length: 63 }, (_, at) => (at * 7919) % 301), columns: 9, rows: 7 };
    const target = { width: 24, height: 20, data: new Uint8ClampedArray(24 * 20 * 4) } as ImageData;
    const [turn, table] = [0.1 * larger, tableOf(noise, (value) => value / 300)];
    paint(target, noise, [larger, turn, -turn, larger, 1.3, 0.7], table);
    const greys = Array.from({ length: 24 * 20 }, (_, at) => {
      const [x, y] = apply(invert([larger, turn, -turn, larger, 1.3, 0.7]), [(at % 24) + 0.5, Math.floor(at / 24) + 0.5]);
      const value = valueAt(noise, x, y);
      return Number.isNaN(value) ? 0 : (table.greys[Math.round(value)] as number);
    });
    expect(greys.filter((grey) => grey > 0).length).toBeGreaterThan(3);
    expect(Array.from({ length: 24 * 20 }, (_, at) => target.data[at * 4])).toEqual(greys);
  });
});

describe("background air without padding", () => {
  /** A breast (800) at the left with a dark hole (120) inside, in noisy air (100..140). */
  function film(bright: boolean) {
    const [columns, rows] = [160, 120];
    const values = Float32Array.from({ length: columns * rows }, (_, at) => {
      const [x, y] = [at % columns, Math.floor(at / columns)];
      const inside = x < 90 && Math.abs(y - 60) < 40;
      const hole = Math.hypot(x - 40, y - 60) < 14;
      const value = inside && !hole ? 800 : 100 + ((at * 7919) % 41);
      return bright ? 1000 - value : value;
    });
    return { imageId: "", values, columns, rows, low: 0, high: 1000, step: 1 };
  }

  it.each([false, true])("is masked, tissue and a dark hole inside it are not (bright air: %s)", (bright) => {
    const grid = gridOf(film(bright), bright);
    const mask = airMask(grid);
    const at = (x: number, y: number): number => mask[Math.floor(y / 8) * grid.columns + Math.floor(x / 8)] as number;
    expect([at(150, 60), at(20, 4), at(100, 110)]).toEqual([1, 1, 1]);
    expect([at(60, 60), at(40, 60), at(4, 60)]).toEqual([0, 0, 0]);
  });
});

/** CIELAB (D65) of an sRGB colour. */
function labOf(rgb: Rgb): [number, number, number] {
  const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
