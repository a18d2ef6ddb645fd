/** Lengths and areas of marks in millimetres, with the honest word where the image is not calibrated. */
import type { ImageInfo, Mark, Point } from "../data/types";
import { unit } from "./pose";
import { decimal, gettext } from "../../text/text";

/** The image as it is measured at these places: an ultrasound by the region that holds all of them, else in pixels (PS3.3 C.8.5.5). */
function measured(image: ImageInfo, points: Point[]): ImageInfo {
  if (!image.regions?.length) return image;
  const within = ([x0, y0, x1, y1]: [number, number, number, number]): boolean => points.every(([x, y]) => x >= x0 - 0.5 && x <= x1 + 0.5 && y >= y0 - 0.5 && y <= y1 + 0.5);
  const region = image.regions.find(({ box, mm }) => mm && within(box));
  return { ...image, spacing: { mm: region?.mm ?? null, source: image.spacing.source, calibrated: Boolean(region) } };
}

/** Distance between two stored points: mm where a spacing is known, else pixels. */
export function distance(image: ImageInfo, from: Point, to: Point): number {
  const [x, y] = unit(image.spacing);
  return Math.hypot((to[0] - from[0]) * x, (to[1] - from[1]) * y);
}

/** The longest extent of a mark in mm; null for a point or arrow, or when no spacing is known. */
export function extent(of: ImageInfo, mark: Pick<Mark, "tool" | "points">): number | null {
  const image = measured(of, mark.points);
  const [first, second, third] = mark.points;
  if (!image.spacing.mm || !first || !second) return null;
  if (mark.tool === "length") return distance(image, first, second);
  if (mark.tool === "ellipse" && third) return 2 * Math.max(distance(image, first, second), distance(image, first, third));
  return null;
}

/** The angle at `vertex`, 0 to 180 degrees; in millimetres, so that unequal row and column spacing do not bend it. */
export function angle(image: ImageInfo, one: Point, vertex: Point, other: Point): number {
  const [x, y] = unit(image.spacing);
  const way = (to: Point): number => Math.atan2((to[1] - vertex[1]) * y, (to[0] - vertex[0]) * x);
  const turn = Math.abs(way(one) - way(other));
  return (Math.min(turn, 2 * Math.PI - turn) * 180) / Math.PI;
}

/** Area of an ellipse (centre, two half-axis ends) in mm2, or in pixels without a spacing. */
export function area(image: ImageInfo, [centre, one, other]: Point[]): number {
  if (!centre || !one || !other) return 0;
  return Math.PI * distance(image, centre, one) * distance(image, centre, other);
}

/** The text beside a mark: "12.3 mm", "12.3 mm uncalibrated", "123 px uncalibrated". */
export function caption(of: ImageInfo, mark: Pick<Mark, "tool" | "points" | "proposed">): string {
  const image = measured(of, mark.points);
  const [first, second] = mark.points;
  if (mark.tool === "nipple") return mark.proposed ? gettext("nipple? proposed") : gettext("nipple");
  if (mark.tool === "pectoral") return gettext("pectoral muscle");
  if (!first || !second || mark.tool === "point" || mark.tool === "arrow" || mark.tool === "pencil") return "";
  if (mark.tool === "angle") return mark.points[2] ? `${angle(image, first, second, mark.points[2]).toFixed(0)}°` : "";
  const millimetres = image.spacing.mm !== null;
  const doubt = image.spacing.calibrated && millimetres ? "" : ` ${gettext("uncalibrated")}`;
  const digits = millimetres ? 1 : 0;
  const size = millimetres ? "mm" : "px";
  if (mark.tool === "length") return `${decimal(distance(image, first, second), digits)} ${size}${doubt}`;
  const third = mark.points[2] ?? second;
  const axes = [second, third].map((end) => decimal(2 * distance(image, first, end), digits)).join(" × ");
  return `${axes} ${size}, ${area(image, mark.points).toFixed(0)} ${size}²${doubt}`;
}
