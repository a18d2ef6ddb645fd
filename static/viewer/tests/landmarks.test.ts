import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Mark } from "../src/viewer/data/types";
import { placed } from "../src/viewer/marks/draw";
import { MarkStore } from "../src/viewer/marks/store";

const nipple = (id: string, image = "RCC", x = 1): Mark => ({ id, image, tool: "nipple", points: [[x, 0]], mm: null });
const store = (): MarkStore => new MarkStore(() => undefined, (image) => image !== "then");
let heard: [string, unknown][] = [];

beforeEach(() => {
  heard = [];
  vi.stubGlobal("document", { dispatchEvent: (event: { type: string; detail: unknown }) => heard.push([event.type, event.detail]) });
  vi.stubGlobal("CustomEvent", class { constructor(readonly type: string, init: { detail: unknown }) { Object.assign(this, init); } });
});

describe("landmarks", () => {
  it("are told to the read as a whole, with each change of one; those of earlier exams are not", () => {
    const held = store();
    held.put(nipple("a"));
    held.put(nipple("a", "RCC", 7));
    held.put(nipple("b", "then"));
    held.undo();
    held.remove("a");
    expect(heard).toEqual([[nipple("a")], [nipple("a", "RCC", 7)], []].map((landmarks) => ["overread:landmarks", { landmarks }]));
  });

  it("of the read take the place of those that the tab has kept, before and after it is recalled", () => {
    const held = store();
    held.put(nipple("old"));
    held.adopt([], [nipple("read", "RCC", 5), nipple("other", "LCC")]);
    held.restore([nipple("kept"), nipple("also", "LMLO"), nipple("then", "then")]);
    expect(held.all().map(({ id }) => id).sort()).toEqual(["also", "other", "read", "then"]);
  });

  it("stay as they are with a read that keeps none", () => {
    const held = store();
    held.put(nipple("a"));
    held.adopt([]);
    expect(held.all().map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("a mark on a stack", () => {
  const at = { slice: 4, slab: [3, 6] as [number, number] };
  it.each([[5, "here"], [4, "slab"], [7, "slab"], [8, "away"], [undefined, "here"]] as const)("of slice %s is %s on slice 5 of a slab 4-7", (frame, wanted) => {
    expect(placed(frame ? { frame } : {}, at)).toBe(wanted);
    expect(placed(frame ? { frame } : {}, { slice: 4, slab: null })).toBe(wanted === "slab" ? "away" : wanted);
    expect(placed(frame ? { frame } : {}, null)).toBe("here");
  });
});
