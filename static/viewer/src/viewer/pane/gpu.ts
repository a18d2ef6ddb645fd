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
  private started = false;
  readonly canvas: HTMLCanvasElement;

  constructor(id: string, private readonly element: HTMLDivElement) {
    this.viewport = engine.enable(id, element);
    this.canvas = this.viewport.canvas;
  }

  async show(frame: Frame): Promise<void> {
    // Another picture of the same shape changes the texture only: no new actor, no new shader.
    if (this.started) return void this.viewport.renderImageObject(engine.pictureOf(frame));
    await engine.stack(this.viewport, frame);
    this.started = true;
  }

  draw(image: ImageInfo, view: View, grey: Grey): void {
    engine.shade(this.viewport, nodes(image, grey));
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
