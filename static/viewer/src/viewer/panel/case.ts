/** The case beside the images: who, when, the question, what is missing and what was assumed. */
import { el } from "../dom";
import { imagesOf, type Manifest, nameOf } from "../data/types";
import { day, gettext, locale } from "../../text/text";

const URGENCY: Record<string, string> = { routine: gettext("routine"), soon: gettext("soon"), urgent: gettext("urgent") };

/** Redraw the case part and the page's title from the manifest. */
export function drawCase(root: HTMLElement, title: HTMLElement, manifest: Manifest): void {
  const { exam } = manifest;
  const who = [exam.patient, manifest.case && exam.study_date ? day(exam.study_date) : "", exam.age === null ? "" : gettext("%(age)s y", { age: exam.age })].filter(Boolean).join("  ·  ");
  title.replaceChildren(el("strong", {}, manifest.case ? gettext("Case %(number)s", { number: manifest.case.number }) : exam.title), el("span", {}, who));
  const open = root.querySelector("details")?.open ?? true;
  root.replaceChildren(el("details", { open }, el("summary", {}, manifest.case ? gettext("Question") : gettext("Exam")), ...question(manifest), ...remarks(manifest)));
}

function question({ case: info, exam, priors = [] }: Manifest): HTMLElement[] {
  if (!info) return [el("p", {}, exam.title)];
  const facts: [string, string | null | undefined][] = [
    [gettext("Patient"), [exam.patient, exam.age === null ? "" : gettext("%(age)s y", { age: exam.age })].filter(Boolean).join(", ")],
    [gettext("Exam"), exam.study_date && day(exam.study_date)],
    [gettext("History"), info.history],
    [gettext("First opinion"), info.first_opinion],
    [gettext("Priors"), priors.map(({ name, say, missing }) => [name, say, missing.length ? gettext("without %(views)s", { views: missing.join(", ") }) : ""].filter(Boolean).join(", ")).join("; ") || gettext("none here")],
    [gettext("Urgency"), URGENCY[info.urgency] ?? info.urgency],
    [gettext("Due"), info.due_at ? new Date(info.due_at).toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" }) : null],
    [gettext("Protocol"), info.protocol?.title],
  ];
  const known = facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
  const rows = known.flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, text)]);
  return [el("p", { class: "case-question" }, info.question || gettext("No question was asked.")), el("dl", { class: "facts" }, ...rows)];
}

function remarks(manifest: Manifest): HTMLElement[] {
  const { exam } = manifest;
  const missing = exam.missing.length ? [gettext("Missing: %(views)s", { views: exam.missing.join(", ") })] : [];
  const burnt = imagesOf(manifest).filter((image) => image.burnt_in === "yes").map(nameOf);
  const named = burnt.length ? [gettext("Text is burnt into %(images)s: it may hold a name", { images: burnt.join(", ") })] : [];
  return [...list("remarks remarks-warn", [...missing, ...named]), ...folded(exam.notes)];
}

/** How the exam came here: known once, so that the read form is in sight beneath. */
const folded = (notes: string[]): HTMLElement[] =>
  notes.length ? [el("details", { class: "exam-notes" }, el("summary", {}, gettext("Notes on the exam: %(count)s", { count: notes.length })), ...list("remarks", notes))] : [];

const list = (name: string, lines: string[]): HTMLElement[] =>
  lines.length ? [el("ul", { class: name }, ...lines.map((line) => el("li", {}, line)))] : [];
