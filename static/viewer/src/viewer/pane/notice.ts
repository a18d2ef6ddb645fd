/** The words on a viewport that shows no image: it waits, it failed and why, what to do. Never a blank one. */
import type { Failure } from "../data/failure";
import { el } from "../dom";

export class Notice {
  readonly element = el("div", { class: "pane-notice", role: "status" });

  constructor(private readonly retry: () => void) {}

  wait(text: string): void {
    this.element.hidden = false;
    this.element.replaceChildren(el("div", { class: "spinner-border spinner-border-sm", "aria-hidden": "true" }), el("p", {}, text));
  }

  fail(label: string, failure: Failure): void {
    const again = el("button", { type: "button", class: "btn btn-sm btn-outline-light" }, "Try again");
    again.addEventListener("click", this.retry);
    const words = el("div", {}, el("h2", {}, label ? `${label}: ${failure.title}` : failure.title), el("p", {}, failure.advice));
    this.element.hidden = false;
    this.element.dataset["cause"] = failure.reason;
    this.element.replaceChildren(words, ...(failure.reason === "transcoding" ? [] : [again]));
  }

  clear(): void {
    this.element.hidden = true;
    delete this.element.dataset["cause"];
    this.element.replaceChildren();
  }
}
