/** The marks of others' findings: each voice has its own symbol and stroke beside its colour, and the lesion's number. */
import type { MarkTool, Point } from "../data/types";
import { svg } from "../dom";
import { type Affine, apply } from "../geometry/affine";
import { haloed, shape } from "../marks/draw";

export interface OpinionMark {
  image: string;
  tool: MarkTool;
  points: Point[];
  /** Of a stack: its slice, from 1. */
  frame?: number;
  /** The number of the row that tells of the lesion. */
  lesion: number;
  voice: number;
  who: string;
  shape: keyof typeof SYMBOLS;
}

/** Paths of the symbols, 12 px across, around (0, 0). */
const SYMBOLS = {
  circle: "M-6,0a6,6 0 1 0 12,0a6,6 0 1 0 -12,0",
  square: "M-5,-5h10v10h-10z",
  diamond: "M0,-7l7,7l-7,7l-7,-7z",
  triangle: "M0,-6l6,11h-12z",
  cross: "M-5,-5l10,10M5,-5l-10,10",
} as const;

/** Redraw into `layer`, in canvas coordinates; `chosen` is the lesion that was gone to. */
export function drawOpinions(layer: SVGGElement, marks: OpinionMark[], toCanvas: Affine, chosen: number | null): void {
  layer.replaceChildren(...marks.map((mark) => drawn(mark, toCanvas, mark.lesion === chosen)));
}

/** The highest place of the mark, so that its symbol never lies on what it marks. */
function above({ tool }: OpinionMark, points: Point[]): Point {
  const [first = [0, 0], ...ends] = points;
  if (tool === "ellipse") return [first[0], first[1] - Math.max(0, ...ends.map(([x, y]) => Math.hypot(x - first[0], y - first[1])))];
  return points.reduce((best, point) => (point[1] < best[1] ? point : best), first);
}

function drawn(mark: OpinionMark, toCanvas: Affine, chosen: boolean): SVGElement {
  const points = mark.points.map((point) => apply(toCanvas, point));
  const group = svg("g", { class: `opinion-mark voice-${mark.voice % 5}${chosen ? " chosen" : ""}`, "data-lesion": mark.lesion, "data-voice": mark.who });
  const [x, y] = above(mark, points);
  const symbol = svg("path", { d: SYMBOLS[mark.shape], class: "symbol", transform: `translate(${x} ${y - 14})` });
  const words = svg("text", { x: x + 10, y: y - 10 }, `${mark.lesion} ${mark.who}`);
  group.append(...shape(mark, points).flatMap((item) => [haloed(item), item]), haloed(symbol), symbol, words);
  return group;
}
