import { describe, expect, it } from "vitest";
import { unanswered } from "../../src/read/waiting";
import type { Body, Finding } from "../../src/read/types";

const body = (more: Partial<Body> = {}): Body => ({
  density: "B", breasts: { L: { category: "1" }, R: { category: "2" } }, recall: false, recall_sides: [], management: "routine", comparison: "none",
  prior: null, confidence: 4, text: "", findings: [], ...more,
});
const PATHS = ["density", "breasts.R", "breasts.L", "findings", "recall", "recall_sides", "management", "comparison", "prior", "confidence", "key_images", "text"];
const waits = (asked: Body): string[] => PATHS.filter((path) => unanswered(asked, path));

describe("where the form waits for an answer", () => {
  it("is nowhere in a whole read, whatever may be left empty", () => {
    expect(waits(body())).toEqual([]);
  });

  it("is everything that a new draft asks, and not what only follows from an answer", () => {
    const empty = { density: null, breasts: { L: { category: null }, R: { category: null } }, recall: null, management: null, comparison: null, confidence: null };
    expect(waits(body(empty))).toEqual(["density", "breasts.R", "breasts.L", "recall", "management", "comparison", "confidence"]);
  });

  it("is the side of a recall and the exam of a comparison once they are asked for", () => {
    expect(waits(body({ recall: true, comparison: "stable" }))).toEqual(["recall_sides", "prior"]);
    expect(waits(body({ recall: true, recall_sides: ["L"], comparison: "stable", prior: "e1" }))).toEqual([]);
  });

  it("is the kind and the side of a finding, not its descriptors", () => {
    const findings = [{ kind: null, laterality: "L", category: null } as Finding];
    expect(["findings.0.kind", "findings.0.laterality", "findings.0.category"].map((path) => unanswered(body({ findings }), path))).toEqual([true, false, false]);
  });
});
