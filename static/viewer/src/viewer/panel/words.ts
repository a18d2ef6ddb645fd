/** Numbers of a suggestion as words: only what they carry, nothing where they are absent. */
import type { Finding, Results, Suggestion, Trust } from "../data/types";
import { decimal, gettext } from "../../text/text";

const HEIGHT = { upper: gettext("above the nipple"), lower: gettext("below the nipple"), level: gettext("at the nipple's level") };
const THIRDS = { anterior: gettext("anterior third"), middle: gettext("middle third"), posterior: gettext("posterior third") };
const ANSWERS: Record<string, string> = { malignant: gettext("malignant"), "not malignant": gettext("not malignant") };
/** The words of triage. */
export const TRIAGE: Record<string, string> = { low: gettext("low"), intermediate: gettext("intermediate"), elevated: gettext("elevated") };
const ACROSS = { outer: gettext("outer half"), inner: gettext("inner half"), level: gettext("behind the nipple") };

/** "21 x 14 mm"; the area for runs that know no diameters; empty without spacing. */
export function size(finding: Finding): string {
  const mm = finding.size_mm?.map((length) => Math.max(1, Math.round(length)));
  if (mm) return `${mm[0]} x ${mm[1]} mm`;
  return finding.area_mm2 === null ? "" : `${finding.area_mm2.toFixed(0)} mm²`;
}

/** "above the nipple, middle third"; empty where the view says nothing. */
export function place(finding: Finding): string {
  const level = finding.height ? HEIGHT[finding.height] : finding.across ? ACROSS[finding.across] : "";
  return [level, finding.depth ? THIRDS[finding.depth] : ""].filter(Boolean).join(", ");
}

/** What the score rules out at its coverage: one sentence, empty for a release that states none. */
export function ruledOut({ open, confidence }: Suggestion): string {
  if (!confidence || !open) return "";
  const share = `${Math.round(confidence * 100)} %`;
  if (open.length === 1) return gettext("At %(share)s coverage the score leaves only \"%(open)s\" open.", { share, open: ANSWERS[open[0] ?? ""] ?? open[0] ?? "" });
  return gettext("At %(share)s coverage the score rules neither malignant nor not malignant out.", { share });
}

/** "0.35 (95 % 0.28 to 0.43)"; the bare score for a run without an interval. */
export function exam(results: Results): string {
  if (results.exam_score === null) return "";
  const ends = results.suggestion?.probability_interval;
  const interval = ends ? ` ${gettext("(95 % %(low)s to %(high)s)", { low: decimal(ends[0], 2), high: decimal(ends[1], 2) })}` : "";
  return gettext("Exam score %(exam_score)s%(interval)s", { exam_score: decimal(results.exam_score, 2), interval });
}

/** How far to trust the band, by what became of exams like this one here; too few give no number. */
export function trust(found: Trust): string {
  const { known, cancers, share, least } = found;
  const triage = TRIAGE[found.triage] ?? found.triage;
  if (!share) return gettext("In this practice %(known)s exams rated %(triage)s have a known outcome: too few (under %(least)s) to say how far to trust it here.", { known, triage, least });
  const [middle, low, high] = share.map((part) => Math.round(part * 100));
  return gettext("In this practice %(cancers)s of %(known)s exams rated %(triage)s held cancer: %(middle)s % (95 % %(low)s to %(high)s). Counted are signed cases with a known outcome.", { cancers, known, triage, middle, low, high });
}
