import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ImageInfo, Mark, Point } from "../src/viewer/data/types";
import { arc, counterpart, depthOf, footOf, outermost, SLACK } from "../src/viewer/geometry/breast";
import { way } from "../src/viewer/geometry/hang";
import { distance } from "../src/viewer/geometry/measure";
import { placeOf } from "../src/viewer/marks/guides";
import { MarkStore } from "../src/viewer/marks/store";
import { image, POSES } from "./cast";

const spacing = { mm: [0.2, 0.1] as [number, number], source: "", calibrated: true };
const mlo = (facts: Partial<ImageInfo> = {}): ImageInfo => image({ id: "mlo", view: "MLO", ...facts });
const left = (facts: Partial<ImageInfo> = {}): ImageInfo => image({ id: "left", laterality: "L", chest_wall: "left", ...facts });
const NONE = { from: null, to: null };

describe("the arc at equal nipple distance", () => {
  it.each(POSES)("keeps its millimetres and bows towards the chest wall, stored %o", (pose) => {
    const one = mlo({ pose, spacing, rows: 400, columns: 400 });
    const bow = arc(one, [200, 200], 8);
    expect(bow.length).toBe(91);
    for (const point of bow) {
      expect(distance(one, [200, 200], point)).toBeCloseTo(8, 9);
      expect(way(one, [200, 200], point)[0]).toBeGreaterThanOrEqual(-1e-9); // R: the chest wall is on the right
    }
  });

  it("stays inside the image", () => {
    const bow = arc(mlo(), [90, 100], 5);
    expect(bow.length).toBeGreaterThan(0);
    expect(bow.length).toBeLessThan(91);
    expect(bow.every(([x]) => x <= 99.5)).toBe(true);
  });

  it("takes the distance of the place in the one view, with slack on both sides", () => {
    const found = counterpart(image(), [40, 100], mlo(), { from: [10, 100], to: [20, 60] });
    if (found?.kind !== "arc") throw new Error("no arc");
    expect([found.mm, found.near.length, SLACK]).toEqual([3, 2, 10]);
    expect(distance(mlo(), [20, 60], found.line[45] as Point)).toBeCloseTo(3, 9);
  });
});

describe("a place in another image", () => {
  it("is mirrored in the other breast, from the nipples where both are known", () => {
    const other = left({ pose: { rotate: 90, flip: true }, rows: 100, columns: 200 });
    const byEdge = counterpart(image(), [40, 120], other, NONE);
    if (byEdge?.kind !== "place") throw new Error("no place");
    expect(depthOf(other, byEdge.at)).toBeCloseTo(depthOf(image(), [40, 120]), 9);
    const byNipple = counterpart(image(), [40, 120], left(), { from: [10, 100], to: [80, 90] });
    expect(byNipple).toEqual({ kind: "place", at: [50, 110] });
  });

  it("is a depth from the chest wall in the other view while no nipple is marked", () => {
    const found = counterpart(image(), [39.5, 120], mlo({ pose: { rotate: 180, flip: false } }), NONE);
    if (found?.kind !== "depth") throw new Error("no depth");
    expect(found.mm).toBeCloseTo(6, 9);
    for (const end of found.line) expect(end[0]).toBeCloseTo(59.5, 9);
  });

  it("is not claimed without millimetres, without a side, or for the other breast's other view", () => {
    const bare = { spacing: { mm: null, source: "", calibrated: false } };
    expect(counterpart(image(bare), [1, 1], mlo(), NONE)).toBeNull();
    expect(counterpart(image(), [1, 1], mlo({ laterality: "" }), NONE)).toBeNull();
    expect(counterpart(image(), [1, 1], left({ view: "MLO" }), NONE)).toBeNull();
  });
});

describe("landmarks", () => {
  it("give the posterior nipple line at a right angle to the pectoral muscle, in millimetres", () => {
    const one = mlo({ spacing });
    const foot = footOf(one, [10, 100], [[60, 20], [90, 180]]) as Point;
    const [ax, ay] = way(one, [60, 20], [90, 180]);
    const [bx, by] = way(one, [10, 100], foot);
    expect(ax * bx + ay * by).toBeCloseTo(0, 9);
    expect(footOf(one, [10, 100], [])).toBeNull();
  });

  it("propose the nipple where tissue reaches farthest from the chest wall", () => {
    const cells: Point[] = [[90, 10], [50, 100], [20, 96], [20, 104], [20, 112], [70, 180]];
    expect(outermost(image(), cells, 8)).toEqual([20, 104]);
    expect(outermost(left(), cells, 8)).toEqual([90, 10]);
    expect(outermost(image(), [], 8)).toBeNull();
  });

  it("are no places that a finding could be at", () => {
    const mark = (tool: Mark["tool"], points: Point[]): Mark => ({ id: "k", image: "i1", tool, points, mm: null });
    expect(placeOf(mark("nipple", [[1, 1]]))).toBeNull();
    expect(placeOf(mark("length", [[0, 0], [10, 20]]))).toEqual([5, 10]);
    expect(placeOf(mark("angle", [[0, 0], [3, 4], [9, 9]]))).toEqual([3, 4]);
  });
});

describe("marks of every kind", () => {
  const told: string[] = [];
  beforeEach(() => {
    told.length = 0;
    vi.stubGlobal("CustomEvent", class { constructor(readonly type: string, readonly init: { detail: { mark?: Mark } }) {} });
    vi.stubGlobal("document", { dispatchEvent: (event: { type: string; init: { detail: { mark?: Mark } } }) => told.push(`${event.type.slice(9)} ${event.init.detail.mark?.finding ?? "-"}`) });
  });
  const made = (tool: Mark["tool"], id = "a"): Mark => ({ id, image: "i1", tool, points: [[1, 1], [2, 2], [3, 1]], mm: null });

  it.each(["point", "ellipse", "length", "arrow", "angle", "pencil", "nipple", "pectoral"] as const)("%s is taken back and made again", (tool) => {
    const store = new MarkStore(() => undefined);
    store.put(made(tool));
    store.put({ ...made(tool), points: [[9, 9]] });
    store.remove("a");
    expect([store.undo(), store.get("a")?.points[0]]).toEqual([true, [9, 9]]);
    expect([store.undo(), store.get("a")?.points[0]]).toEqual([true, [1, 1]]);
    expect([store.redo(), store.redo(), store.all().length]).toEqual([true, true, 0]);
    expect(store.holdable(made(tool))).toBe(tool !== "nipple" && tool !== "pectoral");
  });

  it("go from one finding to another as removed and added, also when that is taken back", () => {
    const store = new MarkStore(() => undefined);
    store.adopt([{ id: "m1", marks: [made("ellipse", "a")] }, { id: "m2", marks: [made("ellipse", "b")] }]);
    store.put({ ...made("ellipse", "b"), finding: "m1" });
    expect(told).toEqual(["mark-removed -", "mark-added m1"]);
    store.undo();
    expect(told.slice(2)).toEqual(["mark-removed -", "mark-added m2"]);
  });
});
