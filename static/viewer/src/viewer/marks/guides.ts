/** What a chosen mark, or a place pointed at, means for the other images on the screen: a place, or the arc on which to look. */
import type { ImageInfo, Mark, Point } from "../data/types";
import { svg } from "../dom";
import { type Affine, apply } from "../geometry/affine";
import { counterpart, footOf, type Guide } from "../geometry/breast";
import { distance } from "../geometry/measure";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { gettext } from "../../text/text";

/** The nipple as marked on an image, null where it was not. */
export const nippleOn = (viewer: Viewer, image: string): Point | null => landmark(viewer, image, "nipple")?.points[0] ?? null;

const landmark = (viewer: Viewer, image: string, tool: "nipple" | "pectoral"): Mark | undefined => viewer.marks.on(image).find((mark) => mark.tool === tool);

/** The place that a mark stands for; null for a landmark. */
export function placeOf(mark: Mark): Point | null {
  const { tool, points } = mark;
  if (tool === "nipple" || tool === "pectoral" || !points[0]) return null;
  if (tool !== "length" && tool !== "pencil") return tool === "angle" ? (points[1] ?? null) : points[0];
  const sum = points.reduce<Point>((total, [x, y]) => [total[0] + x, total[1] + y], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Give every pane its guides: from the place pointed at, else from the chosen mark. */
export function refreshGuides(viewer: Viewer): void {
  const mark = viewer.marks.chosen ? viewer.marks.get(viewer.marks.chosen) : undefined;
  const from = viewer.pointing?.pane ?? (mark && viewer.panes.get(mark.image));
  const at = viewer.pointing?.at ?? (mark ? placeOf(mark) : null);
  for (const pane of viewer.panes.values()) {
    const found = from && at && pane !== from && worth(viewer, from, pane) ? counterpart(from.image, at, pane.image, nipplesOf(viewer, from, pane)) : null;
    pane.guides = found ? [found] : [];
  }
}

/** A mark shows where to look in the other view of its breast; pointing shows the other breast and the earlier exam, too. */
function worth(viewer: Viewer, from: Pane, to: Pane): boolean {
  if (from.image.companion || to.image.companion) return false;
  if (viewer.pointing) return true;
  const { from: one, to: other } = nipplesOf(viewer, from, to);
  return from.image.laterality === to.image.laterality && from.image.view !== to.image.view && one !== null && other !== null;
}

const nipplesOf = (viewer: Viewer, from: Pane, to: Pane): { from: Point | null; to: Point | null } => ({ from: nippleOn(viewer, from.image.id), to: nippleOn(viewer, to.image.id) });

/** The posterior nipple line of an image on which nipple and pectoral muscle were marked. */
export function nippleLine(image: ImageInfo, marks: Mark[]): { line: [Point, Point]; mm: number } | null {
  const nipple = marks.find(({ tool }) => tool === "nipple")?.points[0];
  const foot = nipple && footOf(image, nipple, marks.find(({ tool }) => tool === "pectoral")?.points ?? []);
  return nipple && foot && image.spacing.mm ? { line: [nipple, foot], mm: distance(image, nipple, foot) } : null;
}

export function drawGuides(layer: SVGGElement, image: ImageInfo, guides: Guide[], marks: Mark[], toCanvas: Affine): void {
  const line = nippleLine(image, marks);
  const doubt = image.spacing.calibrated ? "" : ` ${gettext("uncalibrated")}`;
  const own = line ? [path(line.line, toCanvas, "guide-line"), words(line.line[1], gettext("nipple line %(mm)s mm%(doubt)s", { mm: line.mm.toFixed(0), doubt }), image, toCanvas)] : [];
  layer.replaceChildren(...own, ...guides.flatMap((guide) => drawn(image, guide, doubt, toCanvas)));
}

function drawn(image: ImageInfo, guide: Guide, doubt: string, toCanvas: Affine): SVGElement[] {
  if (guide.kind === "place") {
    const [x, y] = apply(toCanvas, guide.at);
    return [svg("path", { class: "guide guide-place", d: `M${x - 14},${y}h10M${x + 4},${y}h10M${x},${y - 14}v10M${x},${y + 4}v10` })];
  }
  const from = guide.kind === "arc" ? gettext("from the nipple") : gettext("from the chest wall's edge");
  const end = guide.line[0];
  const near = guide.near.filter((line) => line.length > 1).map((line) => path(line, toCanvas, "guide-near"));
  return [...near, path(guide.line, toCanvas, `guide-${guide.kind}`), ...(end ? [words(end, `${guide.mm.toFixed(0)} mm${doubt} ${from}`, image, toCanvas)] : [])];
}

const path = (line: Point[], toCanvas: Affine, kind: string): SVGElement =>
  svg("path", { class: `guide ${kind}`, d: line.length ? `M${line.map((point) => apply(toCanvas, point).join(",")).join("L")}` : "" });

function words(at: Point, text: string, image: ImageInfo, toCanvas: Affine): SVGElement {
  const [x, y] = apply(toCanvas, at);
  const away = image.laterality === "R" ? -1 : 1;
  return svg("text", { class: "guide-words", x: x + 8 * away, y: Math.max(14, y + 4), "text-anchor": away < 0 ? "end" : "start" }, text);
}
