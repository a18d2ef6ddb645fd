/** From stored pixels to the screen: the pose (rotation, flip), the spacing, a scale and a centre. Pure maths, no DOM. */
import type { ImageInfo, Point, Pose, Spacing } from "../data/types";
import { type Affine, apply, chain, IDENTITY, invert, scale, translate } from "./affine";

/** What one viewport shows. `scale` is CSS pixels per mm (per pixel where no spacing is known). */
export interface View {
  scale: number;
  /** The stored point at the middle of the viewport. */
  centre: Point;
}

export interface Size {
  width: number;
  height: number;
}

const CLOCKWISE: Record<Pose["rotate"], Affine> = {
  0: IDENTITY,
  90: [0, 1, -1, 0, 0, 0],
  180: [-1, 0, 0, -1, 0, 0],
  270: [0, -1, 1, 0, 0, 0],
};

/** [mm per column, mm per row]; [1, 1] when the spacing is unknown, so that "mm" reads "pixels". */
export const unit = (spacing: Spacing): Point => (spacing.mm ? [spacing.mm[1], spacing.mm[0]] : [1, 1]);

/** The pose's linear part on millimetres: clockwise rotation, then the horizontal flip. */
export const poseMatrix = (pose: Pose): Affine => chain(CLOCKWISE[pose.rotate], pose.flip ? scale(-1, 1) : IDENTITY);

/** Stored pixels -> CSS pixels of a viewport of `size`. */
export function storedToCanvas(image: ImageInfo, view: View, size: Size): Affine {
  const [x, y] = unit(image.spacing);
  return chain(
    translate(-view.centre[0], -view.centre[1]),
    scale(x, y),
    poseMatrix(image.pose),
    scale(view.scale),
    translate(size.width / 2, size.height / 2),
  );
}

/** Width and height in mm of the image as hung (after the rotation). */
export function hungSize(image: ImageInfo): Size {
  const [x, y] = unit(image.spacing);
  const width = image.columns * x;
  const height = image.rows * y;
  return image.pose.rotate % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The largest scale at which the whole image is inside the viewport. */
export function fitScale(image: ImageInfo, size: Size): number {
  const hung = hungSize(image);
  return Math.min(size.width / hung.width, size.height / hung.height);
}

/** One stored pixel (along a row) on one device pixel. */
export const oneToOneScale = (image: ImageInfo, ratio: number): number => 1 / (unit(image.spacing)[0] * ratio);

export const middle = (image: ImageInfo): Point => [(image.columns - 1) / 2, (image.rows - 1) / 2];

/** Moves a view by a distance on the screen, in CSS pixels. */
export function panBy(image: ImageInfo, view: View, size: Size, dx: number, dy: number): View {
  const back = invert(storedToCanvas(image, view, size));
  return { scale: view.scale, centre: apply(back, [size.width / 2 - dx, size.height / 2 - dy]) };
}

/** Multiplies the scale, keeping the stored point under the canvas point `at` where it is. */
export function zoomAt(image: ImageInfo, view: View, size: Size, factor: number, at: Point): View {
  const next = Math.min(64, Math.max(0.02, view.scale * factor));
  const real = next / view.scale;
  const away: Point = [at[0] - size.width / 2, at[1] - size.height / 2];
  const moved = panBy(image, view, size, -away[0] * (1 - 1 / real), -away[1] * (1 - 1 / real));
  return { scale: next, centre: moved.centre };
}

/** At one to one, moves the view by under half a pixel so that stored pixels land exactly on device pixels. */
export function snapped(image: ImageInfo, view: View, size: Size, ratio: number): View {
  if (Math.abs(view.scale / oneToOneScale(image, ratio) - 1) > 1e-6) return view;
  const [x, y] = apply(storedToCanvas(image, view, size), [0, 0]);
  const off = (value: number): number => (Math.round(value * ratio - 0.5) + 0.5) / ratio - value;
  return panBy(image, view, size, off(x), off(y));
}
