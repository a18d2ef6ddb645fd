/** The way of a sweep: where the viewport stands, one after the other, so that all tissue is seen at one size. Pure. */
import type { ImageInfo, Point } from "../data/types";
import { apply, invert } from "../geometry/affine";
import { poseMatrix, type Size, unit } from "../geometry/pose";
import { CELL, type Coverage } from "./coverage";

const OVERLAP = 0.1;

/** Stored points to put into the middle of a viewport of `size` at `scale` (CSS pixels per mm); rows from the top, to and fro. */
export function sweepPath(image: ImageInfo, coverage: Coverage, scale: number, size: Size): Point[] {
  const [x, y] = unit(image.spacing);
  const turn = poseMatrix(image.pose);
  const hung = (point: Point): Point => apply(turn, [point[0] * x, point[1] * y]);
  const tissue = coverage.cells().map((at) => hung(coverage.middle(at)));
  if (!tissue.length) return [];
  const half = (CELL * Math.max(x, y)) / 2;
  const columns = stops(tissue.map(([across]) => across), half, (size.width / scale) * (1 - OVERLAP));
  const rows = stops(tissue.map(([, down]) => down), half, (size.height / scale) * (1 - OVERLAP));
  const reach: Point = [size.width / scale / 2, size.height / scale / 2];
  const holds = ([cx, cy]: Point): boolean => tissue.some(([px, py]) => Math.abs(px - cx) <= reach[0] && Math.abs(py - cy) <= reach[1]);
  const walked = rows.flatMap((down, row) => (row % 2 ? [...columns].reverse() : columns).map((across): Point => [across, down]).filter(holds));
  const back = invert(turn);
  return walked.map((point) => apply(back, point)).map(([px, py]) => [px / x, py / y]);
}

/** Middles of the fewest windows of `width` that cover all of `values`, evenly spread. */
function stops(values: number[], half: number, width: number): number[] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY) - half;
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) + half;
  const count = Math.max(1, Math.ceil((high - low) / width));
  const step = (high - low) / count;
  return Array.from({ length: count }, (_, at) => low + step * (at + 0.5));
}

/** The place on the way that lies nearest to a stored point; -1 of an empty way. */
export function nearest(path: Point[], to: Point): number {
  const away = path.map(([x, y]) => Math.hypot(x - to[0], y - to[1]));
  return away.indexOf(Math.min(...away));
}
