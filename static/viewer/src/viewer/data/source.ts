/** Pixels and metadata of an image, through Cornerstone's loader and its decoding workers. */
import { cache, imageLoader, type Types } from "@cornerstonejs/core";
import { metaData, utilities } from "@cornerstonejs/metadata";
import { unit } from "../geometry/pose";
import { Failure, failureOf } from "./failure";
import type { ImageInfo } from "./types";

/** One decoded frame: modality values, row by row. */
export interface Frame {
  imageId: string;
  values: ArrayLike<number>;
  columns: number;
  rows: number;
  low: number;
  high: number;
}

const planes = new Map<string, ImageInfo>();

/** Our own image plane: origin 0, rows along x, the manifest's spacing. Cornerstone's reader drops Imager Pixel Spacing. */
function imagePlane(type: string, imageId: string): unknown {
  const image = type === "imagePlaneModule" ? planes.get(imageId) : undefined;
  if (!image) return undefined;
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

/** Call once after the loader is set up. */
export const registerPlanes = (): void => metaData.addProvider(imagePlane, 10_000);

// VOILUTFunction breaks Cornerstone's own window (it takes 'LINEAR'[0]); greys are ours, so none of it is passed on.
const GREY_TAGS = ["00281056", "00283010", "00281055"];

/** Fetch and register one image's metadata; answers its Cornerstone image ids, one for each frame. */
export async function prepare(image: ImageInfo): Promise<string[]> {
  const answer = await fetch(image.metadata_url, { headers: { Accept: "application/dicom+json" } }).catch(() => {
    throw new Failure("network");
  });
  if (!answer.ok) throw failureOf(answer.status);
  const [instance] = (await answer.json()) as Record<string, unknown>[];
  if (!instance) throw new Failure("metadata");
  for (const tag of GREY_TAGS) delete instance[tag];
  return image.frame_urls.map((url) => {
    const imageId = `wadors:${new URL(url, location.href).href}`;
    planes.set(imageId, image);
    utilities.addDicomWebInstance(imageId, instance);
    return imageId;
  });
}

/** Decode one frame (cached); throws Failure with a sentence for the reader. */
export async function load(imageId: string): Promise<Frame> {
  const image = await imageLoader.loadAndCacheImage(imageId).catch((error: unknown) => {
    throw failureOf(error);
  });
  const frame = frameOf(image);
  const shape = planes.get(imageId);
  // OpenJPH answers a damaged codestream with an empty picture instead of an error.
  const whole = frame.columns === shape?.columns && frame.rows === shape.rows && frame.low < frame.high;
  if (whole) return frame;
  cache.removeImageLoadObject(imageId);
  throw new Failure("decode");
}

/** The frame if it has been decoded already. */
export function loaded(imageId: string): Frame | null {
  const image = cache.getImage(imageId);
  return image ? frameOf(image) : null;
}

function frameOf(image: Types.IImage): Frame {
  const values = image.voxelManager?.getScalarData() ?? image.getPixelData();
  return {
    imageId: image.imageId,
    values,
    columns: image.columns,
    rows: image.rows,
    low: image.minPixelValue,
    high: image.maxPixelValue,
  };
}
