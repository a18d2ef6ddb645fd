/** Graphics of presentation states and reports over one image: dashed, so that nobody takes them for the reader's own marks. */
import type { Graphic, Point } from "../data/types";
import { svg } from "../dom";
import { type Affine, apply } from "../geometry/affine";

const ARC = 48; // corners of a drawn ellipse

/** Redraw `graphics` into `layer`, in canvas coordinates. */
export function drawAttached(layer: SVGGElement, graphics: Graphic[], toCanvas: Affine): void {
  layer.replaceChildren(...graphics.map((one) => drawn(one, toCanvas)));
}

function drawn(one: Graphic, toCanvas: Affine): SVGElement {
  const group = svg("g", { class: "attached-graphic" });
  const points = outline(one).map((point) => apply(toCanvas, point));
  if (one.label) group.append(svg("title", {}, one.label));
  if (one.kind === "POINT" || one.kind === "MULTIPOINT") group.append(...points.map(cross));
  else {
    const path = points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" ");
    group.append(svg("polyline", { points: path, class: "halo" }), svg("polyline", { points: path }));
  }
  return group;
}

function cross([x, y]: Point): SVGElement {
  return svg("path", { d: `M${x - 7},${y}H${x + 7}M${x},${y - 7}V${y + 7}` });
}

/** The stored points that a graphic is drawn through. */
export function outline({ kind, points }: Pick<Graphic, "kind" | "points">): Point[] {
  const [a, b, c, d] = points as [Point, Point, Point, Point];
  if (kind === "CIRCLE" && points.length === 2) {
    const radius = Math.hypot(b[0] - a[0], b[1] - a[1]);
    return around(a, [radius, 0], [0, radius]);
  }
  if (kind === "ELLIPSE" && points.length === 4) {
    const centre: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    return around(centre, [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2], [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2]);
  }
  return points;
}

function around([x, y]: Point, one: Point, other: Point): Point[] {
  return Array.from({ length: ARC + 1 }, (_, step): Point => {
    const [cos, sin] = [Math.cos((2 * Math.PI * step) / ARC), Math.sin((2 * Math.PI * step) / ARC)];
    return [x + one[0] * cos + other[0] * sin, y + one[1] * cos + other[1] * sin];
  });
}
