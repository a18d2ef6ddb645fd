/** A view as a Cornerstone camera, for an image plane with origin 0, rows along x and columns along y. */
import type { ImageInfo } from "../data/types";
import { apply, invert } from "./affine";
import { poseMatrix, type Size, unit, type View } from "./pose";

type Vector = [number, number, number];

export interface Camera {
  focalPoint: Vector;
  position: Vector;
  viewUp: Vector;
  viewPlaneNormal: Vector;
  parallelScale: number;
  parallelProjection: true;
  clippingRange: [number, number];
}

const DISTANCE = 500; // mm; any: the projection is parallel

/** The flip is a camera on the other side of the plane: no flip flags, which setDisplayArea and resizes undo. */
export function camera(image: ImageInfo, view: View, size: Size): Camera {
  const [x, y] = unit(image.spacing);
  const back = invert(poseMatrix(image.pose));
  const right = apply(back, [1, 0]);
  const up = apply(back, [0, -1]);
  const towards = up[0] * right[1] - up[1] * right[0]; // z of up x right: the way that we look
  const focalPoint: Vector = [view.centre[0] * x, view.centre[1] * y, 0];
  return {
    focalPoint,
    position: [focalPoint[0], focalPoint[1], -towards * DISTANCE],
    viewUp: [up[0], up[1], 0],
    viewPlaneNormal: [0, 0, -towards],
    parallelScale: size.height / 2 / view.scale,
    parallelProjection: true,
    clippingRange: [DISTANCE / 2, DISTANCE * 2],
  };
}
