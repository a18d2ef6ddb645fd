/** The one door to Cornerstone's rendering: stack viewports that only ever draw what our own maths tells them. */
import { ContextPoolRenderingEngine, Enums, eventTarget, init as coreInit, type Types } from "@cornerstonejs/core";
import vtkDataArray from "@kitware/vtk.js/Common/Core/DataArray";
import vtkImageData from "@kitware/vtk.js/Common/DataModel/ImageData";
import vtkColorTransferFunction from "@kitware/vtk.js/Rendering/Core/ColorTransferFunction";
import vtkImageMapper from "@kitware/vtk.js/Rendering/Core/ImageMapper";
import vtkImageSlice from "@kitware/vtk.js/Rendering/Core/ImageSlice";
import type { Frame } from "../data/frames";
import type { Point } from "../data/types";
import type { Camera } from "../geometry/camera";
import { newMapper } from "./texture";

class Engine extends ContextPoolRenderingEngine {
  /** Whoever draws is in an animation frame already: Cornerstone would wait for the next one. */
  drawNow(viewportId: string): void {
    this._needsRender.add(viewportId);
    this._renderFlaggedViewports();
  }
}

let engine: Engine | null = null;

/** Set Cornerstone up, and the renderer where the graphics card draws. */
export function start(gpu: boolean): void {
  coreInit({ rendering: { webGlContextCount: 1, useCPURendering: !gpu } } as never);
  if (gpu) engine = new Engine("overread");
}

/** Whether the graphics card draws. */
export const draws = (): boolean => engine !== null;

let starts = 1;

/** A new renderer with a new context, after the old one was lost. Viewports are enabled anew by their owners. */
export function restart(): void {
  try {
    engine?.destroy();
  } catch {
    // what it held went with its context
  }
  engine = new Engine(`overread-${++starts}`);
}

/** Called when the graphics card drops our context. */
export const onContextLost = (lost: () => void): void => eventTarget.addEventListener(Enums.Events.WEBGL_CONTEXT_LOST, lost);

export function enable(viewportId: string, element: HTMLDivElement): Types.IStackViewport {
  if (!engine) throw new Error("the renderer has not been started");
  engine.enableElement({ viewportId, element, type: Enums.ViewportType.STACK, defaultOptions: { background: [0, 0, 0] } });
  const viewport = engine.getViewport(viewportId) as Types.IStackViewport;
  // A change of its actors would have it drawn through a window and a camera of its own: `draw` alone draws.
  viewport.render = () => undefined;
  const window = engine.getOffscreenMultiRenderWindow(viewportId) as unknown as OffscreenWindow;
  window.getOpenGLRenderWindow().getMyFactory().get().overrides["vtkImageMapper"] = newMapper;
  return viewport;
}

/** Give the viewport a frame: the same array, not a copy of it. Another picture of the same shape changes the texture only: no new actor, no new shader. Answers whether there is a new actor. */
export function show(viewport: Types.IStackViewport, { values, columns, rows, low, high }: Frame): boolean {
  const there = actorOf(viewport)?.getMapper()?.getInputData();
  if (there?.getPointData().getScalars().getData() === values) return false;
  const scalars = vtkDataArray.newInstance({ numberOfComponents: 1, values: values as Types.PixelDataTypedArray });
  scalars.setRange({ min: low, max: high }, 0); // known: not looked for pixel by pixel
  const data = there?.getDimensions().join() === `${columns},${rows},1` ? there : vtkImageData.newInstance();
  data.setDimensions(columns, rows, 1);
  data.getPointData().setScalars(scalars);
  if (data === there) return false;
  const mapper = vtkImageMapper.newInstance();
  const actor = vtkImageSlice.newInstance();
  mapper.setInputData(data);
  actor.setMapper(mapper);
  viewport.setActors([{ uid: viewport.id, actor }]);
  return true;
}

/** Take the viewport back; its element can be enabled anew. */
export const disable = (viewport: Types.IStackViewport): void => engine?.disableElement(viewport.id);

/** Draw the viewport. */
export const draw = (viewport: Types.IStackViewport): void => engine?.drawNow(viewport.id);

/** Fit every canvas to its element; the callers then place their cameras anew. */
export const resize = (): void => engine?.resize(false, false);

export const place = (viewport: Types.IStackViewport, camera: Camera): void => viewport.setCamera(camera);

/** How large a pixel is, and its grey: our own transfer function, [value, grey] nodes, linear between them. */
export function shade(viewport: Types.IStackViewport, [x, y]: Point, nodes: [number, number][]): void {
  const actor = actorOf(viewport);
  if (!actor) return;
  actor.setScale(x, y, 1); // the actor's and not the picture's, which would go to the card once more
  const colours = vtkColorTransferFunction.newInstance();
  colours.setNodes(nodes.map(([value, grey]) => ({ x: value, r: grey, g: grey, b: grey, midpoint: 0.5, sharpness: 0 }))); // one by one they would be sorted each time
  actor.getProperty().setUseLookupTableScalarRange(true);
  actor.getProperty().setRGBTransferFunction(0, colours);
}

const actorOf = (viewport: Types.IStackViewport): vtkImageSlice | undefined => viewport.getDefaultActor()?.actor as unknown as vtkImageSlice | undefined;

/** The way to what makes VTK's drawing objects, by the name of what they draw. */
interface OffscreenWindow {
  getOpenGLRenderWindow(): { getMyFactory(): { get(): { overrides: Record<string, unknown> } } };
}
