import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Mark } from "../src/viewer/data/types";
import { MarkStore } from "../src/viewer/marks/store";

const mark = (id: string, x = 1, more: Partial<Mark> = {}): Mark => ({ id, image: "RCC", tool: "length", points: [[x, 0], [9, 9]], mm: 5, ...more });
let heard: [string, unknown][] = [];

beforeEach(() => {
  heard = [];
  vi.stubGlobal("document", { dispatchEvent: (event: { type: string; detail: unknown }) => heard.push([event.type.replace("overread:mark-", ""), event.detail]) });
  vi.stubGlobal("CustomEvent", class { constructor(readonly type: string, init: { detail: unknown }) { Object.assign(this, init); } });
});

const store = (): MarkStore => new MarkStore(() => undefined, (image) => image !== "then");
const points = (held: MarkStore): number[] => held.all().map((one) => one.points[0]?.[0] as number);

describe("undo and redo of marks", () => {
  it("take back drawing, changing and removing, one after the other, and make them again", () => {
    const held = store();
    held.put(mark("a"));
    held.put(mark("a", 2));
    held.remove("a");
    const states: number[][] = [];
    while (held.undo()) states.push(points(held));
    expect(states).toEqual([[2], [1], []]);
    while (held.redo()) states.push(points(held));
    expect(states.slice(3)).toEqual([[1], [2], []]);
  });

  it("tell the read form each time, so that its findings follow", () => {
    const held = store();
    held.put(mark("a"));
    held.undo();
    held.redo();
    expect(heard.map(([name]) => name)).toEqual(["added", "removed", "added"]);
  });

  it("bring a mark back with the finding that had taken it up", () => {
    const held = store();
    held.put(mark("a"));
    held.adopt([{ id: "m7", marks: [mark("a")] }]);
    held.undo();
    held.redo();
    expect(held.get("a")?.finding).toBe("m7");
  });

  it("pass over what the form has dropped since", () => {
    const held = store();
    held.put(mark("a"));
    held.put(mark("b"));
    held.adopt([{ id: "m1", marks: [mark("b")] }]);
    held.adopt([{ id: "m1", marks: [] }]);
    expect(held.undo()).toBe(true);
    expect(held.all()).toEqual([]);
    expect(held.undo()).toBe(false);
  });

  it("forget what was undone once something new is drawn", () => {
    const held = store();
    held.put(mark("a"));
    held.undo();
    held.put(mark("b"));
    expect(held.redo()).toBe(false);
    expect(held.all().map(({ id }) => id)).toEqual(["b"]);
  });
});

describe("marks that no finding can hold", () => {
  it.each([["nipple", "RCC"], ["pectoral", "RCC"], ["length", "then"]] as const)("%s on %s stays on the screen and is not told to the form", (tool, image) => {
    const held = store();
    held.put(mark("a", 1, { tool, image }));
    held.remove("a");
    expect(heard.filter(([name]) => name !== "overread:landmarks")).toEqual([]);
  });

  it("come back after a reload, and those of the form win", () => {
    const held = store();
    held.adopt([{ id: "m1", marks: [mark("a", 5)] }]);
    held.restore([mark("a", 1), mark("b", 2)]);
    expect(points(held).sort()).toEqual([2, 5]);
    expect(held.loose().map(({ id }) => id)).toEqual(["b"]);
  });
});
