import { beforeEach, describe, expect, it, vi } from "vitest";
import { calibrate, CARD, pixelsPerMm, timesTrue } from "../src/viewer/size/screen";
import { image } from "./cast";

let stored: Record<string, string> = {};

function at(ratio: number, screen: Record<string, number>): void {
  vi.stubGlobal("window", { devicePixelRatio: ratio, screen });
}

beforeEach(() => {
  stored = {};
  vi.stubGlobal("localStorage", { getItem: (key: string) => stored[key] ?? null, setItem: (key: string, value: string) => (stored[key] = value) });
  at(1, { width: 1920, height: 1080, availLeft: 0, availTop: 0 });
});

describe("a screen", () => {
  it("is uncalibrated until a card was held against it, and then knows its millimetres", () => {
    expect(pixelsPerMm()).toBeNull();
    calibrate(428);
    expect(pixelsPerMm()).toBeCloseTo(428 / 85.6, 9);
    calibrate(null);
    expect(pixelsPerMm()).toBeNull();
  });

  it("keeps its size when the browser is zoomed", () => {
    calibrate(428);
    at(2, { width: 1920, height: 1080, availLeft: 0, availTop: 0 });
    expect(pixelsPerMm()).toBeCloseTo(428 / 85.6 / 2, 9);
  });

  it("is not the one beside it, though that has as many pixels", () => {
    calibrate(428);
    at(1, { width: 1920, height: 1080, availLeft: 1920, availTop: 0 });
    expect(pixelsPerMm()).toBeNull();
    calibrate(300);
    at(1, { width: 1920, height: 1080, availLeft: 0, availTop: 0 });
    expect(pixelsPerMm()).toBeCloseTo(428 / 85.6, 9);
  });

  it("uses the card of ISO/IEC 7810", () => {
    expect(CARD).toEqual({ width: 85.6, height: 53.98 });
  });
});

describe("how large an image is", () => {
  it("is told against true size, and not at all where millimetres are unknown", () => {
    const view = (scale: number): { scale: number; centre: [number, number] } => ({ scale, centre: [0, 0] });
    expect(timesTrue(image(), view(5))).toBe("");
    calibrate(428);
    expect(timesTrue(image(), view(5))).toBe("true size");
    expect(timesTrue(image(), view(10.6))).toBe("2.1 × true size");
    expect(timesTrue(image({ spacing: { mm: null, source: "", calibrated: false } }), view(5))).toBe("");
  });
});
