import { describe, expect, it } from "vitest";
import { display, dragged, followed, type Grey, nodes, presets } from "../src/viewer/grey/grey";
import { lutCurve, windowCurve } from "../src/viewer/grey/voi";
import { image } from "./cast";

const grey = (facts: Partial<Grey> = {}): Grey => ({ label: "x", kind: "window", center: 2048, width: 4096, function: "LINEAR", lut: -1, invert: false, ...facts });

describe("VOI functions (PS3.3 C.11.2.1)", () => {
  it("LINEAR: the standard's own example, c=2048 w=4096 over 0..255", () => {
    const curve = windowCurve(2048, 4096);
    expect(curve(0) * 255).toBeCloseTo(0, 9);
    expect(curve(4095) * 255).toBeCloseTo(255, 9);
    expect(curve(2047.5)).toBeCloseTo(0.5, 9);
  });

  it("LINEAR_EXACT has no half-value shifts", () => {
    const curve = windowCurve(2048, 4096, "LINEAR_EXACT");
    expect(curve(0)).toBe(0);
    expect(curve(2048)).toBe(0.5);
    expect(curve(4096)).toBe(1);
  });

  it("a LINEAR window one value wide is a threshold", () => {
    const curve = windowCurve(100, 1);
    expect([99, 99.5, 100].map(curve)).toEqual([0, 0, 1]);
  });

  it("SIGMOID never clips and is half at its centre", () => {
    const curve = windowCurve(1000, 400, "SIGMOID");
    expect(curve(1000)).toBe(0.5);
    expect(curve(1400)).toBeCloseTo(1 / (1 + Math.exp(-4)), 9);
    expect(curve(0)).toBeGreaterThan(0);
  });

  it("a VOI LUT holds its ends and scales by its bits", () => {
    const curve = lutCurve({ label: "", first: 10, bits: 8, data: [0, 51, 255] });
    expect([0, 10, 11, 12, 99].map(curve)).toEqual([0, 0, 0.2, 1, 1]);
  });
});

describe("what is shown", () => {
  it("keeps padding black, inverted or not", () => {
    const one = image({ padding: 0 });
    expect(display(one, grey())(0)).toBe(0);
    expect(display(one, grey({ invert: true }))(0)).toBe(0);
    expect(display(one, grey({ invert: true }))(1)).toBeGreaterThan(0.99);
  });

  it("keeps MONOCHROME1 padding black: it lies at the top", () => {
    const one = image({ padding: 4095, photometric: "MONOCHROME1" });
    expect(display(one, grey())(4095)).toBe(0);
    expect(display(one, grey({ invert: true }))(4095)).toBe(0);
    expect(display(one, grey())(0)).toBe(1);
  });

  it("inverts MONOCHROME1 once, after the window", () => {
    const plain = display(image(), grey({ center: 1000, width: 500 }));
    const turned = display(image({ photometric: "MONOCHROME1" }), grey({ center: 1000, width: 500 }));
    for (const value of [700, 900, 1000, 1300]) expect(turned(value)).toBeCloseTo(1 - plain(value), 9);
  });

  it.each(["LINEAR", "LINEAR_EXACT", "SIGMOID"] as const)("%s: the nodes handed to the graphics card say the same to 1/1000", (kind) => {
    const one = image({ padding: 0 });
    const state = grey({ center: 1500, width: 900, function: kind, invert: true });
    const show = display(one, state);
    for (const value of [0, 800, 1200, 1500.5, 1900, 3000]) expect(interpolated(nodes(one, state), value)).toBeCloseTo(show(value), kind === "SIGMOID" ? 2 : 3);
  });
});

describe("presets", () => {
  it("are the header's windows, its curves, then the automatic one", () => {
    const one = image({ voi_luts: [{ label: "", first: 0, bits: 12, data: [0, 4095] }] });
    expect(presets(one).map(({ label, kind }) => [label, kind])).toEqual([["NORMAL", "window"], ["Curve 1", "lut"], ["Auto", "auto"]]);
  });

  it("are never empty", () => {
    expect(presets(image({ voi: [], auto_voi: null }))[0]).toMatchObject({ center: 2048, width: 4096 });
  });

  it("a dragged curve becomes a window; down is darker, right is wider", () => {
    const start = grey({ kind: "lut", lut: 0 });
    const after = dragged(start, 0.5, 0.1);
    expect(after).toMatchObject({ kind: "window", lut: -1, label: "Custom" });
    expect(after.width).toBeGreaterThan(start.width);
    expect(after.center).toBeGreaterThan(start.center);
  });

  it("a linked image makes the same change in its own measure", () => {
    const base = { ...grey(), center: 2000, width: 4000 };
    const other = { ...grey(), center: 100, width: 200 };
    expect(followed(base, { ...grey(), center: 1000, width: 2000 }, other)).toEqual({ center: 50, width: 100 });
  });
});

function interpolated(points: [number, number][], value: number): number {
  const after = points.findIndex(([at]) => at >= value);
  if (after === -1) return (points.at(-1) as [number, number])[1];
  const [x1, y1] = points[after] as [number, number];
  const [x0, y0] = points[Math.max(0, after - 1)] as [number, number];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (value - x0)) / (x1 - x0);
}
