/** The reader's marks as SVG in canvas coordinates. */
import type { ImageInfo, Mark, Point } from "../data/types";
import { svg } from "../dom";
import { type Affine, apply } from "../geometry/affine";
import { caption } from "../geometry/measure";

/** Redraw every mark of one image into `layer`; handles only on the chosen one. */
export function drawMarks(layer: SVGGElement, image: ImageInfo, marks: Mark[], toCanvas: Affine, chosen: string | null): void {
  layer.replaceChildren(...marks.map((mark) => drawn(image, mark, toCanvas, mark.id === chosen)));
}

/** The marks of what is on the screen; those of other slices of the slab on it are drawn dimly, the rest not at all. */
export function drawMarksAt(layer: SVGGElement, image: ImageInfo, marks: Mark[], toCanvas: Affine, chosen: string | null, at: At | null): void {
  const there = marks.filter((mark) => placed(mark, at) !== "away");
  drawMarks(layer, image, there, toCanvas, chosen);
  there.forEach((mark, index) => layer.children[index]?.classList.toggle("in-slab", placed(mark, at) === "slab"));
}

/** The slice on the screen, and the first and last one of the slab that is laid over it; from 0. */
export interface At {
  slice: number;
  slab: [number, number] | null;
}

export function placed({ frame }: Pick<Mark, "frame">, at: At | null): "here" | "slab" | "away" {
  if (!at || !frame || frame - 1 === at.slice) return "here";
  return at.slab && frame - 1 >= at.slab[0] && frame - 1 <= at.slab[1] ? "slab" : "away";
}

function drawn(image: ImageInfo, mark: Mark, toCanvas: Affine, chosen: boolean): SVGElement {
  const points = mark.points.map((point) => apply(toCanvas, point));
  const group = svg("g", { class: `mark mark-${mark.tool}${chosen ? " chosen" : ""}${mark.finding ? "" : " loose"}${mark.proposed ? " proposed" : ""}`, "data-mark": mark.id });
  group.append(...shape(mark, points).flatMap((item) => [haloed(item), item]), words(image, mark, points));
  if (chosen) group.append(...(mark.tool === "pencil" ? points.slice(0, 1) : points).map(([x, y], index) => svg("circle", { cx: x, cy: y, r: 5, class: "handle", "data-handle": index })));
  return group;
}

export function haloed(item: SVGElement): SVGElement {
  const halo = item.cloneNode(true) as SVGElement;
  halo.setAttribute("class", "halo");
  return halo;
}

export function shape(mark: Pick<Mark, "tool">, points: Point[]): SVGElement[] {
  const [first, second, third] = points;
  if (!first) return [];
  if (mark.tool === "nipple") return [svg("circle", { cx: first[0], cy: first[1], r: 7 }), svg("circle", { cx: first[0], cy: first[1], r: 1 })];
  if (mark.tool === "point" || !second) return [cross(first)];
  if (mark.tool === "pectoral") return [segment(first, second)];
  if (mark.tool === "ellipse") return [ellipse(first, second, third ?? second)];
  if (mark.tool === "pencil" || mark.tool === "angle") return [line(points), ...(mark.tool === "angle" && third ? [arc(first, second, third)] : [])];
  if (mark.tool === "arrow") return [segment(first, second), head(first, second)];
  return [segment(first, second), tick(first, second), tick(second, first)];
}

const segment = ([x1, y1]: Point, [x2, y2]: Point): SVGElement => svg("line", { x1, y1, x2, y2 });

const line = (points: Point[]): SVGElement => svg("path", { d: `M${points.map(([x, y]) => `${x},${y}`).join("L")}` });

/** The small bow between the arms of an angle. */
function arc(one: Point, vertex: Point, other: Point): SVGElement {
  const [from, to] = [one, other].map((end) => Math.atan2(end[1] - vertex[1], end[0] - vertex[0])) as [number, number];
  const at = (way: number): string => `${vertex[0] + 16 * Math.cos(way)},${vertex[1] + 16 * Math.sin(way)}`;
  const turn = Math.sin(to - from) > 0 ? 1 : 0;
  return svg("path", { d: `M${at(from)}A16,16 0 0 ${turn} ${at(to)}` });
}

function cross([x, y]: Point): SVGElement {
  return svg("path", { d: `M${x - 9},${y}h6M${x + 3},${y}h6M${x},${y - 9}v6M${x},${y + 3}v6` });
}

/** The ellipse with conjugate half axes to the two ends; right angles on the screen since pixels are square as hung. */
function ellipse(centre: Point, one: Point, other: Point): SVGElement {
  const [cx, cy] = centre;
  const rx = Math.hypot(one[0] - cx, one[1] - cy);
  const ry = Math.hypot(other[0] - cx, other[1] - cy);
  const angle = (Math.atan2(one[1] - cy, one[0] - cx) * 180) / Math.PI;
  return svg("ellipse", { cx, cy, rx, ry, transform: `rotate(${angle} ${cx} ${cy})` });
}

function tick(at: Point, from: Point): SVGElement {
  const long = Math.hypot(at[0] - from[0], at[1] - from[1]) || 1;
  const [x, y] = [((at[1] - from[1]) / long) * 6, ((from[0] - at[0]) / long) * 6];
  return segment([at[0] - x, at[1] - y], [at[0] + x, at[1] + y]);
}

/** Two barbs at the arrow's tip, its first point. */
function head(tip: Point, tail: Point): SVGElement {
  const angle = Math.atan2(tail[1] - tip[1], tail[0] - tip[0]);
  const barb = (turn: number): string => `M${tip[0]},${tip[1]}l${12 * Math.cos(angle + turn)},${12 * Math.sin(angle + turn)}`;
  return svg("path", { d: `${barb(0.4)}${barb(-0.4)}` });
}

/** Finding and measurement beside the mark, on the side away from the chest wall, where a pane has room. */
function words(image: ImageInfo, mark: Mark, points: Point[]): SVGElement {
  const text = [mark.finding, caption(image, mark)].filter(Boolean).join(" · ");
  const away = image.laterality === "R" ? -1 : 1;
  const [x, y] = points.reduce((best, point) => ((point[0] - best[0]) * away > 0 ? point : best), points[0] ?? [0, 0]);
  return svg("text", { x: x + 10 * away, y: y - 8, "text-anchor": away < 0 ? "end" : "start" }, text);
}
