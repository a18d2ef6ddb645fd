import { describe, expect, it } from "vitest";
import type { Point } from "../src/viewer/data/types";
import { angle, caption, extent } from "../src/viewer/geometry/measure";
import { reshaped, shaped, thinned } from "../src/viewer/marks/shape";
import { image } from "./cast";

describe("an angle", () => {
  it.each([
    [[10, 0], [0, 10], 90], [[10, 0], [-10, 0], 180], [[10, 0], [10, 10], 45], [[-10, -1], [-10, 1], 11.42],
  ] as [Point, Point, number][])("between %o and %o is %d degrees", (one, other, degrees) => {
    expect(angle(image(), one, [0, 0], other)).toBeCloseTo(degrees, 2);
  });

  it("is measured in millimetres where rows and columns lie unequally far apart", () => {
    const uneven = image({ spacing: { mm: [0.2, 0.1], source: "", calibrated: true } });
    expect(angle(uneven, [10, 0], [0, 0], [10, 5])).toBeCloseTo(45, 6);
  });

  it("is told in degrees, has no length, and has no words before its second arm", () => {
    const mark = { tool: "angle" as const, points: [[10, 0], [0, 0], [0, 10]] as Point[] };
    expect(caption(image(), mark)).toBe("90°");
    expect(caption(image(), { ...mark, points: mark.points.slice(0, 2) })).toBe("");
    expect(extent(image(), mark)).toBeNull();
  });
});

describe("a pencil line", () => {
  const wave = Array.from({ length: 500 }, (_, x): Point => [x, 20 * Math.sin(x / 12)]);
  const off = (line: Point[], [x, y]: Point): number => Math.min(...line.slice(1).map((to, at) => {
    const [a, b] = [line[at] as Point, to];
    const t = Math.min(1, Math.max(0, ((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2)));
    return Math.hypot(x - a[0] - t * (b[0] - a[0]), y - a[1] - t * (b[1] - a[1]));
  }));

  it("keeps its ends and lies within half a pixel of what was drawn", () => {
    const kept = thinned(wave.slice(0, 120), 0.5);
    expect([kept[0], kept[kept.length - 1]]).toEqual([wave[0], wave[119]]);
    expect(kept.length).toBeLessThan(40);
    expect(Math.max(...wave.slice(0, 120).map((point) => off(kept, point)))).toBeLessThanOrEqual(0.5 + 1e-9);
  });

  it("never has more points than the read would take", () => {
    expect(thinned(wave, 0.001).length).toBeLessThanOrEqual(64);
    expect(shaped("pencil", wave, 0.001).length).toBeGreaterThan(20);
  });

  it("moves whole by its first point", () => {
    const mark = { id: "a", image: "i1", tool: "pencil" as const, points: [[0, 0], [5, 5], [9, 0]] as Point[], mm: null };
    expect(reshaped(mark, 0, [10, 20])).toEqual([[10, 20], [15, 25], [19, 20]]);
  });
});
