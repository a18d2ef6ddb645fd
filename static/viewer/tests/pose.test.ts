import { describe, expect, it } from "vitest";
import type { Point } from "../src/viewer/data/types";
import { apply, chain, IDENTITY, invert, scale, translate } from "../src/viewer/geometry/affine";
import { camera } from "../src/viewer/geometry/camera";
import { follow, hang, offsetOf, sharedScale } from "../src/viewer/geometry/hang";
import { fitScale, middle, oneToOneScale, panBy, snapped, storedToCanvas, zoomAt } from "../src/viewer/geometry/pose";
import { image, POSES } from "./cast";

const SIZE = { width: 400, height: 300 };
const near = (a: Point, b: Point): void => a.forEach((value, axis) => expect(value).toBeCloseTo(b[axis] as number, 6));

describe("affine maps", () => {
  it("chain from left to right, and the inverse leads back", () => {
    const map = chain(translate(3, 4), scale(2, 5), translate(1, 1));
    expect(apply(map, [1, 1])).toEqual([9, 26]);
    near(apply(invert(map), [9, 26]), [1, 1]);
    expect(chain()).toEqual(IDENTITY);
  });

  it("refuses to invert a map that squeezes the plane", () => {
    expect(() => invert(scale(0, 1))).toThrow(RangeError);
  });
});

describe("pose", () => {
  it("puts the first stored pixel in the corner that the rotation and the flip say", () => {
    const corners = POSES.map((pose) => {
      const one = image({ pose });
      const [x, y] = apply(storedToCanvas(one, { scale: 1, centre: middle(one) }, SIZE), [0, 0]);
      return `${y < SIZE.height / 2 ? "top" : "bottom"} ${x < SIZE.width / 2 ? "left" : "right"}`;
    });
    expect(corners).toEqual([
      "top left", "top right", // as stored; mirrored
      "top right", "top left", // turned clockwise: the first pixel goes to the right
      "bottom right", "bottom left",
      "bottom left", "bottom right",
    ]);
  });

  it("gives unequal row and column spacing their own millimetres", () => {
    const one = image({ spacing: { mm: [0.3, 0.1], source: "", calibrated: true } });
    const map = storedToCanvas(one, { scale: 10, centre: [0, 0] }, SIZE);
    near(apply(map, [10, 0]), [210, 150]);
    near(apply(map, [0, 10]), [200, 180]);
  });

  it.each(POSES)("keeps the point under the pointer when zooming (rotate $rotate, flip $flip)", (pose) => {
    const one = image({ pose });
    const view = { scale: 12, centre: [40, 90] as Point };
    const under = apply(invert(storedToCanvas(one, view, SIZE)), [33, 71]);
    const zoomed = zoomAt(one, view, SIZE, 1.7, [33, 71]);
    expect(zoomed.scale).toBeCloseTo(12 * 1.7, 9);
    near(apply(storedToCanvas(one, zoomed, SIZE), under), [33, 71]);
  });

  it("pans by what the pointer moved", () => {
    const one = image({ pose: { rotate: 270, flip: true } });
    const view = { scale: 7, centre: [40, 90] as Point };
    const at = apply(invert(storedToCanvas(one, view, SIZE)), [100, 100]);
    near(apply(storedToCanvas(one, panBy(one, view, SIZE, 13, -5), SIZE), at), [113, 95]);
  });

  it.each([1, 2])("puts stored pixels on device pixels at one to one (ratio %i)", (ratio) => {
    const one = image({ pose: { rotate: 90, flip: false } });
    const view = snapped(one, { scale: oneToOneScale(one, ratio), centre: [12.34, 56.78] }, SIZE, ratio);
    const [x, y] = apply(storedToCanvas(one, view, SIZE), [5, 9]);
    expect((x * ratio) % 1).toBeCloseTo(0.5, 6);
    expect((y * ratio) % 1).toBeCloseTo(0.5, 6);
  });
});

