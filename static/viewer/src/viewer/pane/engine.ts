/** The one door to Cornerstone's rendering: stack viewports that only ever draw what our own maths tells them. */
import { Enums, eventTarget, init as coreInit, RenderingEngine, type Types } from "@cornerstonejs/core";
import { init as loaderInit } from "@cornerstonejs/dicom-image-loader";
import vtkColorTransferFunction from "@kitware/vtk.js/Rendering/Core/ColorTransferFunction";
import { registerPlanes } from "../data/source";
import type { Camera } from "../geometry/camera";

let engine: RenderingEngine | null = null;

/** Whether this browser can draw on the graphics card at all. */
export function webgl(): boolean {
  const probe = document.createElement("canvas").getContext("webgl2");
  probe?.getExtension("WEBGL_lose_context")?.loseContext(); // browsers hand out few contexts: give this one back
  return probe !== null;
}

/** Start decoding workers, and the renderer where there is WebGL. */
export function start(gpu: boolean): void {
  coreInit({ rendering: { webGlContextCount: 1, useCPURendering: !gpu } } as never);
  loaderInit({ maxWebWorkers: Math.max(1, Math.min(4, navigator.hardwareConcurrency || 2)) });
  registerPlanes();
  if (gpu) engine = new RenderingEngine("overread");
}

let starts = 1;

/** A new renderer with a new context, after the old one was lost. Viewports are enabled anew by their owners. */
export function restart(): void {
  try {
    engine?.destroy();
  } catch {
    // what it held went with its context
  }
  engine = new RenderingEngine(`overread-${++starts}`);
}

/** Called when the graphics card drops our context. */
export const onContextLost = (lost: () => void): void => eventTarget.addEventListener(Enums.Events.WEBGL_CONTEXT_LOST, lost);

export function enable(viewportId: string, element: HTMLDivElement): Types.IStackViewport {
  if (!engine) throw new Error("the renderer has not been started");
  engine.enableElement({ viewportId, element, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } });
  return engine.getViewport(viewportId) as Types.IStackViewport;
}

/** Fit every canvas to its element; the callers then place their cameras anew. */
export const resize = (): void => engine?.resize(false, false);

export const place = (viewport: Types.IStackViewport, camera: Camera): void => viewport.setCamera(camera);

/** Our own transfer function: [value, grey] nodes, linear between them. */
export function shade(viewport: Types.IStackViewport, nodes: [number, number][]): void {
  const actor = viewport.getDefaultActor()?.actor as unknown as ImageActor | undefined;
  if (!actor) return;
  const colours = vtkColorTransferFunction.newInstance();
  for (const [value, grey] of nodes) colours.addRGBPoint(value, grey, grey, grey);
  actor.getProperty().setUseLookupTableScalarRange(true);
  actor.getProperty().setRGBTransferFunction(0, colours);
}

interface ImageActor {
  getProperty(): { setUseLookupTableScalarRange(on: boolean): void; setRGBTransferFunction(index: number, colours: unknown): void };
}
