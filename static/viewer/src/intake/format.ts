/** Sizes and sums in words. */
import type { Phase } from "./transfer";

const UNITS = ["B", "KB", "MB", "GB"];

/** "14.2 MB": three figures are enough for a person. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export interface Sums {
  files: number;
  sent: number;
  total: number;
  phases: Record<Phase, number>;
}

/** "3 of 5 filed · 1 refused · 40.0 MB of 60.0 MB sent" */
export function sumsInWords(sums: Sums): string {
  const { phases } = sums;
  const known = phases.duplicate > 0 ? ` · ${phases.duplicate} already here` : "";
  const refused = phases.refused + phases.failed > 0 ? ` · ${phases.refused + phases.failed} refused` : "";
  const filed = `${phases.filed} of ${sums.files} filed`;
  return `${filed}${known}${refused} · ${size(sums.sent)} of ${size(sums.total)} sent`;
}

/** What to tell a person at the end, by the number of exams touched and of files refused. */
export function outcomeInWords(exams: number, refused: number): string {
  if (exams === 0) return "Nothing was filed. Each file says why.";
  const all = refused === 0 ? "Everything is filed." : `What could be filed is filed; ${refused} refused, with the reason below.`;
  return `${all} The progress of the analysis is on the page of the exam.`;
}
