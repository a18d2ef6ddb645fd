import { describe, expect, it } from "vitest";
import { LETTERS, plan, ROWS, STEPS } from "../src/pattern/plan";

describe("the test pattern", () => {
  const { patches, letters } = plan(1800, 500);

  it("has eighteen even steps from black to white", () => {
    const greys = patches.slice(0, STEPS).map(({ grey }) => grey);
    expect([greys[0], greys[17], new Set(greys.slice(1).map((grey, at) => grey - (greys[at] as number))).size]).toEqual([0, 255, 1]);
  });

  it("has 5 % in black and 95 % in white", () => {
    const [, dark, , bright] = patches.slice(STEPS, STEPS + 4).map(({ grey }) => grey);
    expect([dark, bright]).toEqual([Math.round(0.05 * 255), Math.round(0.95 * 255)]);
  });

  it("shows each grey once on the ramp, without a gap", () => {
    const ramp = patches.slice(STEPS + 4, STEPS + 4 + 256);
    expect(ramp.map(({ grey }) => grey)).toEqual(Array.from({ length: 256 }, (_, grey) => grey));
    expect(ramp.slice(1).every(({ x }, at) => x === (ramp[at] as { x: number; width: number }).x + (ramp[at] as { width: number }).width)).toBe(true);
  });

  it("has letters that fade to one grey above their ground", () => {
    const apart = Object.values(ROWS).map((ground, row) => letters.slice(row * 8, row * 8 + 8).map(({ grey }) => grey - ground));
    expect(apart).toEqual(Array(3).fill([8, 7, 6, 5, 4, 3, 2, 1]));
    expect(LETTERS.length).toBe(8);
  });
});
