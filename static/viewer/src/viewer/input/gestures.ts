/** What a drag does with each tool. A gesture gets points of its pane, in CSS pixels. */
import type { Point } from "../data/types";
import { panBy, zoomAt } from "../geometry/pose";
import { dragged } from "../grey/grey";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";

export interface Gesture {
  move(at: Point): void;
  end(at: Point): void;
  /** Take back what the drag has done so far: a second finger makes something else of it. */
  cancel?(): void;
}

const nothing = (): void => undefined;

/** Right widens the window, down darkens. */
export function windowing(viewer: Viewer, pane: Pane, from: Point): Gesture {
  const start = pane.grey;
  const { width, height } = pane.size;
  return {
    move: ([x, y]) => viewer.moveGrey(pane, dragged(start, (x - from[0]) / width, (y - from[1]) / height)),
    end: nothing,
    cancel: () => viewer.moveGrey(pane, start),
  };
}

/** Up enlarges, around the point where the drag began. */
export function zooming(viewer: Viewer, pane: Pane, from: Point): Gesture {
  const start = pane.view;
  return {
    move: ([, y]) => viewer.moveView(pane, zoomAt(pane.image, start, pane.size, 2 ** ((from[1] - y) / 120), from)),
    end: nothing,
    cancel: () => viewer.moveView(pane, start),
  };
}

/** While the button is down, the other images show where this place would be. */
export function locating(viewer: Viewer, pane: Pane, from: Point): Gesture {
  viewer.point({ pane, at: pane.toStored(from) });
  return { move: (at) => viewer.point({ pane, at: pane.toStored(at) }), end: () => viewer.point(null) };
}

export function panning(viewer: Viewer, pane: Pane, from: Point): Gesture {
  const start = pane.view;
  return {
    move: ([x, y]) => viewer.moveView(pane, panBy(pane.image, start, pane.size, x - from[0], y - from[1])),
    end: nothing,
    cancel: () => viewer.moveView(pane, start),
  };
}

/** Two fingers: what lay between them stays between them. */
export function pinching(viewer: Viewer, pane: Pane, one: Point, other: Point): (now: Point, then: Point) => void {
  const start = pane.view;
  const [from, apart] = [between(one, other), distance(one, other)];
  return (now, then) => {
    const to = between(now, then);
    const zoomed = zoomAt(pane.image, start, pane.size, distance(now, then) / Math.max(apart, 1), from);
    viewer.moveView(pane, panBy(pane.image, zoomed, pane.size, to[0] - from[0], to[1] - from[1]));
  };
}

const between = ([a, b]: Point, [c, d]: Point): Point => [(a + c) / 2, (b + d) / 2];
const distance = ([a, b]: Point, [c, d]: Point): number => Math.hypot(a - c, b - d);
