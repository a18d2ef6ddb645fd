/** Marks without a mouse: a cross that the arrow keys move; Enter sets one point after the other. */
import { announce } from "../announce";
import type { Mark, MarkTool, Point } from "../data/types";
import { apply } from "../geometry/affine";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { drawMarks } from "./draw";
import { GIVEN } from "./shape";
import { keep, made, sliceOf } from "./tools";
import { gettext } from "../../text/text";

const ORDINALS = [gettext("First"), gettext("Second"), gettext("Third")];

export class KeyboardPen {
  private given: Point[] = [];
  private at: Point | null = null;
  /** The slice that the first point was set on. */
  private slice: number | null = null;

  /** Move the cross by CSS pixels. */
  nudge(viewer: Viewer, pane: Pane, tool: MarkTool, dx: number, dy: number): void {
    const [x, y] = this.at ?? [pane.size.width / 2, pane.size.height / 2];
    this.at = [x + dx, y + dy];
    const stored = pane.toStored(this.at);
    const cross: Mark = { id: "cross", image: pane.image.id, tool: "point", points: [stored], mm: null };
    const line = this.given.length ? [made(viewer, pane, tool, [...this.given, stored], this.slice)] : [];
    drawMarks(pane.draftLayer, pane.image, [cross, ...line], pane.toCanvas, null);
  }

  /** Set a point here. The mark is done with its last point; a pencil line by Enter twice in one place. */
  enter(viewer: Viewer, pane: Pane, tool: MarkTool): void {
    if (!this.at) return this.nudge(viewer, pane, tool, 0, 0);
    if (!this.given.length) this.slice = sliceOf(pane);
    const stored = pane.toStored(this.at);
    const last = this.given[this.given.length - 1];
    const again = last !== undefined && Math.hypot(last[0] - stored[0], last[1] - stored[1]) < 0.01;
    const given = again ? this.given : [...this.given, stored];
    const done = given.length >= GIVEN[tool] || (again && tool === "pencil" && given.length > 1);
    if (!done) {
      this.given = given;
      const how = tool === "pencil" ? gettext(" Enter twice in one place ends the line.") : "";
      return announce(gettext("%(ordinal)s point set. Move with the arrow keys, then press Enter.%(how)s", { ordinal: ORDINALS[given.length - 1] ?? gettext("Next"), how }));
    }
    keep(viewer, pane, made(viewer, pane, tool, given, this.slice));
    this.clear(pane);
    const [x, y] = apply(pane.toCanvas, stored);
    this.at = [x, y];
  }

  clear(pane: Pane | null): void {
    this.given = [];
    this.at = null;
    pane?.draftLayer.replaceChildren();
  }
}
