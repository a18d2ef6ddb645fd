/** The words on a viewport that shows no image: it waits, it failed and why, what to do. Never a blank one. */
import type { Cause, Failure } from "../data/failure";
import { el } from "../dom";
import { gettext } from "../../text/text";

/** Failures of this browser or of the preparation: the server may still be able to draw the image. */
const RENDERED = new Set<Cause>(["decode", "metadata", "failed", "server"]);

export class Notice {
  readonly element = el("div", { class: "pane-notice", role: "status" });

  /** `render`: show the server's rendering; `can`: whether there may be one. */
  constructor(private readonly retry: () => void, private readonly render: () => void, private readonly can: () => boolean) {}

  wait(text: string): void {
    this.element.hidden = false;
    this.element.replaceChildren(el("div", { class: "spinner-border spinner-border-sm", "aria-hidden": "true" }), el("p", {}, text));
  }

  fail(label: string, failure: Failure): void {
    const again = el("button", { type: "button", class: "btn btn-sm btn-outline-light" }, gettext(gettext("Try again")));
    again.addEventListener("click", this.retry);
    const instead = el("button", { type: "button", class: "btn btn-sm btn-outline-light" }, gettext("Show the server's rendering (not for diagnosis)"));
    instead.addEventListener("click", this.render);
    const words = el("div", {}, el("h2", {}, label ? `${label}: ${failure.title}` : failure.title), el("p", {}, failure.advice));
    this.element.hidden = false;
    this.element.dataset["cause"] = failure.reason;
    const helps = RENDERED.has(failure.reason) && this.can();
    this.element.replaceChildren(words, ...(failure.reason === "transcoding" ? [] : [again]), ...(helps ? [instead] : []));
  }

  clear(): void {
    this.element.hidden = true;
    delete this.element.dataset["cause"];
    this.element.replaceChildren();
  }
}
