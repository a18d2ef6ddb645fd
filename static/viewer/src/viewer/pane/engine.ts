/** The one door to Cornerstone's rendering: stack viewports that only ever draw what our own maths tells them. */
import { cache, Enums, eventTarget, imageLoader, init as coreInit, metaData, RenderingEngine, type Types, utilities } from "@cornerstonejs/core";
import vtkColorTransferFunction from "@kitware/vtk.js/Rendering/Core/ColorTransferFunction";
import { type Frame, frames } from "../data/frames";
import { planes } from "../data/planes";
import type { ImageInfo } from "../data/types";
import type { Camera } from "../geometry/camera";
import { unit } from "../geometry/pose";

let engine: RenderingEngine | null = null;

/** Set Cornerstone up, and the renderer where the graphics card draws. */
export function start(gpu: boolean): void {
  coreInit({ rendering: { webGlContextCount: 1, useCPURendering: !gpu } } as never);
  metaData.addProvider(facts, 10_000);
  imageLoader.registerImageLoader("overread", (imageId) => ({ promise: handedOver(imageId) }));
  frames.onForgotten((imageId) => cache.getImageLoadObject(imageId) && cache.removeImageLoadObject(imageId));
  if (gpu) engine = new RenderingEngine("overread");
}

/** What Cornerstone asks of an image. Its plane is our own: origin 0, rows along x, the manifest's spacing; Cornerstone's reader drops Imager Pixel Spacing. */
function facts(type: string, imageId: string): unknown {
  const image = planes.get(imageId);
  if (!image) return undefined;
  if (type === "imagePlaneModule") return plane(image);
  if (!imageId.startsWith("overread:")) return undefined; // its header has been registered
  if (type === "generalSeriesModule") return { modality: "MG" };
  if (type !== "imagePixelModule") return undefined;
  const signed = Number((frames.get(imageId)?.low ?? 0) < 0);
  return { samplesPerPixel: 1, photometricInterpretation: image.photometric, bitsAllocated: 16, bitsStored: 16, highBit: 15, pixelRepresentation: signed };
}

function plane(image: ImageInfo): unknown {
  const [x, y] = unit(image.spacing);
  return {
    rows: image.rows,
    columns: image.columns,
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    rowCosines: [1, 0, 0],
    columnCosines: [0, 1, 0],
    imagePositionPatient: [0, 0, 0],
    pixelSpacing: [y, x],
    rowPixelSpacing: y,
    columnPixelSpacing: x,
    frameOfReferenceUID: image.id,
    usingDefaultValues: false,
  };
}

/** What a viewport is about to ask for. */
let offered: Frame | null = null;

/** Give a viewport its first frame. */
export async function stack(viewport: Types.IStackViewport, frame: Frame): Promise<void> {
  offered = frame;
  await viewport.setStack([frame.imageId]);
  if (frame.derived) viewport.renderImageObject(pictureOf(frame));
  imageOf(viewport)?.getPointData().getScalars().setRange({ min: frame.low, max: frame.high }, 0); // known: not looked for pixel by pixel
}

async function handedOver(imageId: string): Promise<Types.IImage> {
  const frame = offered?.imageId === imageId ? offered : frames.get(imageId);
  if (!frame) throw new Error("the frame has not been decoded");
  return pictureOf(frame);
}

/** A frame as Cornerstone wants it: the same array, not a copy. */
export function pictureOf(frame: Frame): Types.IImage {
  const { imageId, columns, rows, low, high } = frame;
  if (frame.picture && !frame.derived) return frame.picture as Types.IImage;
  const values = frame.values as Types.PixelDataTypedArray;
  const image = planes.get(imageId);
  const [x, y] = image ? unit(image.spacing) : [1, 1];
  const made = {
    imageId, columns, rows, width: columns, height: rows, color: false, rgba: false, numberOfComponents: 1,
    slope: 1, intercept: 0, invert: image?.photometric === "MONOCHROME1", voiLUTFunction: Enums.VOILUTFunctionType.LINEAR,
    windowCenter: (low + high) / 2, windowWidth: Math.max(1, high - low), columnPixelSpacing: x, rowPixelSpacing: y, getCanvas: undefined as never,
    ...(frame.picture as Partial<Types.IImage> | undefined),
  };
  return {
    ...made, minPixelValue: low, maxPixelValue: high, sizeInBytes: values.byteLength, dataType: values.constructor.name as Types.PixelDataTypedArrayString,
    getPixelData: () => values,
    voxelManager: utilities.VoxelManager.createImageVoxelManager({ scalarData: values, width: columns, height: rows, numberOfComponents: 1 }),
  };
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
  const viewport = engine.getViewport(viewportId) as Types.IStackViewport;
  // It would draw each picture it is given once more, through a window and a camera of its own: `draw` alone draws.
  viewport.render = () => undefined;
  return viewport;
}

/** Take the viewport back; its element can be enabled anew. */
export const disable = (viewport: Types.IStackViewport): void => engine?.disableElement(viewport.id);

/** Draw the viewport at the next animation frame. */
export const draw = (viewport: Types.IStackViewport): void => engine?.renderViewport(viewport.id);

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

const imageOf = (viewport: Types.IStackViewport): VtkImage | undefined => (viewport.getDefaultActor()?.actor as unknown as ImageActor | undefined)?.getMapper().getInputData();

interface VtkImage {
  getPointData(): { getScalars(): { setRange(range: { min: number; max: number }, component: number): void } };
}

interface ImageActor {
  getMapper(): { getInputData(): VtkImage | undefined };
  getProperty(): { setUseLookupTableScalarRange(on: boolean): void; setRGBTransferFunction(index: number, colours: unknown): void };
}
