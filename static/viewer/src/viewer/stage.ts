/** The stage's frame: the grid of panes, a strip for warnings, and the sentence shown while or why there are no images. */
import type { Failure } from "./data/failure";
import { el } from "./dom";
import { gettext } from "../text/text";

export interface Stage {
  grid: HTMLElement;
  /** Where the steps of the hanging stand, above the images. */
  steps: HTMLElement;
  /** Asks for the server's renderings, in the strip that says that images are drawn by the processor. */
  renderings: HTMLButtonElement;
  /** A strip above the images; null takes it away. */
  warn(text: string | null): void;
  /** What keeps the page from staying fresh while its images stay; null when it is fresh again. */
  stale(failure: Failure | null): void;
  /** How far this computer's clock is ahead of the server's, in ms: said from two minutes on. */
  clock(ahead: number): void;
  /** Why there is nothing to see at all; null when there is. */
  say(failure: Failure | null): void;
}

const CLOCK = 120_000;

/** "12 min ahead of", "1 h 5 min behind"; "" for a clock that is right enough. */
export function clockSaid(ahead: number): string {
  if (Math.abs(ahead) < CLOCK) return "";
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  const length = [minutes >= 60 ? `${Math.floor(minutes / 60)} h` : "", minutes % 60 ? `${minutes % 60} min` : ""].filter(Boolean).join(" ");
  const said = ahead > 0 ? gettext(gettext("This computer's clock is %(length)s ahead of the server's."), { length }) : gettext(gettext("This computer's clock is %(length)s behind the server's."), { length });
  return `${said} ${gettext("The server's time counts for your read; set the clock right, or due times will mislead you.")}`;
}

const NO_WEBGL = gettext(gettext("This browser has no WebGL. Images are drawn by the processor: slower, and not meant for diagnosis. Turn on hardware acceleration or use another browser."));

export function stage(root: HTMLElement, gpu: boolean): Stage {
  const grid = el("div", { class: "grid" });
  const said = el("span", { role: "alert" }, gpu ? "" : NO_WEBGL);
  const renderings = el("button", { type: "button", class: "btn btn-sm btn-outline-light" }, gettext("Show the server's renderings"));
  const strip = el("div", { class: "strip strip-card", hidden: gpu }, said, renderings);
  const opening = root.querySelector<HTMLElement>("#viewer-say") ?? el("p");
  const connection = el("p", { class: "strip strip-connection", role: "status", hidden: true });
  const watch = el("p", { class: "strip strip-clock", role: "status", hidden: true });
  const steps = el("nav", { class: "steps", "aria-label": gettext(gettext("Hanging")) });
  root.append(strip, connection, watch, steps, grid);
  return {
    grid,
    steps,
    renderings,
    warn: (text) => {
      strip.hidden = text === null;
      said.textContent = text;
    },
    stale: (failure) => {
      connection.hidden = failure === null;
      connection.textContent = failure ? `${failure.title}. ${failure.advice}` : "";
    },
    clock: (ahead) => {
      const said = clockSaid(ahead);
      if (watch.hidden !== !said) watch.hidden = !said;
      if (watch.textContent !== said) watch.textContent = said;
    },
    say: (failure) => {
      opening.hidden = failure === null;
      if (failure) opening.replaceChildren(el("strong", {}, failure.title), el("br"), failure.advice);
    },
  };
}
