/** Sizes and sums in words. */
import type { Phase } from "./transfer";
import { decimal, gettext } from "../text/text";

const UNITS = ["B", "KB", "MB", "GB"];

/** "14.2 MB": three figures are enough for a person. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : decimal(value, 1)} ${UNITS[unit]}`;
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
  const known = phases.duplicate > 0 ? gettext(" · %(duplicate)s already here", { duplicate: phases.duplicate }) : "";
  const refused = phases.refused + phases.failed > 0 ? gettext(" · %(failed)s refused", { failed: phases.refused + phases.failed }) : "";
  const filed = gettext("%(filed)s of %(files)s filed", { filed: phases.filed, files: sums.files });
  return gettext("%(filed)s%(known)s%(refused)s · %(size)s of %(size2)s sent", { filed, known, refused, size: size(sums.sent), size2: size(sums.total) });
}

/** What to tell a person at the end, by the number of exams touched and of files refused. */
export function outcomeInWords(exams: number, refused: number): string {
  if (exams === 0) return gettext("Nothing was filed. Each file says why.");
  const all = refused === 0 ? gettext("Everything is filed.") : gettext("What could be filed is filed; %(refused)s refused, with the reason below.", { refused });
  return gettext("%(all)s The progress of the analysis is on the page of the exam.", { all });
}
