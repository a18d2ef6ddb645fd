/** The two roles: the first window has the read and leads the steps, the second shows beside it and has no form. */
import { announce } from "../announce";
import type { Poller } from "../data/poller";
import type { Mark } from "../data/types";
import { el } from "../dom";
import type { Viewer } from "../viewer";
import { Channel, type Findings, pairName } from "./channel";
import { partnerOf } from "./partner";
import { InStep } from "./step";
import { gettext } from "../../text/text";

const AGAIN = 2_000; // ms between calls for the first window
const IN_STEP = gettext("Second window, in step with the first. The read is written there.");
const GONE = gettext("The first window is closed or goes to another exam. Open the case there again; this window comes along.");

const here = (): string => location.pathname;

/** The window with the read form. */
export function lead(viewer: Viewer, person: string): void {
  const { signal } = viewer;
  const held: Findings = { findings: [], loose: [] };
  let layout = "";
  const channel: Channel = new Channel(pairName(person), here(), (message) => {
    if (message.kind === "hello") tellAll();
    else if (message.kind === "act") act(message.id, message.mark);
    else step.hear(message);
  }, signal);
  const step = new InStep(viewer, channel);
  const act = (id: string, mark: Mark | null): void => (mark ? viewer.marks.put(mark) : viewer.marks.remove(id));
  const marks = (): void => channel.send({ kind: "marks", held: { findings: held.findings, loose: viewer.marks.loose() } });
  const tellAll = (): void => {
    channel.send({ kind: "here", page: here() });
    if (layout) channel.send({ kind: "step", layout });
    marks();
    step.tellAll();
  };
  document.addEventListener("overread:marks", (event) => {
    held.findings = (event as CustomEvent<Findings>).detail.findings;
    marks();
  }, { signal });
  document.addEventListener("overread:refresh", () => channel.send({ kind: "refresh" }), { signal });
  viewer.marks.onAct(marks);
  viewer.onChange(() => {
    if (!viewer.layout || viewer.layout.id === layout) return;
    layout = viewer.layout.id;
    channel.send({ kind: "step", layout });
  });
  window.addEventListener("pagehide", () => channel.send({ kind: "gone" }), { signal });
  channel.send({ kind: "here", page: here() });
}

/** The window beside it. */
export function accompany(viewer: Viewer, person: string, poller: Poller, root: HTMLElement): void {
  const bar = new SecondBar(root);
  let led = "";
  const beside = (): void => {
    const wanted = bar.following && viewer.manifest && led ? partnerOf(viewer.manifest.hanging.layouts, led) : null;
    if (wanted && wanted.id !== viewer.layout?.id) viewer.show(wanted.id);
  };
  const channel: Channel = new Channel(pairName(person), here(), (message) => {
    if (message.kind === "hello") return; // another second window
    bar.found(message.kind !== "gone");
    if (message.kind === "here") come(message.page);
    else if (message.kind === "step") (led = message.layout), beside();
    else if (message.kind === "marks") viewer.marks.mirror(message.held.findings, message.held.loose);
    else if (message.kind === "refresh") void poller.look();
    else step.hear(message);
  }, viewer.signal);
  const step = new InStep(viewer, channel);
  const come = (page: string): void => {
    if (page !== here()) location.replace(`${page}?window=2`);
  };
  viewer.marks.onAct((id, mark) => channel.send({ kind: "act", id, mark }));
  bar.onFollow(beside);
  let adopted = false;
  viewer.onChange(() => {
    if (viewer.manifest && !adopted) (adopted = true), beside();
  });
  const greet = (): void => channel.send({ kind: "hello" });
  const calls = window.setInterval(() => bar.alone && greet(), AGAIN);
  viewer.signal.addEventListener("abort", () => window.clearInterval(calls));
  greet();
}

/** The line above the second window's images: what it follows, and the way to let go of it. */
class SecondBar {
  private readonly words = el("span", { role: "status" }, gettext("Looking for the first window"));
  private readonly button = el("button", { type: "button", class: "btn btn-sm btn-outline-light", "aria-pressed": "true" }, gettext("Follow its steps"));
  private readonly element = el("p", { class: "strip-second" }, this.words, this.button);
  following = true;
  alone = true;

  constructor(root: HTMLElement) {
    root.prepend(this.element);
  }

  onFollow(run: () => void): void {
    this.button.addEventListener("click", () => {
      this.following = !this.following;
      this.button.setAttribute("aria-pressed", String(this.following));
      announce(this.following ? gettext("Steps follow the first window") : gettext("Steps are this window's own"));
      if (this.following) run();
    });
  }

  found(there: boolean): void {
    this.alone = !there;
    const words = there ? IN_STEP : GONE;
    if (this.words.textContent !== words) this.words.textContent = words;
  }
}
