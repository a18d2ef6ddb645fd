/** A pane's surface on the graphics card: one of Cornerstone's stack viewports. */
import type { Types } from "@cornerstonejs/core";
import type { Frame } from "../data/frames";
import type { ImageInfo, Point } from "../data/types";
import { camera } from "../geometry/camera";
import { unit, type View } from "../geometry/pose";
import { type Grey, nodes } from "../grey/grey";
import * as engine from "./engine";
import { sizeOf, type Surface } from "./surface";

export { engine };

export class GpuSurface implements Surface {
  private readonly viewport: Types.IStackViewport;
  /** What the viewport's transfer function was made of. */
  private shaded: [ImageInfo, Grey] | null = null;
  readonly canvas: HTMLCanvasElement;

  constructor(id: string, private readonly element: HTMLDivElement) {
    this.viewport = engine.enable(id, element);
    this.canvas = this.viewport.canvas;
  }

  show(frame: Frame): Promise<void> {
    if (engine.show(this.viewport, frame)) this.shaded = null;
    return Promise.resolve();
  }

  /** Have the picture on the card before anything of it is to be seen. */
  upload(frame: Frame): void {
    engine.show(this.viewport, frame);
    engine.draw(this.viewport);
  }

  draw(image: ImageInfo, view: View, grey: Grey): void {
    if (this.shaded?.[0] !== image || this.shaded[1] !== grey) engine.shade(this.viewport, unit(image.spacing), nodes(image, grey));
    this.shaded = [image, grey];
    engine.place(this.viewport, camera(image, view, sizeOf(this.element)));
    engine.draw(this.viewport);
  }

  end(): void {
    engine.disable(this.viewport);
  }

  locate(image: ImageInfo, _view: View, at: Point): Point {
    const [x, y] = unit(image.spacing);
    return this.viewport.worldToCanvas([at[0] * x, at[1] * y, 0]) as Point;
  }
}
