/** What the points of each kind of mark are, and how a drawn one becomes them. Pure. */
import type { Mark, MarkTool, Point } from "../data/types";

/** How many points are given by hand; a pencil takes as many as it gets. */
export const GIVEN: Record<MarkTool, number> = { point: 1, length: 2, arrow: 2, ellipse: 2, angle: 3, pencil: Number.POSITIVE_INFINITY, nipple: 1, pectoral: 2 };

export const isMarkTool = (tool: string): tool is MarkTool => tool in GIVEN;

/** The most points that a pencil line keeps. */
const LONGEST = 64;

/** A mark's points from those given by hand. `coarse`: stored pixels that a pencil line may be off. */
export function shaped(tool: MarkTool, given: Point[], coarse = 1): Point[] {
  const [from, last] = [given[0], given[given.length - 1]];
  if (!from || !last) return [];
  if (tool === "point" || tool === "nipple") return [last];
  if (tool === "pencil") return thinned(given, coarse);
  if (tool !== "ellipse") return given;
  const centre: Point = [(from[0] + last[0]) / 2, (from[1] + last[1]) / 2];
  return [centre, [Math.max(from[0], last[0]), centre[1]], [centre[0], Math.max(from[1], last[1])]];
}

/** A line with as few points as keep it within `coarse` of the drawn one (Douglas and Peucker 1973), at most LONGEST. */
export function thinned(line: Point[], coarse: number): Point[] {
  let kept = keep(line, coarse);
  for (let slack = coarse; kept.length > LONGEST; kept = keep(line, slack)) slack *= 1.5;
  return kept;
}

function keep(line: Point[], coarse: number): Point[] {
  const [first, last] = [line[0], line[line.length - 1]];
  if (!first || !last || line.length < 3) return line;
  const away = line.map((point) => offLine(point, first, last));
  const worst = away.indexOf(Math.max(...away));
  if ((away[worst] as number) <= coarse) return [first, last];
  return [...keep(line.slice(0, worst + 1), coarse).slice(0, -1), ...keep(line.slice(worst), coarse)];
}

/** Distance of a point from a segment. */
function offLine([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx * dx + dy * dy;
  const t = along ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / along)) : 0;
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** The points after one handle was dragged to `to`: the first of an ellipse or a pencil line moves it whole. */
export function reshaped(mark: Mark, handle: number, to: Point): Point[] {
  const first = mark.points[0] ?? to;
  const whole = handle === 0 && (mark.tool === "ellipse" || mark.tool === "pencil");
  if (whole) return mark.points.map((point) => [point[0] + to[0] - first[0], point[1] + to[1] - first[1]]);
  if (mark.tool !== "ellipse") return mark.points.map((point, index) => (index === handle ? to : point));
  const end: Point = handle === 1 ? [to[0], first[1]] : [first[0], to[1]]; // the axes stay at a right angle
  return mark.points.map((point, index) => (index === handle ? end : point));
}