describe("hanging", () => {
  it.each(POSES)("puts the chest wall on the viewport's edge (rotate $rotate, flip $flip)", (pose) => {
    for (const chest of ["left", "right"] as const) {
      const one = image({ pose, chest_wall: chest });
      const map = storedToCanvas(one, hang(one, SIZE, fitScale(one, SIZE), true), SIZE);
      const corners = [[-0.5, -0.5], [99.5, -0.5], [-0.5, 199.5], [99.5, 199.5]].map((corner) => apply(map, corner as Point));
      const edge = chest === "right" ? Math.max(...corners.map(([x]) => x)) : Math.min(...corners.map(([x]) => x));
      expect(edge).toBeCloseTo(chest === "right" ? SIZE.width : 0, 6);
    }
  });

  it("shows images of two detectors at one size, and leaves an uncalibrated one out of it", () => {
    const fine = { image: image({ rows: 400, columns: 200, spacing: { mm: [0.05, 0.05], source: "", calibrated: true } }), size: SIZE };
    const coarse = { image: image({ rows: 300 }), size: SIZE };
    const film = { image: image({ spacing: { mm: null, source: "", calibrated: false } }), size: SIZE };
    const all = [fine, coarse, film];
    expect(sharedScale(all, fine)).toBe(sharedScale(all, coarse));
    expect(sharedScale(all, coarse)).toBeCloseTo(300 / 30, 9);
    expect(sharedScale(all, film)).toBeCloseTo(300 / 200, 9);
  });

  it("lets the other breast follow mirrored: as far from its chest wall, as far down, at the same zoom", () => {
    const right = image();
    const left = image({ laterality: "L", chest_wall: "left", pose: { rotate: 180, flip: false } });
    const hungRight = hang(right, SIZE, 10, true);
    const hungLeft = hang(left, SIZE, 10, true);
    const moved = zoomAt(right, panBy(right, hungRight, SIZE, 30, 20), SIZE, 2, [390, 100]);
    const mirrored = follow(left, hungLeft, SIZE, offsetOf(right, moved, hungRight, SIZE));
    const inRight = apply(storedToCanvas(right, moved, SIZE), [80, 60]);
    const inLeft = apply(storedToCanvas(left, mirrored, SIZE), [80, 139]); // its mirror image, stored upside down
    near(inLeft, [SIZE.width - inRight[0], inRight[1]]);
  });

  it("comes back to the same view when it follows itself", () => {
    const one = image({ pose: { rotate: 90, flip: true } });
    const hung = hang(one, SIZE, 8, true);
    const view = zoomAt(one, hung, SIZE, 1.3, [10, 20]);
    const again = follow(one, hung, SIZE, offsetOf(one, view, hung, SIZE));
    near(again.centre, view.centre);
    expect(again.scale).toBeCloseTo(view.scale, 9);
  });
});

describe("camera", () => {
  it.each(POSES)("sees what the affine map says (rotate $rotate, flip $flip)", (pose) => {
    const one = image({ pose, spacing: { mm: [0.2, 0.1], source: "", calibrated: true } });
    const view = { scale: 6, centre: [30, 70] as Point };
    const eye = camera(one, view, SIZE);
    const looking = eye.focalPoint.map((value, axis) => value - (eye.position[axis] as number));
    const right = cross(looking.map((value) => value / Math.hypot(...looking)), eye.viewUp);
    const offset = [55 * 0.1 - eye.focalPoint[0], 20 * 0.2 - eye.focalPoint[1], 0];
    const pixels = SIZE.height / 2 / eye.parallelScale;
    const seen: Point = [SIZE.width / 2 + dot(offset, right) * pixels, SIZE.height / 2 - dot(offset, eye.viewUp) * pixels];
    near(seen, apply(storedToCanvas(one, view, SIZE), [55, 20]));
  });
});

const dot = (a: number[], b: number[]): number => a.reduce((sum, value, axis) => sum + value * (b[axis] as number), 0);

function cross(a: number[], b: number[]): number[] {
  const [ax, ay, az] = a as [number, number, number];
  const [bx, by, bz] = b as [number, number, number];
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}
