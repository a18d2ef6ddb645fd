import { describe, expect, it } from "vitest";
import type { Finding, Results, Suggestion } from "../src/viewer/data/types";
import { exam, place, ruledOut, size, trust } from "../src/viewer/panel/words";

const finding: Finding = { id: "f1", score: 0.6, polygon: [], box: [0, 0, 1, 1], pairs_with: null, area_mm2: 200.4 };
const said: Suggestion = { category: "4A", interval: null, text: "", abstained: false };

describe("a region in words", () => {
  it("gives both diameters in whole millimetres, never 0", () => {
    expect(size({ ...finding, size_mm: [21.4, 0.2] })).toBe("21 x 1 mm");
  });

  it("falls back to the area of older runs and says nothing without spacing", () => {
    expect(size(finding)).toBe("200 mm²");
    expect(size({ ...finding, area_mm2: null, size_mm: null })).toBe("");
  });

  it("names the place as far as the view knows it", () => {
    expect(place({ ...finding, height: "upper", across: null, depth: "middle" })).toBe("above the nipple, middle third");
    expect(place({ ...finding, height: null, across: "inner", depth: "posterior" })).toBe("inner half, posterior third");
    expect(place(finding)).toBe("");
  });
});

describe("what the score rules out", () => {
  it("says which answer is left, or that both are", () => {
    expect(ruledOut({ ...said, open: ["not malignant"], confidence: 0.9 })).toContain('only "not malignant" open');
    expect(ruledOut({ ...said, open: ["malignant", "not malignant"], confidence: 0.9 })).toContain("90 % coverage the score rules neither");
  });

  it("is silent for a release that states no coverage", () => {
    expect(ruledOut(said)).toBe("");
    expect(ruledOut({ ...said, open: [], confidence: null })).toBe("");
  });
});

describe("the exam score", () => {
  it("stands with its interval where there is one", () => {
    const results = { exam_score: 0.349, suggestion: { ...said, probability_interval: [0.28, 0.43] } } as unknown as Results;
    expect(exam(results)).toBe("Exam score 0.35 (95 % 0.28 to 0.43)");
    expect(exam({ ...results, suggestion: null })).toBe("Exam score 0.35");
    expect(exam({ ...results, exam_score: null })).toBe("");
  });
});

describe("how far to trust it", () => {
  it("gives the share with its interval and how many", () => {
    const said = trust({ triage: "elevated", known: 47, cancers: 12, share: [0.2553, 0.1533, 0.395], least: 20 });
    expect(said).toContain("12 of 47 exams rated elevated held cancer: 26 % (95 % 15 to 40)");
  });

  it("says that there are too few, and gives no share", () => {
    const said = trust({ triage: "low", known: 3, cancers: null, share: null, least: 20 });
    expect(said).toContain("3 exams rated low have a known outcome: too few (under 20)");
    expect(said).not.toContain("%");
  });
});
