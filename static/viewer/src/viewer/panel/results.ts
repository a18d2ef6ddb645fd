/** The suggestion beside the images: only what the server has revealed, and otherwise in which state it is. */
import type { Manifest, Reason, Results } from "../data/types";
import { el } from "../dom";
import type { Viewer } from "../viewer";
import { overlayControls } from "./overlay";
import { regionList } from "./regions";
import { breasts, density, explanation, score, suggestion, trusted } from "./scores";
import { gettext } from "../../text/text";

const STATES: Record<string, string> = {
  none: gettext("No analysis has been asked for"),
  waiting: gettext("Waiting for the analysis to start"),
  running: gettext("The analysis is running"),
  failed: gettext("The analysis failed"),
  ready: gettext("The analysis is ready"),
  sealed: gettext("Sealed until your read is locked"),
};

const BADGES: Record<string, string> = {
  revealed: gettext("revealed"),
  none: gettext("none"),
  waiting: gettext("waiting"),
  running: gettext("running"),
  failed: gettext("failed"),
  ready: gettext("ready"),
  sealed: gettext("sealed"),
};

/** What each results part was last drawn from. */
const drawn = new WeakMap<HTMLElement, string>();

/** Redraw the results part; untouched while it would say the same, so that focus and sliders stay in hand. */
export function drawResults(root: HTMLElement, viewer: Viewer, manifest: Manifest): void {
  if (manifest.results) overlayControls(viewer);
  const signature = JSON.stringify([manifest.results, manifest.analysis, viewer.chosenFinding]);
  if (signature === drawn.get(root)) return;
  drawn.set(root, signature);
  const focused = root.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["focus"] : undefined;
  fill(root, viewer, manifest);
  if (focused) root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

function fill(root: HTMLElement, viewer: Viewer, manifest: Manifest): void {
  const head = el("div", { class: "side-head" }, el("h2", {}, gettext("Suggestion")), badge(manifest));
  const body = manifest.results ? revealed(viewer, manifest.results, manifest) : state(manifest);
  root.dataset["state"] = manifest.results ? "revealed" : manifest.analysis.state;
  root.replaceChildren(head, ...body);
}

function badge({ analysis, results }: Manifest): HTMLElement {
  const word = results ? "revealed" : analysis.state;
  return el("span", { class: `state state-${results ? "ready" : word === "none" ? "quiet" : word}` }, BADGES[word] ?? word);
}

function state({ analysis }: Manifest): HTMLElement[] {
  const text = analysis.say ? gettext(analysis.say) : (STATES[analysis.state] ?? "");
  const said = el("p", { class: "results-say" }, text);
  if (analysis.state !== "running") return [said];
  const fill = el("div", { class: "bar-fill" });
  const bar = el("div", { class: "bar", role: "progressbar", "aria-label": gettext("Analysis"), "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  if (analysis.progress === null) bar.dataset["moving"] = "";
  else {
    fill.style.inlineSize = `${Math.round(analysis.progress * 100)}%`;
    bar.setAttribute("aria-valuenow", String(Math.round(analysis.progress * 100)));
  }
  return [said, bar, el("p", { class: "meta" }, analysis.stage ?? "")];
}

function revealed(viewer: Viewer, results: Results, manifest: Manifest): HTMLElement[] {
  const scored = results.scored ? [score(results), breasts(results), ...regionList(viewer, manifest)] : [];
  return [
    ...reasons(gettext("This exam"), results.scored, results.reasons ?? []),
    ...suggestion(results),
    ...scored,
    ...trusted(results),
    ...density(results),
    ...explanation(results),
    ...remarks(results, manifest),
    overlayControls(viewer),
    release(results),
  ];
}

/** What the model says of single images: left out and why, or to be read with care. */
function remarks(results: Results, manifest: Manifest): HTMLElement[] {
  return manifest.images.flatMap((image) => {
    const result = results.images[image.id];
    return result ? reasons(image.label, result.scored, result.reasons) : [];
  });
}

function reasons(what: string, scored: boolean, all: Reason[]): HTMLElement[] {
  if (scored && !all.length) return [];
  const list = el("ul", {}, ...all.map(({ text }) => el("li", {}, text)));
  if (scored) return [el("div", { class: "with-care" }, el("strong", {}, gettext("%(what)s: read with care", { what })), list)];
  return [el("div", { class: "flash flash-warning not-scored" }, el("strong", {}, gettext("%(what)s was not scored", { what })), list)];
}

function release({ release: made }: Results): HTMLElement {
  const name = `${made.name} ${made.version}`;
  const card = made.card_url ? el("a", { href: made.card_url, target: "_blank", rel: "noopener" }, name) : el("span", {}, name);
  return el("p", { class: "meta release" }, `${gettext("By")} `, card, ...(made.summary ? [". ", el("span", { lang: "en" }, made.summary)] : []));
}
