import { describe, expect, it } from "vitest";
import { MOST, toggled } from "../../src/read/body";
import type { Body, KeyImage } from "../../src/read/types";

const chosen = (image: string, more: Partial<KeyImage> = {}): KeyImage => ({
  image, frame: 1, center: 2000, width: 1000, function: "LINEAR", lut: null, invert: false, ...more,
});

describe("key images of a read", () => {
  it("are put in with their window, and taken out whatever the window is then", () => {
    const body = {} as Body; // a draft that was begun before there were any
    expect(toggled(body, chosen("a"), "L CC")).toBe("L CC is a key image of the report");
    expect(body.key_images).toEqual([chosen("a")]);
    expect(toggled(body, chosen("a", { center: 9 }), "L CC")).toBe("L CC is taken off the report");
    expect(body.key_images).toEqual([]);
  });

  it("are slices of their own, in the order in which they were chosen", () => {
    const body = {} as Body;
    for (const frame of [12, 3]) toggled(body, chosen("t", { frame }), "L MLO");
    expect(body.key_images?.map(({ frame }) => frame)).toEqual([12, 3]);
  });

  it("are eight at most", () => {
    const body = {} as Body;
    for (let frame = 1; frame <= MOST; frame++) toggled(body, chosen("t", { frame }), "L MLO");
    expect(toggled(body, chosen("b"), "R CC")).toContain("take one off first");
    expect(body.key_images).toHaveLength(MOST);
  });
});
