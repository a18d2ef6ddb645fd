/** The model's findings over one image: outline and score; a pair in the other view shares its letter. */
import type { Finding, ImageInfo, Point } from "../data/types";
import { svg } from "../dom";
import { type Affine, apply } from "../geometry/affine";
import { gettext } from "../../text/text";

export const percent = (score: number): string => `${Math.round(score * 100)}`;

/** Redraw all findings into `layer`, in canvas coordinates, so that strokes keep their width at any zoom. */
export function drawFindings(layer: SVGGElement, image: ImageInfo, findings: Finding[], toCanvas: Affine, chosen: string | null): void {
  layer.replaceChildren(...findings.map((finding) => outline(image, finding, toCanvas, finding.id === chosen)));
}

function outline(image: ImageInfo, finding: Finding, toCanvas: Affine, chosen: boolean): SVGElement {
  const corners = finding.polygon.length > 2 ? finding.polygon : boxCorners(finding.box);
  const points = corners.map((point) => apply(toCanvas, point));
  const text = `${percent(finding.score)}`;
  const group = svg("g", { class: chosen ? "finding chosen" : "finding", "data-finding": finding.id, "data-image": image.id });
  const path = points.map((point) => point.map((value) => value.toFixed(2)).join(",")).join(" ");
  group.append(svg("title", {}, gettext("Suggested region, score %(text)s of 100", { text })), svg("polygon", { points: path, class: "halo" }), svg("polygon", { points: path }));
  group.append(label(points, text, image.chest_wall));
  return group;
}

/** The score, on the side away from the chest wall so that it never leaves the viewport over the seam. */
function label(points: Point[], text: string, chest: "left" | "right"): SVGElement {
  const xs = points.map(([x]) => x);
  const x = chest === "right" ? Math.min(...xs) - 6 : Math.max(...xs) + 6;
  const y = points.reduce((sum, point) => sum + point[1], 0) / points.length;
  return svg("text", { x, y, "text-anchor": chest === "right" ? "end" : "start", "dominant-baseline": "middle" }, text);
}

const boxCorners = ([x0, y0, x1, y1]: Finding["box"]): Point[] => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
