/** Drawing and changing marks by pointer. */
import { announce } from "../announce";
import { isLandmark, type Mark, type MarkTool, nameOf, type Point } from "../data/types";
import { caption, extent } from "../geometry/measure";
import { unit } from "../geometry/pose";
import type { Gesture } from "../input/gestures";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { drawMarks } from "./draw";
import { GIVEN, reshaped, shaped } from "./shape";
import { freshId } from "./store";
import { gettext } from "../../text/text";

/** An angle's first arm, and the slice that it stands on. */
export interface FirstArm {
  pane: Pane;
  points: Point[];
  slice: number | null;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** The slice that a mark begun now is drawn on, counted from 1; null on an image of one frame. */
export const sliceOf = ({ stack, frameIndex }: Pane): number | null => (stack ? (stack.shown ?? frameIndex) + 1 : null);

/** A mark through points given by hand, measured; `slice`: the one on the screen when it was begun, whatever came since. */
export function made(viewer: Viewer, pane: Pane, tool: MarkTool, given: Point[], slice: number | null): Mark {
  const half = 0.5 / (pane.view.scale * unit(pane.image.spacing)[0]); // half a screen pixel
  const mark = measured(viewer, pane, tool, shaped(tool, given, half), "draft");
  return slice !== null && !isLandmark(tool) ? { ...mark, frame: slice } : mark;
}

function measured(viewer: Viewer, pane: Pane, tool: MarkTool, points: Point[], id: string): Mark {
  const rounded = points.map(([x, y]): Point => [round(x), round(y)]);
  const mm = extent(pane.image, { tool, points: rounded });
  const mark: Mark = { id, image: pane.image.id, tool, points: rounded, mm: mm === null ? null : round(mm) };
  return viewer.armed && !isLandmark(tool) ? { ...mark, finding: viewer.armed.finding } : mark;
}

const far = (one: Point, other: Point): boolean => Math.hypot(one[0] - other[0], one[1] - other[1]) >= 4;

/** A new mark, drawn while the pointer is down; too small a drag makes none (except a point). */
export function drawing(viewer: Viewer, pane: Pane, tool: MarkTool, from: Point): Gesture {
  if (tool === "angle" && viewer.unfinished?.pane === pane) return closing(viewer, viewer.unfinished);
  const slice = sliceOf(pane);
  const start = pane.toStored(from);
  const line: Point[] = [start];
  const given = (at: Point): Point[] => (tool === "pencil" ? line : [start, pane.toStored(at)]);
  const preview = (at: Point): void => drawMarks(pane.draftLayer, pane.image, [made(viewer, pane, tool, given(at), slice)], pane.toCanvas, null);
  return {
    move: (at) => (line.push(pane.toStored(at)), preview(at)),
    cancel: () => pane.draftLayer.replaceChildren(),
    end: (at) => {
      pane.draftLayer.replaceChildren();
      const long = tool === "pencil" ? line.some((point) => far(pane.toScreen(point), from)) : far(at, from);
      if (tool === "angle" && long) open(viewer, { pane, points: given(at), slice });
      else if (GIVEN[tool] === 1 || long) keep(viewer, pane, made(viewer, pane, tool, given(at), slice));
    },
  };
}

/** An angle's first arm stands; the next press or Enter gives the end of the second. */
function open(viewer: Viewer, arm: FirstArm): void {
  const { pane, points, slice } = (viewer.unfinished = arm);
  drawMarks(pane.draftLayer, pane.image, [made(viewer, pane, "angle", points, slice)], pane.toCanvas, null);
  announce(gettext("First arm set. Click the end of the second arm, or press Escape."));
}

function closing(viewer: Viewer, { pane, points, slice }: FirstArm): Gesture {
  const draft = (at: Point): Mark => made(viewer, pane, "angle", [...points, pane.toStored(at)], slice);
  return {
    move: (at) => drawMarks(pane.draftLayer, pane.image, [draft(at)], pane.toCanvas, null),
    cancel: () => undefined, // its first arm stands
    end: (at) => {
      viewer.dropUnfinished();
      keep(viewer, pane, draft(at));
    },
  };
}

/** The second arm follows the pointer before it is set. */
export function hovering(viewer: Viewer, pane: Pane, at: Point): void {
  if (viewer.unfinished?.pane === pane) closing(viewer, viewer.unfinished).move(at);
}

const TOOL_WORDS: Record<string, string> = {
  length: gettext("length"),
  ellipse: gettext("ellipse"),
  arrow: gettext("arrow"),
  point: gettext("point"),
  angle: gettext("angle"),
  pencil: gettext("pencil"),
  nipple: gettext("nipple"),
  pectoral: gettext("pectoral muscle"),
};

/** File a finished mark, and put an armed tool back. */
export function keep(viewer: Viewer, pane: Pane, draft: Mark): void {
  if (viewer.armed && pane.image.prior) return announce(gettext("A finding's mark belongs on the exam being read. Nothing was kept."));
  const standing = isLandmark(draft.tool) ? viewer.marks.on(pane.image.id).find(({ tool }) => tool === draft.tool) : undefined;
  const mark = { ...draft, id: standing?.id ?? freshId() }; // a landmark moves, where it stands already
  const before = viewer.armed?.before;
  viewer.armed = null;
  viewer.marks.put(mark);
  announce(gettext("%(tool)s added on %(name)s %(caption)s", { tool: TOOL_WORDS[mark.tool] ?? mark.tool, name: nameOf(pane.image), caption: caption(pane.image, mark) }));
  if (before) viewer.take(before);
}

/** Dragging one handle of a mark. */
export function reshaping(viewer: Viewer, pane: Pane, mark: Mark, handle: number): Gesture {
  const changed = (at: Point): Mark => {
    const kept = measured(viewer, pane, mark.tool, reshaped(mark, handle, pane.toStored(at)), mark.id);
    return { ...kept, ...(mark.finding ? { finding: mark.finding } : {}), ...(mark.frame ? { frame: mark.frame } : {}) };
  };
  return {
    move: (at) => {
      pane.marks = pane.marks.map((other) => (other.id === mark.id ? changed(at) : other));
      pane.drawOverlays();
    },
    end: (at) => viewer.marks.put(changed(at)),
    cancel: () => viewer.refreshMarks(),
  };
}
