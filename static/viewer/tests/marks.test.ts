import { describe, expect, it } from "vitest";
import type { Mark } from "../src/viewer/data/types";
import { failureOf } from "../src/viewer/data/failure";
import { pause } from "../src/viewer/data/poller";
import type { Manifest } from "../src/viewer/data/types";
import { letters } from "../src/viewer/geometry/letters";
import { caption, extent } from "../src/viewer/geometry/measure";
import { image } from "./cast";

const length: Pick<Mark, "tool" | "points"> = { tool: "length", points: [[0, 0], [30, 40]] };

describe("measures", () => {
  it("are millimetres by row and column spacing", () => {
    const one = image({ spacing: { mm: [0.2, 0.1], source: "", calibrated: true } });
    expect(extent(one, { tool: "length", points: [[0, 0], [10, 10]] })).toBeCloseTo(Math.hypot(1, 2), 9);
    expect(caption(image(), length)).toBe("5.0 mm");
  });

  it("say so where the spacing is not calibrated, and speak of pixels where there is none", () => {
    const doubtful = image({ spacing: { mm: [0.1, 0.1], source: "Pixel Spacing", calibrated: false } });
    const bare = image({ spacing: { mm: null, source: "", calibrated: false } });
    expect(caption(doubtful, length)).toBe("5.0 mm uncalibrated");
    expect(caption(bare, length)).toBe("50 px uncalibrated");
    expect(extent(bare, length)).toBeNull();
  });

  it("give an ellipse its two diameters and its area", () => {
    const ellipse: Pick<Mark, "tool" | "points"> = { tool: "ellipse", points: [[50, 50], [100, 50], [50, 75]] };
    expect(extent(image(), ellipse)).toBeCloseTo(10, 9);
    expect(caption(image(), ellipse)).toBe("10.0 × 5.0 mm, 39 mm²");
  });

  it("have no words for a point or an arrow", () => {
    expect(caption(image(), { tool: "arrow", points: [[0, 0], [9, 9]] })).toBe("");
  });
});

describe("orientation letters", () => {
  it.each([
    ["R", "CC", "right", { left: "A", right: "P", top: "R", bottom: "L" }],
    ["L", "CC", "left", { left: "P", right: "A", top: "L", bottom: "R" }],
    ["R", "MLO", "right", { left: "A", right: "P", top: "H", bottom: "F" }],
    ["L", "ML", "left", { left: "P", right: "A", top: "H", bottom: "F" }],
  ] as const)("of %s %s", (laterality, view, chest_wall, expected) => {
    expect(letters(image({ laterality, view, chest_wall }))).toEqual(expected);
  });

  it("are not guessed without a laterality", () => {
    expect(Object.values(letters(image({ laterality: "" }))).join("")).toBe("");
  });
});

describe("failures", () => {
  it.each([
    [404, "gone"], [410, "gone"], [403, "refused"], [401, "refused"], [500, "server"], [0, "network"],
    [{ status: 404 }, "gone"], [{ error: { status: 0 } }, "network"], [new Error("bad codestream"), "decode"],
  ] as const)("%o is '%s'", (error, cause) => {
    expect(failureOf(error).reason).toBe(cause);
  });
});

describe("polling", () => {
  const manifest = (state: string, status = "ready"): Manifest => ({ images: [{ status }], analysis: { state } }) as unknown as Manifest;

  it("is quick while something runs, slow while sealed, and stops when nothing can change", () => {
    expect(pause(manifest("running"))).toBe(2000);
    expect(pause(manifest("ready", "transcoding"))).toBe(2000);
    expect(pause(manifest("sealed"))).toBe(10_000);
    expect(pause(manifest("ready"))).toBeNull();
  });
});
