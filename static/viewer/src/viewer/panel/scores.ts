/** Scores, density and category of a revealed suggestion, each with its number in words beside the picture. */
import type { Results } from "../data/types";
import { el } from "../dom";
import { exam, ruledOut, TRIAGE, trust } from "./words";
import { decimal, gettext } from "../../text/text";

/** The exam's band from 1 to 10, its triage word and its calibrated score. */
export function score(results: Results): HTMLElement {
  const band = results.score_band;
  const ticks = Array.from({ length: 10 }, (_, index) => el("span", { class: index + 1 <= (band ?? 0) ? "on" : "" }));
  return el(
    "div",
    { class: "score" },
    el("div", { class: "score-line" }, el("strong", { class: "num" }, band === null ? "–" : String(band)), el("span", { class: "meta" }, gettext("of 10")), el("span", { class: `triage triage-${results.triage ?? "none"}` }, results.triage ? (TRIAGE[results.triage] ?? results.triage) : gettext("not triaged"))),
    el("div", { class: "ticks", "aria-hidden": "true" }, ...ticks),
    el("p", { class: "meta num", title: results.band_reference ? gettext("Bands are deciles of %(band_reference)s", { band_reference: results.band_reference }) : "" }, exam(results)),
  );
}

export function breasts(results: Results): HTMLElement {
  const rows = (["R", "L"] as const).flatMap((side) => {
    const one = results.breasts?.[side];
    const text = !one || one.score === null ? gettext("not scored") : gettext("%(score)s, band %(band)s", { score: decimal(one.score, 2), band: one.band ?? "–" });
    return [el("dt", {}, side === "R" ? gettext("Right") : gettext("Left")), el("dd", { class: "num" }, text)];
  });
  return el("dl", { class: "facts" }, ...rows);
}

/** The BI-RADS-like category with its interval, or that the model abstains. */
export function suggestion({ suggestion: said }: Results): HTMLElement[] {
  if (!said) return [];
  const coverage = ruledOut(said);
  const further = coverage ? [el("p", { class: "meta" }, coverage)] : [];
  if (said.abstained) return [el("div", { class: "flash not-scored" }, el("strong", {}, gettext("The model abstains")), el("p", {}, said.text), ...further)];
  const [low, high] = said.interval ?? ["", ""];
  const interval = low === high ? "" : gettext("between %(low)s and %(high)s", { low, high });
  const head = el("p", { class: "category" }, el("strong", {}, said.category ?? "–"), el("span", { class: "meta" }, gettext(" BI-RADS-like %(interval)s", { interval })));
  return [el("div", { class: "suggested" }, head, el("p", {}, said.text), ...further)];
}

/** The suggestion's numbers in sentences, and reference images that it is like, by name. */
export function explanation(results: Results): HTMLElement[] {
  const said = results.explanation ? [el("p", { class: "explanation" }, results.explanation)] : [];
  const alike = results.similar ?? [];
  if (!alike.length) return said;
  const items = alike.map((one) => el("li", {}, el("strong", {}, one.label), el("span", { class: "meta num" }, gettext(" %(dataset)s %(image)s, likeness %(similarity)s", { dataset: one.dataset, image: one.image, similarity: decimal(one.similarity, 2) }))));
  return [...said, el("h3", {}, gettext("Similar reference images")), el("ul", { class: "similar" }, ...items)];
}

/** How far to trust this, by the practice's own outcomes; nothing where the server says nothing. */
export function trusted({ trust: found }: Results): HTMLElement[] {
  return found ? [el("h3", {}, gettext("How far to trust this")), el("p", { class: "trust" }, trust(found))] : [];
}

/** Density as four bars with their shares. */
export function density({ density: found }: Results): HTMLElement[] {
  if (!found?.letter) return [];
  const bars = (["A", "B", "C", "D"] as const).map((letter) => {
    const share = found[letter] ?? 0;
    const fill = el("span", { class: "density-fill" });
    fill.style.inlineSize = `${Math.round(share * 100)}%`;
    return el("li", { class: letter === found.letter ? "on" : "" }, el("span", {}, letter), el("span", { class: "density-bar" }, fill), el("span", { class: "num" }, `${Math.round(share * 100)} %`));
  });
  return [el("div", {}, el("h3", {}, gettext("Density %(letter)s", { letter: found.letter })), el("ul", { class: "density" }, ...bars))];
}
