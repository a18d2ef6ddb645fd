/** 2-D affine maps as [a, b, c, d, e, f]: x' = a x + c y + e, y' = b x + d y + f (the order of CSS `matrix()`). */
import type { Point } from "../data/types";

export type Affine = readonly [number, number, number, number, number, number];

export const IDENTITY: Affine = [1, 0, 0, 1, 0, 0];

export const translate = (x: number, y: number): Affine => [1, 0, 0, 1, x, y];
export const scale = (x: number, y: number = x): Affine => [x, 0, 0, y, 0, 0];

/** The map that applies `first`, then `second`. */
export function followedBy(first: Affine, second: Affine): Affine {
  const [a, b, c, d, e, f] = first;
  const [A, B, C, D, E, F] = second;
  return [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F];
}

/** Several maps, applied from left to right. */
export const chain = (...maps: Affine[]): Affine => maps.reduce(followedBy, IDENTITY);

export const apply = (m: Affine, [x, y]: Point): Point => [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]];

/** Throws RangeError when the map squeezes the plane onto a line. */
export function invert(m: Affine): Affine {
  const [a, b, c, d, e, f] = m;
  const det = a * d - b * c;
  if (Math.abs(det) < 1e-12) throw new RangeError("this map has no way back");
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

export const css = (m: Affine): string => `matrix(${m.map((value) => value.toFixed(8)).join(",")})`;
