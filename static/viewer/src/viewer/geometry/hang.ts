/** Hanging: where a view starts, chest wall flush with the seam between the two breasts, all at one size. */
import type { ImageInfo, Point } from "../data/types";
import { apply, invert } from "./affine";
import { fitScale, hungSize, middle, poseMatrix, type Size, storedToCanvas, unit, type View } from "./pose";

export interface Hung {
  image: ImageInfo;
  size: Size;
}

/** The one scale at which every calibrated image fits its viewport; an uncalibrated one fits by itself. */
export function sharedScale(panes: Hung[], of: Hung): number {
  if (of.image.companion) return fitScale(of.image, of.size);
  const alike = panes.filter((pane) => !pane.image.companion && Boolean(pane.image.spacing.mm) === Boolean(of.image.spacing.mm));
  return Math.min(...[of, ...alike].map((pane) => fitScale(pane.image, pane.size)));
}

/** The view with the chest wall on its edge of the viewport and the image centred up and down. */
export function hang(image: ImageInfo, size: Size, scale: number, flush: boolean): View {
  if (!flush) return { scale, centre: middle(image) };
  const spare = size.width / scale - hungSize(image).width;
  const inward = (image.chest_wall === "right" ? -1 : 1) * (spare / 2);
  return { scale, centre: displaced(image, middle(image), [inward, 0]) };
}

/** The stored point that lies `mm` (right, down as hung) from `from`. */
export function displaced(image: ImageInfo, from: Point, mm: Point): Point {
  const [x, y] = unit(image.spacing);
  const [dx, dy] = apply(invert(poseMatrix(image.pose)), mm);
  return [from[0] + dx / x, from[1] + dy / y];
}

/** The way (right, down as hung, in mm) from one stored point to another. */
export function way(image: ImageInfo, from: Point, to: Point): Point {
  const [x, y] = unit(image.spacing);
  return apply(poseMatrix(image.pose), [(to[0] - from[0]) * x, (to[1] - from[1]) * y]);
}

/** A view relative to how the image was hung, so that another image can follow: zoom, and mm away from the chest wall. */
export interface Offset {
  zoom: number;
  outward: number;
  down: number;
}

const outwardSign = (image: ImageInfo): number => (image.chest_wall === "right" ? -1 : 1);

/** The hung view at another zoom with the chest wall still at its edge: what offsets are measured from. */
function base(image: ImageInfo, hung: View, size: Size, zoom: number): Point {
  const edge = hangEdge(image, hung, size);
  return displaced(image, edge, [(outwardSign(image) * size.width) / (2 * hung.scale * zoom), 0]);
}

/** The stored point in the middle of the viewport's chest-wall edge. */
function hangEdge(image: ImageInfo, hung: View, size: Size): Point {
  const x = image.chest_wall === "right" ? size.width : 0;
  return apply(invert(storedToCanvas(image, hung, size)), [x, size.height / 2]);
}

/** How far `view` is from `hung`. */
export function offsetOf(image: ImageInfo, view: View, hung: View, size: Size): Offset {
  const zoom = view.scale / hung.scale;
  const [right, down] = way(image, base(image, hung, size, zoom), view.centre);
  return { zoom, outward: right * outwardSign(image), down };
}

/** The view of this image that is as far from its own hanging as `offset` says; mirrored for the other breast. */
export function follow(image: ImageInfo, hung: View, size: Size, offset: Offset): View {
  const from = base(image, hung, size, offset.zoom);
  const centre = displaced(image, from, [offset.outward * outwardSign(image), offset.down]);
  return { scale: hung.scale * offset.zoom, centre };
}
