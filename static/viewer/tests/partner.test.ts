import { describe, expect, it } from "vitest";
import type { Layout } from "../src/viewer/data/types";
import { partnerOf } from "../src/viewer/two/partner";

const layout = (id: string, facts: Partial<Layout> = {}): Layout => ({ id, label: id, rows: 1, columns: 1, cells: [], ...facts });
const plain = [layout("4up"), layout("cc"), layout("mlo"), layout("spot"), layout("single:a", { step: false })];
const beside = (layouts: Layout[], shown: string): string | undefined => partnerOf(layouts, shown)?.id;

describe("what hangs in the second window", () => {
  it("is the earlier exam in the same places, and the present one beside the earlier", () => {
    const layouts = [layout("4up", { back: "4up:prior" }), layout("cc"), layout("4up:prior", { back: "4up", step: false })];
    expect(beside(layouts, "4up")).toBe("4up:prior");
    expect(beside(layouts, "4up:prior")).toBe("4up");
  });

  it("is the other view where there is no earlier exam", () => {
    expect(beside(plain, "cc")).toBe("mlo");
    expect(beside(plain, "mlo")).toBe("cc");
  });

  it("is else the step that comes next, the first one after the last", () => {
    expect(beside(plain, "4up")).toBe("cc");
    expect(beside(plain, "spot")).toBe("4up");
    expect(beside(plain, "single:a")).toBe("4up");
  });

  it("is nothing where nothing hangs", () => expect(partnerOf([], "4up")).toBeNull());
});
