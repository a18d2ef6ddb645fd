import { describe, expect, it } from "vitest";
import { type Frame, FrameCache, limitOf } from "../../src/viewer/data/frames";

const frame = (imageId: string): Frame => ({ imageId, values: [0], columns: 1, rows: 1, low: 0, high: 0, step: 1 });

function filled(...sizes: number[]): { cache: FrameCache; gone: string[] } {
  const cache = new FrameCache(100);
  const gone: string[] = [];
  cache.onForgotten((imageId) => gone.push(imageId));
  sizes.forEach((size, at) => cache.put(frame(`f${at}`), size));
  return { cache, gone };
}

describe("the decoded frames", () => {
  it("stay within the bound: the one looked at longest ago goes first", () => {
    const { cache, gone } = filled(40, 40);
    cache.get("f0");
    cache.put(frame("new"), 40);
    expect(gone).toEqual(["f1"]);
    expect(cache.bytes).toBe(80);
    expect(cache.get("f0")).not.toBeNull();
    expect(cache.get("f1")).toBeNull();
  });

  it("on the screen are never let go, even over the bound; the last one taken in never at once", () => {
    const { cache, gone } = filled(60);
    cache.inUse = (imageId) => imageId === "f0";
    cache.put(frame("large"), 90);
    expect(gone).toEqual([]);
    expect(cache.bytes).toBe(150);
    cache.inUse = () => false;
    cache.put(frame("small"), 5);
    expect(gone).toEqual(["f0"]);
    expect(cache.bytes).toBe(95);
  });

  it("that somebody else bounds stay until they are dropped by name", () => {
    const { cache, gone } = filled(60);
    cache.put(frame("slice"), 0);
    cache.put(frame("large"), 90);
    expect(gone).toEqual(["f0"]);
    cache.drop("slice");
    cache.drop("slice");
    expect(gone).toEqual(["f0", "slice"]);
    expect(cache.get("slice")).toBeNull();
  });

  it("count once when taken in again", () => {
    const { cache } = filled(30);
    cache.put(frame("f0"), 50);
    expect(cache.bytes).toBe(50);
    expect(cache.room(50)).toBe(true);
    expect(cache.room(51)).toBe(false);
  });

  it("are bounded by an eighth of the memory, between 512 MiB and 1 GiB", () => {
    expect([0.5, 4, 6, 8].map((gib) => limitOf(gib) / 2 ** 20)).toEqual([512, 512, 768, 1024]);
  });
});
