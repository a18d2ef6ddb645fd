/** Numbers of a suggestion as words: only what they carry, nothing where they are absent. */
import type { Finding, Results, Suggestion, Trust } from "../data/types";

const HEIGHT = { upper: "above the nipple", lower: "below the nipple", level: "at the nipple's level" };
const ACROSS = { outer: "outer half", inner: "inner half", level: "behind the nipple" };

/** "21 x 14 mm"; the area for runs that know no diameters; empty without spacing. */
export function size(finding: Finding): string {
  const mm = finding.size_mm?.map((length) => Math.max(1, Math.round(length)));
  if (mm) return `${mm[0]} x ${mm[1]} mm`;
  return finding.area_mm2 === null ? "" : `${finding.area_mm2.toFixed(0)} mm²`;
}

/** "above the nipple, middle third"; empty where the view says nothing. */
export function place(finding: Finding): string {
  const level = finding.height ? HEIGHT[finding.height] : finding.across ? ACROSS[finding.across] : "";
  return [level, finding.depth ? `${finding.depth} third` : ""].filter(Boolean).join(", ");
}

/** What the score rules out at its coverage: one sentence, empty for a release that states none. */
export function ruledOut({ open, confidence }: Suggestion): string {
  if (!confidence || !open) return "";
  const share = `${Math.round(confidence * 100)} %`;
  if (open.length === 1) return `At ${share} coverage the score leaves only "${open[0]}" open.`;
  return `At ${share} coverage the score rules neither malignant nor not malignant out.`;
}

/** "0.35 (95 % 0.28 to 0.43)"; the bare score for a run without an interval. */
export function exam(results: Results): string {
  if (results.exam_score === null) return "";
  const ends = results.suggestion?.probability_interval;
  const interval = ends ? ` (95 % ${ends[0].toFixed(2)} to ${ends[1].toFixed(2)})` : "";
  return `Exam score ${results.exam_score.toFixed(2)}${interval}`;
}

/** How far to trust the band, by what became of exams like this one here; too few give no number. */
export function trust(found: Trust): string {
  const { triage, known, cancers, share, least } = found;
  if (!share) return `In this practice ${known} exams rated ${triage} have a known outcome: too few (under ${least}) to say how far to trust it here.`;
  const [middle, low, high] = share.map((part) => Math.round(part * 100));
  return `In this practice ${cancers} of ${known} exams rated ${triage} held cancer: ${middle} % (95 % ${low} to ${high}). Counted are signed cases with a known outcome.`;
}
