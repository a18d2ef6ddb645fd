/** The case beside the images: who, when, the question, what is missing and what was assumed. */
import { el } from "../dom";
import { imagesOf, type Manifest, nameOf } from "../data/types";

/** Redraw the case part and the page's title from the manifest. */
export function drawCase(root: HTMLElement, title: HTMLElement, manifest: Manifest): void {
  const { exam } = manifest;
  const who = [exam.patient, manifest.case ? exam.study_date : "", exam.age === null ? "" : `${exam.age} y`].filter(Boolean).join("  ·  ");
  title.replaceChildren(el("strong", {}, manifest.case ? `Case ${manifest.case.number}` : exam.title), el("span", {}, who));
  const open = root.querySelector("details")?.open ?? true;
  root.replaceChildren(el("details", { open }, el("summary", {}, manifest.case ? "Question" : "Exam"), ...question(manifest), ...remarks(manifest)));
}

function question({ case: info, exam, priors = [] }: Manifest): HTMLElement[] {
  if (!info) return [el("p", {}, exam.title)];
  const facts: [string, string | null | undefined][] = [
    ["Patient", [exam.patient, exam.age === null ? "" : `${exam.age} y`].filter(Boolean).join(", ")],
    ["Exam", exam.study_date],
    ["History", info.history],
    ["First opinion", info.first_opinion],
    ["Priors", priors.map(({ name, say, missing }) => [name, say, missing.length ? `without ${missing.join(", ")}` : ""].filter(Boolean).join(", ")).join("; ") || "none here"],
    ["Urgency", info.urgency],
    ["Due", info.due_at ? new Date(info.due_at).toLocaleString() : null],
    ["Protocol", info.protocol?.title],
  ];
  const known = facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
  const rows = known.flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, text)]);
  return [el("p", { class: "case-question" }, info.question || "No question was asked."), el("dl", { class: "facts" }, ...rows)];
}

function remarks(manifest: Manifest): HTMLElement[] {
  const { exam } = manifest;
  const missing = exam.missing.length ? [`Missing: ${exam.missing.join(", ")}`] : [];
  const burnt = imagesOf(manifest).filter((image) => image.burnt_in === "yes").map(nameOf);
  const named = burnt.length ? [`Text is burnt into ${burnt.join(", ")}: it may hold a name`] : [];
  return [...list("remarks remarks-warn", [...missing, ...named]), ...list("remarks", exam.notes)];
}

const list = (name: string, lines: string[]): HTMLElement[] =>
  lines.length ? [el("ul", { class: name }, ...lines.map((line) => el("li", {}, line)))] : [];
