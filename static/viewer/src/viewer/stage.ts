/** The stage's frame: the grid of panes, a strip for warnings, and the sentence shown while or why there are no images. */
import type { Failure } from "./data/failure";
import { el } from "./dom";

export interface Stage {
  grid: HTMLElement;
  /** Where the steps of the hanging stand, above the images. */
  steps: HTMLElement;
  /** A strip above the images; null takes it away. */
  warn(text: string | null): void;
  /** What keeps the page from staying fresh while its images stay; null when it is fresh again. */
  stale(failure: Failure | null): void;
  /** Why there is nothing to see at all; null when there is. */
  say(failure: Failure | null): void;
}

const NO_WEBGL = "This browser has no WebGL. Images are drawn by the processor: slower, and not meant for diagnosis. Turn on hardware acceleration or use another browser.";

export function stage(root: HTMLElement, gpu: boolean): Stage {
  const grid = el("div", { class: "grid" });
  const strip = el("p", { class: "strip", role: "alert", hidden: gpu }, gpu ? "" : NO_WEBGL);
  const opening = root.querySelector<HTMLElement>("#viewer-say") ?? el("p");
  const connection = el("p", { class: "strip strip-connection", role: "status", hidden: true });
  const steps = el("nav", { class: "steps", "aria-label": "Hanging" });
  root.append(strip, connection, steps, grid);
  return {
    grid,
    steps,
    warn: (text) => {
      strip.hidden = text === null;
      strip.textContent = text;
    },
    stale: (failure) => {
      connection.hidden = failure === null;
      connection.textContent = failure ? `${failure.title}. ${failure.advice}` : "";
    },
    say: (failure) => {
      opening.hidden = failure === null;
      if (failure) opening.replaceChildren(el("strong", {}, failure.title), el("br"), failure.advice);
    },
  };
}
