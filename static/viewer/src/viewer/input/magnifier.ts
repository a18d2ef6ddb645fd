/** A lens that follows the pointer and shows stored pixels one to one or larger, drawn from the decoded values themselves. */
import { announce } from "../announce";
import type { Point } from "../data/types";
import { chain, scale, translate } from "../geometry/affine";
import { oneToOneScale, storedToCanvas } from "../geometry/pose";
import { display } from "../grey/grey";
import type { Pane } from "../pane/pane";
import { paint, tableOf } from "../pane/sampler";
import { keep, kept } from "../state/person";
import type { Gesture } from "./gestures";
import { gettext } from "../../text/text";

const SIDES = { least: 160, usual: 320, most: 800, step: 80 }; // CSS pixels
const FACTORS = [1, 2, 4];

export class Magnifier {
  readonly canvas = document.createElement("canvas");
  private readonly caption = document.createElement("span");
  private readonly box = document.createElement("div");
  private step = 0;
  /** Of the lens, in CSS pixels; a person's own. */
  private side = Math.min(SIDES.most, Math.max(SIDES.least, kept<number>("lens") ?? SIDES.usual));
  private last: { pane: Pane; at: Point } | null = null;

  constructor() {
    this.box.className = "lens";
    this.box.hidden = true;
    this.box.append(this.canvas, this.caption);
  }

  /** The gesture of the magnifier tool: lens while the button is down. */
  readonly looking = (pane: Pane, from: Point): Gesture => {
    this.show(pane, from);
    return { move: (at) => this.show(pane, at), end: () => this.hide() };
  };

  get open(): boolean {
    return !this.box.hidden;
  }

  get at(): Point | null {
    return this.last?.at ?? null;
  }

  /** 1:1, 2:1, 4:1. */
  turn(by: 1 | -1): void {
    this.step = Math.min(FACTORS.length - 1, Math.max(0, this.step + by));
    if (this.last && this.open) this.show(this.last.pane, this.last.at);
  }

  /** A larger or smaller lens, kept for the person. */
  resize(by: 1 | -1): void {
    const side = Math.min(SIDES.most, Math.max(SIDES.least, this.side + by * SIDES.step));
    if (side === this.side) return announce(by > 0 ? gettext("The lens is as large as it gets") : gettext("The lens is as small as it gets"));
    this.side = side;
    keep("lens", side);
    announce(gettext("Lens %(side)s pixels wide", { side }));
    if (this.last && this.open) this.show(this.last.pane, this.last.at);
  }

  hide(): void {
    this.box.hidden = true;
  }

  show(pane: Pane, at: Point): void {
    this.last = { pane, at };
    const { frame } = pane;
    if (!frame) return this.hide();
    if (this.box.parentElement !== pane.element) pane.element.append(this.box);
    this.box.hidden = false;
    this.box.style.transform = `translate(${at[0] - this.side / 2}px, ${at[1] - this.side / 2}px)`;
    this.box.style.inlineSize = this.box.style.blockSize = `${this.side}px`;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = this.canvas.height = Math.round(this.side * ratio);
    const factor = FACTORS[this.step] ?? 1;
    this.caption.textContent = `${factor}:1`;
    const view = { centre: pane.toStored(at), scale: factor * oneToOneScale(pane.image, ratio) };
    const toDevice = chain(storedToCanvas(pane.image, view, { width: 0, height: 0 }), scale(ratio), translate(this.canvas.width / 2, this.canvas.width / 2));
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const pixels = context.createImageData(this.canvas.width, this.canvas.height);
    paint(pixels, frame, toDevice, tableOf(frame, display(pane.image, pane.grey)));
    context.putImageData(pixels, 0, 0);
  }
}
