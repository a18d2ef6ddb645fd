/** Pure steps on a read's body. */
import type { Body, Finding, Mark, Side } from "./types";

/** An id that no finding has yet: m1, m2, ... */
export function freshId(findings: readonly Finding[]): string {
  let number = findings.length + 1;
  while (findings.some(({ id }) => id === `m${number}`)) number++;
  return `m${number}`;
}

export function newFinding(body: Body, laterality: Side | null): Finding {
  const empty = { kind: null, descriptors: {}, quadrant: null, size_mm: null, category: null, note: "", marks: [] };
  return { id: freshId(body.findings), laterality, ...empty };
}

export const markById = (body: Body, id: string): Mark | undefined =>
  body.findings.flatMap(({ marks }) => marks).find((mark) => mark.id === id);

/** The finding that owns this mark, or that it was armed for. */
export function ownerOf(body: Body, mark: Mark): Finding | undefined {
  return body.findings.find(({ marks }) => marks.some(({ id }) => id === mark.id)) ?? body.findings.find(({ id }) => id === mark.finding);
}

/** Put a mark in a finding, in place of the one with its id. A length fills an empty size. */
export function attach(finding: Finding, mark: Mark): void {
  const { finding: _tie, ...kept } = mark;
  const at = finding.marks.findIndex(({ id }) => id === mark.id);
  const before = at < 0 ? undefined : finding.marks[at];
  if (at < 0) finding.marks.push(kept);
  else finding.marks[at] = kept;
  const follows = finding.size_mm === null || finding.size_mm === rounded(before?.mm ?? null);
  if (mark.tool === "length" && mark.mm !== null && mark.mm > 0 && follows) finding.size_mm = rounded(mark.mm);
}

export const rounded = (mm: number | null): number | null => (mm === null ? null : Math.round(mm * 10) / 10);

export function detach(body: Body, id: string): void {
  for (const finding of body.findings) finding.marks = finding.marks.filter((mark) => mark.id !== id);
}

/** What the viewer needs to draw the marks. */
export const forViewer = (body: Body): { id: string; marks: Mark[] }[] => body.findings.map(({ id, marks }) => ({ id, marks }));
