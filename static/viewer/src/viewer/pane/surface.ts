/** What a pane draws on: Cornerstone on the graphics card, or the sampler where there is no WebGL. */
import type { Types } from "@cornerstonejs/core";
import type { Frame } from "../data/source";
import type { ImageInfo, Point } from "../data/types";
import { chain, scale } from "../geometry/affine";
import { camera } from "../geometry/camera";
import { type Size, storedToCanvas, unit, type View } from "../geometry/pose";
import { display, type Grey, nodes } from "../grey/grey";
import * as engine from "./engine";
import { paint, tableOf } from "./sampler";

export interface Surface {
  readonly canvas: HTMLCanvasElement;
  /** Take another frame (already decoded). */
  show(frame: Frame): Promise<void>;
  draw(image: ImageInfo, view: View, grey: Grey): void;
  /** Where this surface itself says that a stored point lies, in CSS pixels: for checks. */
  locate(image: ImageInfo, view: View, at: Point): Point;
}

export class GpuSurface implements Surface {
  private readonly viewport: Types.IStackViewport;
  readonly canvas: HTMLCanvasElement;

  constructor(id: string, private readonly element: HTMLDivElement) {
    this.viewport = engine.enable(id, element);
    this.canvas = this.viewport.canvas;
  }

  async show(frame: Frame): Promise<void> {
    await this.viewport.setStack([frame.imageId]);
  }

  draw(image: ImageInfo, view: View, grey: Grey): void {
    engine.shade(this.viewport, nodes(image, grey));
    engine.place(this.viewport, camera(image, view, sizeOf(this.element)));
    this.viewport.render();
  }

  locate(image: ImageInfo, _view: View, at: Point): Point {
    const [x, y] = unit(image.spacing);
    return this.viewport.worldToCanvas([at[0] * x, at[1] * y, 0]) as Point;
  }
}

export class CpuSurface implements Surface {
  readonly canvas = document.createElement("canvas");
  private frame: Frame | null = null;

  constructor(private readonly element: HTMLDivElement) {
    this.canvas.className = "cpu-canvas";
    element.append(this.canvas);
  }

  show(frame: Frame): Promise<void> {
    this.frame = frame;
    return Promise.resolve();
  }

  draw(image: ImageInfo, view: View, grey: Grey): void {
    const context = this.canvas.getContext("2d");
    const size = sizeOf(this.element);
    if (!this.frame || !context || size.width < 1 || size.height < 1) return;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(size.width * ratio);
    this.canvas.height = Math.round(size.height * ratio);
    const pixels = context.createImageData(this.canvas.width, this.canvas.height);
    paint(pixels, this.frame, chain(storedToCanvas(image, view, size), scale(ratio)), tableOf(this.frame, display(image, grey)));
    context.putImageData(pixels, 0, 0);
  }

  locate(image: ImageInfo, view: View, [x, y]: Point): Point {
    const [a, b, c, d, e, f] = storedToCanvas(image, view, sizeOf(this.element));
    return [a * x + c * y + e, b * x + d * y + f];
  }
}

export const sizeOf = (element: HTMLElement): Size => ({ width: element.clientWidth, height: element.clientHeight });
