/** One breast in two views, two breasts, two exams: where a place of one image lies in another, as far as that can be known. Pure. */
import type { ImageInfo, Point } from "../data/types";
import { apply, invert } from "./affine";
import { displaced, way } from "./hang";
import { distance } from "./measure";
import { poseMatrix } from "./pose";

const FROM_ABOVE = new Set(["CC", "XCCL", "XCCM", "FB", "XCC"]);

/** Views along the same axis show a place alike; a CC and an MLO share only how far it lies from the nipple. */
const alike = (one: ImageInfo, other: ImageInfo): boolean => FROM_ABOVE.has(one.view) === FROM_ABOVE.has(other.view);

const outward = (image: ImageInfo): 1 | -1 => (image.chest_wall === "right" ? -1 : 1);

/** Where something may be: a place, or all places at one distance from the nipple or from the chest wall's edge. */
export type Guide = { kind: "place"; at: Point } | { kind: "arc" | "depth"; line: Point[]; near: Point[][]; mm: number };

/** How much the distance from the nipple may differ between the views of a compressed breast, in mm. */
export const SLACK = 10;

const STEP = Math.PI / 90;

/** The bow around the nipple at `mm` on the side of the chest wall, as stored points inside the image. */
export function arc(image: ImageInfo, nipple: Point, mm: number): Point[] {
  const steps = Array.from({ length: 91 }, (_, at) => (at - 45) * STEP);
  const inward = -outward(image);
  const bow = steps.map((turn) => displaced(image, nipple, [inward * mm * Math.cos(turn), mm * Math.sin(turn)]));
  return bow.filter((point) => inside(image, point));
}

/** All places that lie `mm` from the edge at the chest wall. */
export function depthLine(image: ImageInfo, mm: number): Point[] {
  const { top, bottom } = wall(image);
  return [top, bottom].map((end) => displaced(image, end, [outward(image) * mm, 0]));
}

/** Where `at` of `from` is to be looked for in `to`; null where nothing can be said of it. `nipple` of each, where it was marked. */
export function counterpart(from: ImageInfo, at: Point, to: ImageInfo, nipples: { from: Point | null; to: Point | null }): Guide | null {
  if (!from.spacing.mm || !to.spacing.mm || !from.laterality || !to.laterality) return null;
  const both = nipples.from && nipples.to ? { from: nipples.from, to: nipples.to } : null;
  if (alike(from, to)) return { kind: "place", at: mirrored(from, at, to, both ?? { from: middleOf(from), to: middleOf(to) }) };
  if (from.laterality !== to.laterality) return null;
  const make = both ? (mm: number): Point[] => arc(to, both.to, mm) : (mm: number): Point[] => depthLine(to, mm);
  const mm = both ? distance(from, both.from, at) : depthOf(from, at);
  const near = both ? [make(Math.max(0, mm - SLACK)), make(mm + SLACK)] : [];
  return { kind: both ? "arc" : "depth", line: make(mm), near, mm };
}

/** The same way from the reference point: outward from the chest wall, and down. */
function mirrored(from: ImageInfo, at: Point, to: ImageInfo, reference: { from: Point; to: Point }): Point {
  const [right, down] = way(from, reference.from, at);
  return displaced(to, reference.to, [right * outward(from) * outward(to), down]);
}

/** Millimetres from the edge at the chest wall. */
export const depthOf = (image: ImageInfo, at: Point): number => way(image, wall(image).top, at)[0] * outward(image);

const middleOf = (image: ImageInfo): Point => {
  const { top, bottom } = wall(image);
  return [(top[0] + bottom[0]) / 2, (top[1] + bottom[1]) / 2];
};

/** The two ends of the image's edge at the chest wall, upper one first, as hung. */
function wall(image: ImageInfo): { top: Point; bottom: Point } {
  const corners: Point[] = [[-0.5, -0.5], [image.columns - 0.5, -0.5], [image.columns - 0.5, image.rows - 0.5], [-0.5, image.rows - 0.5]];
  const turn = poseMatrix(image.pose);
  const hung = corners.map((corner) => apply(turn, corner));
  const edge = outward(image) > 0 ? Math.min : Math.max;
  const x = edge(...hung.map(([across]) => across));
  const ends = hung.filter(([across]) => Math.abs(across - x) < 1e-6).sort((one, other) => one[1] - other[1]);
  const [top, bottom] = ends.map((end) => apply(invert(turn), end)) as [Point, Point];
  return { top, bottom };
}

const inside = ({ columns, rows }: ImageInfo, [x, y]: Point): boolean => x >= -0.5 && y >= -0.5 && x <= columns - 0.5 && y <= rows - 0.5;

/** The point of the line through `line` nearest to the nipple: the other end of the posterior nipple line. */
export function footOf(image: ImageInfo, nipple: Point, line: Point[]): Point | null {
  const [one, other] = line;
  if (!one || !other) return null;
  const [dx, dy] = way(image, one, other);
  const [nx, ny] = way(image, one, nipple);
  const along = dx * dx + dy * dy;
  const t = along ? (nx * dx + ny * dy) / along : 0;
  return [one[0] + (other[0] - one[0]) * t, one[1] + (other[1] - one[1]) * t];
}

/** The stored point of tissue farthest from the chest wall: where a nipple in profile is. `cells`: stored middles of tissue cells. */
export function outermost(image: ImageInfo, cells: Point[], cell: number): Point | null {
  const out = cells.map((at) => ({ at, depth: depthOf(image, at) }));
  const far = out.reduce((most, { depth }) => Math.max(most, depth), Number.NEGATIVE_INFINITY);
  const unit = (image.spacing.mm?.[0] ?? 1) * cell;
  const tip = out.filter(({ depth }) => depth > far - unit * 0.5).map(({ at }) => at);
  if (!tip.length) return null;
  return [middle(tip.map(([x]) => x)), middle(tip.map(([, y]) => y))];
}

const middle = (values: number[]): number => [...values].sort((one, other) => one - other)[values.length >> 1] as number;
