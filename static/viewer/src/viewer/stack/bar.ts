/** Where in the stack the reader is: a bar at the outer edge with what is there, the slice's number, and what is still on its way. */
import { el } from "../dom";
import { decimal, gettext } from "../../text/text";

export interface Place {
  count: number;
  /** The slice asked for and the one on the screen, counted from 0; null before the first one. */
  at: number;
  shown: number | null;
  /** Which slices are there. */
  there: (index: number) => boolean;
  /** Of the slice asked for: mm from the stack's first slice, null where the header does not say. */
  mm: number | null;
  /** "Slice", "Frame" or "Image". */
  word: string;
  /** Why the slice asked for cannot be shown; "" where it can. */
  failure: string;
  /** What is made of several slices: "MIP 6 mm, 28-33". */
  slab: string;
  /** The slice that the suggestion is about, from 0; null for none. */
  suggested: number | null;
}

export class Bar {
  readonly element = el("div", { class: "stack-bar" });
  private readonly rail = el("div", { class: "stack-rail", role: "slider", tabindex: "0", "aria-orientation": "vertical", "aria-label": gettext("Slice") });
  private readonly there = el("canvas", { class: "stack-there", width: 1, "aria-hidden": "true" });
  private readonly thumb = el("div", { class: "stack-thumb" });
  private readonly label = el("div", { class: "stack-label" });

  /** go: the reader chose a slice, counted from 0. */
  constructor(chest: string, private readonly count: number, private readonly go: (index: number) => void) {
    this.element.dataset["chest"] = chest;
    this.rail.append(this.there, this.thumb);
    this.element.append(this.rail, this.label);
    this.rail.addEventListener("pointerdown", (event) => this.drag(event));
    this.rail.addEventListener("pointermove", (event) => this.rail.hasPointerCapture(event.pointerId) && this.pick(event));
    this.rail.addEventListener("keydown", (event) => this.key(event));
  }

  private drag(event: PointerEvent): void {
    event.stopPropagation();
    if (event.button !== 0) return;
    this.rail.setPointerCapture(event.pointerId);
    this.pick(event);
  }

  private pick(event: PointerEvent): void {
    const { top, height } = this.rail.getBoundingClientRect();
    this.go(Math.min(this.count - 1, Math.max(0, Math.floor(((event.clientY - top) / height) * this.count))));
  }

  private key(event: KeyboardEvent): void {
    const now = Number(this.rail.getAttribute("aria-valuenow")) - 1;
    const to = { ArrowDown: now + 1, ArrowRight: now + 1, ArrowUp: now - 1, ArrowLeft: now - 1, Home: 0, End: this.count - 1 }[event.key];
    if (to === undefined) return;
    this.go(to);
    event.preventDefault();
    event.stopPropagation();
  }

  say(place: Place): void {
    const words = wordsOf(place);
    this.label.textContent = words.join("\n");
    this.element.classList.toggle("waits", place.shown !== place.at);
    const middle = ((place.at + 0.5) / place.count) * 100;
    this.thumb.style.insetBlockStart = `${middle}%`;
    this.label.style.insetBlockStart = `clamp(1.5rem, ${middle}%, calc(100% - 2.5rem))`;
    for (const [name, value] of Object.entries({ valuemin: 1, valuemax: place.count, valuenow: place.at + 1, valuetext: words.join(", ") })) {
      this.rail.setAttribute(`aria-${name}`, String(value));
    }
    this.mark(place);
  }

  /** One line of the little canvas for each slice. */
  private mark({ count, there, suggested }: Place): void {
    this.there.height = count;
    const context = this.there.getContext("2d");
    if (!context) return;
    context.fillStyle = "#5fb3c4";
    for (let index = 0; index < count; index++) if (there(index)) context.fillRect(0, index, 1, 1);
    context.fillStyle = "#ffcf5c";
    if (suggested !== null) context.fillRect(0, suggested, 1, 1);
  }
}

/** Such as ["Slice 31 of 60", "30.0 mm", "31 loading, 28 shown"]. */
export function wordsOf({ count, at, shown, mm, word, failure, slab, suggested }: Place): string[] {
  const words = [gettext("%(word)s %(at)s of %(count)s", { word, at: at + 1, count })];
  if (mm !== null) words.push(`${decimal(mm, 1)} mm`);
  if (slab) words.push(slab);
  if (suggested !== null) words.push(gettext("suggestion: slice %(suggested)s", { suggested: suggested + 1 }));
  if (failure) words.push(`${word} ${at + 1}: ${failure}`);
  else if (shown !== at) words.push(shown === null ? gettext("%(at)s loading", { at: `${word.toLowerCase()} ${at + 1}` }) : gettext("%(at)s loading, %(shown)s shown", { at: `${word.toLowerCase()} ${at + 1}`, shown: shown + 1 }));
  return words;
}
