/** Drawing and changing marks, by pointer or by keyboard: both end in the same two points. */
import { announce } from "../announce";
import type { Mark, MarkTool, Point } from "../data/types";
import { apply } from "../geometry/affine";
import { caption, extent } from "../geometry/measure";
import type { Gesture } from "../input/gestures";
import type { Pane } from "../pane/pane";
import { MARK_TOOLS, type Viewer } from "../viewer";
import { drawMarks } from "./draw";
import { freshId } from "./store";

export const isMarkTool = (tool: string): tool is MarkTool => (MARK_TOOLS as readonly string[]).includes(tool);

const round = (value: number): number => Math.round(value * 100) / 100;

/** The points of a mark dragged from one stored point to another. */
export function shaped(tool: MarkTool, from: Point, to: Point): Point[] {
  if (tool === "point") return [to];
  if (tool !== "ellipse") return [from, to];
  const centre: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  return [centre, [Math.max(from[0], to[0]), centre[1]], [centre[0], Math.max(from[1], to[1])]];
}

function made(viewer: Viewer, pane: Pane, tool: MarkTool, points: Point[], id: string): Mark {
  const rounded = points.map(([x, y]): Point => [round(x), round(y)]);
  const mm = extent(pane.image, { tool, points: rounded });
  const mark: Mark = { id, image: pane.image.id, tool, points: rounded, mm: mm === null ? null : round(mm) };
  return viewer.armed ? { ...mark, finding: viewer.armed.finding } : mark;
}

/** A new mark, drawn while the pointer is down; too small a drag makes none (except a point). */
export function drawing(viewer: Viewer, pane: Pane, tool: MarkTool, from: Point): Gesture {
  const start = pane.toStored(from);
  const draft = (at: Point): Mark => made(viewer, pane, tool, shaped(tool, start, pane.toStored(at)), "draft");
  return {
    move: (at) => drawMarks(pane.draftLayer, pane.image, [draft(at)], pane.toCanvas, null),
    end: (at) => {
      pane.draftLayer.replaceChildren();
      if (tool === "point" || Math.hypot(at[0] - from[0], at[1] - from[1]) >= 4) keep(viewer, pane, draft(at));
    },
  };
}

/** File a finished mark, and put an armed tool back. */
export function keep(viewer: Viewer, pane: Pane, draft: Mark): void {
  const mark = { ...draft, id: freshId() };
  const before = viewer.armed?.before;
  viewer.armed = null;
  viewer.marks.put(mark);
  announce(`${mark.tool} added on ${pane.image.label} ${caption(pane.image, mark)}`);
  if (before) viewer.take(before);
}

/** Dragging one handle of a mark; the middle of an ellipse moves it whole. */
export function reshaping(viewer: Viewer, pane: Pane, mark: Mark, handle: number): Gesture {
  const changed = (at: Point): Mark => {
    const to = pane.toStored(at);
    const points = handle === 0 && mark.tool === "ellipse" ? moved(mark.points, to) : turned(mark, handle, to);
    const kept = made(viewer, pane, mark.tool, points, mark.id);
    return mark.finding ? { ...kept, finding: mark.finding } : kept;
  };
  return {
    move: (at) => {
      pane.marks = pane.marks.map((other) => (other.id === mark.id ? changed(at) : other));
      pane.drawOverlays();
    },
    end: (at) => viewer.marks.put(changed(at)),
  };
}

function moved(points: Point[], to: Point): Point[] {
  const [x, y] = points[0] ?? to;
  return points.map((point) => [point[0] + to[0] - x, point[1] + to[1] - y]);
}

/** An ellipse's axes stay at a right angle: each handle only changes its own length. */
function turned(mark: Mark, handle: number, to: Point): Point[] {
  const centre = mark.points[0] ?? to;
  if (mark.tool !== "ellipse") return mark.points.map((point, index) => (index === handle ? to : point));
  const end: Point = handle === 1 ? [to[0], centre[1]] : [centre[0], to[1]];
  return mark.points.map((point, index) => (index === handle ? end : point));
}

/** Marks without a mouse: a cross that the arrow keys move; Enter sets the first point, Enter again the second. */
export class KeyboardPen {
  private from: Point | null = null;
  private at: Point | null = null;

  /** Move the cross by CSS pixels. */
  nudge(viewer: Viewer, pane: Pane, tool: MarkTool, dx: number, dy: number): void {
    const [x, y] = this.at ?? [pane.size.width / 2, pane.size.height / 2];
    this.at = [x + dx, y + dy];
    const stored = pane.toStored(this.at);
    const cross: Mark = { id: "cross", image: pane.image.id, tool: "point", points: [stored], mm: null };
    const line = this.from ? [made(viewer, pane, tool, shaped(tool, this.from, stored), "draft")] : [];
    drawMarks(pane.draftLayer, pane.image, [cross, ...line], pane.toCanvas, null);
  }

  enter(viewer: Viewer, pane: Pane, tool: MarkTool): void {
    if (!this.at) return this.nudge(viewer, pane, tool, 0, 0);
    const stored = pane.toStored(this.at);
    if (tool !== "point" && !this.from) {
      this.from = stored;
      return announce("First point set. Move with the arrow keys, then press Enter.");
    }
    keep(viewer, pane, made(viewer, pane, tool, shaped(tool, this.from ?? stored, stored), "draft"));
    this.clear(pane);
    const [x, y] = apply(pane.toCanvas, stored);
    this.at = [x, y];
  }

  clear(pane: Pane | null): void {
    this.from = this.at = null;
    pane?.draftLayer.replaceChildren();
  }
}
