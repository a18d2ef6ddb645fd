/** Surfaces made before their case is opened: each has its picture on the graphics card, out of sight, and becomes the surface of its pane once there is one. */
import { type Frame, frames } from "../data/frames";
import { el } from "../dom";
import * as renderer from "./renderer";
import { sizeOf, type Surface } from "./surface";

interface Early {
  stage: HTMLDivElement;
  surface: Surface;
  /** The picture's frame: once that is let go, so is this. */
  frame: string;
}

const made = new Map<string, Early>();
frames.onForgotten((frame) => made.forEach((early, image) => early.frame === frame && drop(image)));

/** Give the card the picture of an image now, where the card draws. */
export function prepare(image: string, frame: Frame): void {
  const drawing = renderer.begun();
  if (!drawing?.engine.draws() || renderer.lostOnce() || made.has(image)) return;
  const stage = el("div", { class: "stage" });
  dock().append(stage);
  const surface = new drawing.GpuSurface(`pane-${image}`, stage);
  surface.upload(frame);
  made.set(image, { stage, surface, frame: frame.imageId });
}

/** The surface of an image, which is the asker's from now on; null where none was made. */
export function taken(image: string): Early | null {
  const early = made.get(image) ?? null;
  made.delete(image);
  return early;
}

/** Let the surface of an image go, or those of all. */
export function drop(image?: string): void {
  for (const [key, early] of [...made].filter(([key]) => image === undefined || key === image)) {
    made.delete(key);
    early.surface.end();
    early.stage.remove();
  }
}

/** How many wait: for checks. */
export const count = (): number => made.size;

/** Where they wait. It is as large as a pane, for a canvas has the size of its element, and the card's own would be made anew for another one. */
function dock(): HTMLElement {
  const found = document.querySelector<HTMLElement>(".dock") ?? el("div", { class: "dock", "aria-hidden": "true" });
  const pane = document.querySelector<HTMLElement>(".pane");
  const { width, height } = pane ? sizeOf(pane) : { width: 1, height: 1 };
  Object.assign(found.style, { inlineSize: `${width}px`, blockSize: `${height}px` });
  if (!found.isConnected) document.body.append(found);
  return found;
}
