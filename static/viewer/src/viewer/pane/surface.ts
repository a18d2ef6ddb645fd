/** What a pane draws on: Cornerstone on the graphics card (`gpu.ts`), or the sampler: for a first look, and where there is no WebGL. */
import type { Frame } from "../data/frames";
import type { ImageInfo, Point } from "../data/types";
import { chain, scale } from "../geometry/affine";
import { type Size, storedToCanvas, type View } from "../geometry/pose";
import { display, type Grey } from "../grey/grey";
import { paint, tableOf } from "./sampler";

export interface Surface {
  readonly canvas: HTMLCanvasElement;
  /** Take another frame (already decoded). */
  show(frame: Frame): Promise<void>;
  draw(image: ImageInfo, view: View, grey: Grey): void;
  /** Where this surface itself says that a stored point lies, in CSS pixels: for checks. */
  locate(image: ImageInfo, view: View, at: Point): Point;
  /** Give back what it holds; it draws no more. */
  end(): void;
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
    const toDevice = chain(scale(this.frame.step ?? 1), chain(storedToCanvas(image, view, size), scale(ratio)));
    paint(pixels, this.frame, toDevice, tableOf(this.frame, display(image, grey)));
    context.putImageData(pixels, 0, 0);
  }

  end(): void {
    this.frame = null;
  }

  locate(image: ImageInfo, view: View, [x, y]: Point): Point {
    const [a, b, c, d, e, f] = storedToCanvas(image, view, sizeOf(this.element));
    return [a * x + c * y + e, b * x + d * y + f];
  }
}

export const sizeOf = (element: HTMLElement): Size => ({ width: element.clientWidth, height: element.clientHeight });
