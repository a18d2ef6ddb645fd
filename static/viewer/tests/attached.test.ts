import { describe, expect, it } from "vitest";
import { outline } from "../src/viewer/overlay/attached";

describe("graphics of presentation states and reports", () => {
  it("draws a circle through its point, around its centre", () => {
    const points = outline({ kind: "CIRCLE", points: [[10, 20], [13, 24]] });
    for (const [x, y] of points) expect(Math.hypot(x - 10, y - 20)).toBeCloseTo(5);
    expect(points[0]).toEqual(points.at(-1)?.map((value) => expect.closeTo(value)));
  });

  it("draws an ellipse through the ends of its axes, turned as they are", () => {
    const ends: [number, number][] = [[0, 0], [8, 8], [5, 3], [3, 5]];
    const points = outline({ kind: "ELLIPSE", points: ends });
    for (const end of ends) expect(Math.min(...points.map(([x, y]) => Math.hypot(x - end[0], y - end[1])))).toBeLessThan(1e-9);
  });

  it("leaves lines as they are, and what is no circle", () => {
    expect(outline({ kind: "POLYLINE", points: [[1, 2], [3, 4]] })).toEqual([[1, 2], [3, 4]]);
    expect(outline({ kind: "CIRCLE", points: [[1, 2]] })).toEqual([[1, 2]]);
  });
});
