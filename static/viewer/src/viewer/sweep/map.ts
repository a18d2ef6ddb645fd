/** The small map of an image: tissue not yet seen at one to one, tissue seen, and where the viewport is. */
import type { Point } from "../data/types";
import { el } from "../dom";
import { type Affine, apply, chain, invert, scale, translate } from "../geometry/affine";
import { poseMatrix, type Size } from "../geometry/pose";
import type { ImageInfo } from "../data/types";
import { CELL, type Coverage } from "./coverage";
import { gettext } from "../../text/text";

const SIDE = 96; // CSS pixels
const UNSEEN = "#e0a63a";
const SEEN = "#31556b";

export class SweepMap {
  readonly element = el("div", { class: "sweep-map", hidden: true });
  private readonly canvas = document.createElement("canvas");
  private readonly words = el("span");

  constructor() {
    this.element.append(this.canvas, this.words);
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** `toCanvas` and `size` of the pane: its viewport is framed on the map. */
  draw(image: ImageInfo, coverage: Coverage, toCanvas: Affine, size: Size): void {
    this.element.hidden = false;
    this.element.dataset["chest"] = image.chest_wall;
    const ratio = window.devicePixelRatio || 1;
    const toMap = mapOf(image, coverage);
    this.canvas.width = this.canvas.height = SIDE * ratio;
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.scale(ratio, ratio);
    const cell = Math.abs(toMap[0] || toMap[2]) * CELL + 0.5;
    for (const at of coverage.cells()) {
      const [x, y] = apply(toMap, coverage.middle(at));
      context.fillStyle = coverage.seen[at] ? SEEN : UNSEEN;
      context.fillRect(x - cell / 2, y - cell / 2, cell, cell);
    }
    this.frame(context, chain(invert(toCanvas), toMap), size);
    this.words.textContent = gettext("%(value)s % seen at 1:1", { value: Math.floor(coverage.share * 100) });
  }

  private frame(context: CanvasRenderingContext2D, toMap: Affine, { width, height }: Size): void {
    const [ax, ay] = apply(toMap, [0, 0]);
    const [bx, by] = apply(toMap, [width, height] as Point);
    context.strokeStyle = "#fff";
    context.strokeRect(Math.min(ax, bx) + 0.5, Math.min(ay, by) + 0.5, Math.abs(bx - ax) - 1, Math.abs(by - ay) - 1);
  }
}

/** Stored points to the map's CSS pixels: the whole image, hung, in a square. */
function mapOf(image: ImageInfo, { columns, rows }: Coverage): Affine {
  const turn = poseMatrix(image.pose);
  const [width, height] = [columns * CELL, rows * CELL];
  const zoom = SIDE / Math.max(width, height);
  return chain(translate(-width / 2, -height / 2), turn, scale(zoom), translate(SIDE / 2, SIDE / 2));
}
