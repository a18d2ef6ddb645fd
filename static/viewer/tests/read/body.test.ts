import { describe, expect, it } from "vitest";
import { attach, detach, forViewer, freshId, newFinding, ownerOf } from "../../src/read/body";
import type { Body, Finding, Mark } from "../../src/read/types";

const body = (...findings: Finding[]): Body => ({
  density: null,
  breasts: { R: { category: null }, L: { category: null } },
  recall: null,
  recall_sides: [],
  management: null,
  comparison: null,
  prior: null,
  confidence: null,
  text: "",
  findings,
});
const finding = (id: string, ...marks: Mark[]): Finding => ({ ...newFinding(body(), "L"), id, marks });
const mark = (id: string, more: Partial<Mark> = {}): Mark => ({ id, image: "i1", tool: "ellipse", points: [[1, 2]], mm: null, ...more });

describe("findings of a read", () => {
  it("get ids that no other finding has", () => {
    expect(freshId([])).toBe("m1");
    expect(freshId([finding("m2"), finding("m3")])).toBe("m4");
    expect(freshId([finding("m1"), finding("m3")])).toBe("m4");
  });

  it("own the marks that they hold, and those that were armed for them", () => {
    const read = body(finding("m1", mark("k1")), finding("m2"));
    expect(ownerOf(read, mark("k1"))?.id).toBe("m1");
    expect(ownerOf(read, mark("k9", { finding: "m2" }))?.id).toBe("m2");
    expect(ownerOf(read, mark("k9"))).toBeUndefined();
  });

  it("take a changed mark in place of the old one, without its tie", () => {
    const one = finding("m1", mark("k1"));
    attach(one, mark("k1", { points: [[5, 6]], finding: "m1" }));
    expect(one.marks).toEqual([mark("k1", { points: [[5, 6]] })]);
  });

  it("take their size from a length, and follow it until somebody types another", () => {
    const one = finding("m1");
    attach(one, mark("k1", { tool: "length", mm: 12.04 }));
    expect(one.size_mm).toBe(12);
    attach(one, mark("k1", { tool: "length", mm: 13.06 }));
    expect(one.size_mm).toBe(13.1);
    one.size_mm = 20;
    attach(one, mark("k1", { tool: "length", mm: 14 }));
    expect(one.size_mm).toBe(20);
  });

  it("name the measurement that their size follows, until the size or the measurement is another", () => {
    const read = body(finding("m1"));
    const one = read.findings[0] as Finding;
    attach(one, mark("k1", { tool: "length", mm: 12.04 }));
    attach(one, mark("k2", { tool: "length", mm: 30 }));
    expect([one.size_mm, one.size_mark]).toEqual([12, "k1"]);
    attach(one, mark("k1", { tool: "length", mm: null }));
    expect(one.size_mark).toBeNull();
    attach(one, mark("k3", { tool: "length", mm: 12 }));
    expect(one.size_mark).toBeNull(); // 12 mm stands as it was typed
    one.size_mm = null;
    attach(one, mark("k2", { tool: "length", mm: 31 }));
    expect([one.size_mm, one.size_mark]).toEqual([31, "k2"]);
    detach(read, "k2");
    expect([one.size_mm, one.size_mark]).toEqual([31, null]);
  });

  it("keep an empty size where the image has no spacing", () => {
    const one = finding("m1");
    attach(one, mark("k1", { tool: "length", mm: null }));
    expect(one.size_mm).toBeNull();
  });

  it("let a removed mark go and tell the viewer what is left", () => {
    const read = body(finding("m1", mark("k1"), mark("k2")));
    detach(read, "k1");
    expect(forViewer(read)).toEqual({ findings: [{ id: "m1", marks: [mark("k2")] }] });
  });
});
