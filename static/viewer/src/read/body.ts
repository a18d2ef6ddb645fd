/** Pure steps on a read's body. */
import type { Body, Finding, KeyImage, Mark, Side } from "./types";
import { gettext } from "../text/text";

/** An id that no finding has yet: m1, m2, ... */
export function freshId(findings: readonly Finding[]): string {
  let number = findings.length + 1;
  while (findings.some(({ id }) => id === `m${number}`)) number++;
  return `m${number}`;
}

export function newFinding(body: Body, laterality: Side | null): Finding {
  const place = { quadrant: null, clock: null, depth: null, nipple_mm: null };
  const empty = { kind: null, descriptors: {}, size_mm: null, size_mark: null, features: [], change: null, category: null, note: "", marks: [] };
  return { id: freshId(body.findings), laterality, ...place, ...empty };
}

export const markById = (body: Body, id: string): Mark | undefined =>
  body.findings.flatMap(({ marks }) => marks).find((mark) => mark.id === id);

/** The finding that owns this mark, or that it was armed for. */
export function ownerOf(body: Body, mark: Mark): Finding | undefined {
  return body.findings.find(({ marks }) => marks.some(({ id }) => id === mark.id)) ?? body.findings.find(({ id }) => id === mark.finding);
}

/** Put a mark in a finding, in place of the one with its id. A length fills an empty size, which then follows it. */
export function attach(finding: Finding, mark: Mark): void {
  const { finding: _tie, ...kept } = mark;
  const at = finding.marks.findIndex(({ id }) => id === mark.id);
  const before = at < 0 ? undefined : finding.marks[at];
  if (at < 0) finding.marks.push(kept);
  else finding.marks[at] = kept;
  const follows = finding.size_mm === null || finding.size_mm === rounded(before?.mm ?? null);
  if (mark.tool === "length" && mark.mm !== null && mark.mm > 0 && follows) {
    finding.size_mm = rounded(mark.mm);
    finding.size_mark = mark.id;
  } else if (finding.size_mark === mark.id) finding.size_mark = null;
}

export const rounded = (mm: number | null): number | null => (mm === null ? null : Math.round(mm * 10) / 10);

export function detach(body: Body, id: string): void {
  for (const finding of body.findings) {
    finding.marks = finding.marks.filter((mark) => mark.id !== id);
    if (finding.size_mark === id) finding.size_mark = null;
  }
}

/** What the viewer needs to draw the marks. */
export function forViewer(body: Body): { findings: { id: string; marks: Mark[] }[]; landmarks?: Mark[] } {
  const findings = body.findings.map(({ id, marks }) => ({ id, marks }));
  return body.landmarks ? { findings, landmarks: body.landmarks } : { findings };
}

/** How many key images a report holds. */
export const MOST = 8;

const same = (one: KeyImage, other: KeyImage): boolean => one.image === other.image && one.frame === other.frame;

/** Put an image in or take it out; answers what was done, in words. */
export function toggled(body: Body, chosen: KeyImage, name: string): string {
  const kept = (body.key_images ??= []);
  const at = kept.findIndex((each) => same(each, chosen));
  if (at >= 0) {
    kept.splice(at, 1);
    return gettext("%(name)s is taken off the report", { name });
  }
  if (kept.length >= MOST) return gettext("A report holds %(most)s key images: take one off first", { most: MOST });
  kept.push(chosen);
  return gettext("%(name)s is a key image of the report", { name });
}
