/** Images in every other transfer syntax: Cornerstone's loader and its codecs, loaded with the first such image. */
import { cache, imageLoader } from "@cornerstonejs/core";
import { init } from "@cornerstonejs/dicom-image-loader";
import { utilities } from "@cornerstonejs/metadata";
import * as renderer from "../pane/renderer";
import { Failure, failureOf } from "./failure";
import { type Frame, frames } from "./frames";
import { headers } from "./planes";
import type { ImageInfo } from "./types";

// VOILUTFunction breaks Cornerstone's own window (it takes 'LINEAR'[0]); greys are ours, so none of it is passed on.
const GREY_TAGS = ["00281056", "00283010", "00281055"];
const SAMPLES = [1, 3, 4]; // for each pixel: grey, colour, colour with a last one that says nothing
let started = false;

/** Fetch the header (once) and decode one frame; throws Failure with a sentence for the reader. */
export async function decoded(image: ImageInfo, imageId: string): Promise<Frame> {
  await renderer.ready();
  start();
  utilities.addDicomWebInstance(imageId, await header(image));
  const found = await imageLoader.loadAndCacheImage(imageId).catch((error: unknown) => {
    throw failureOf(error);
  });
  const values = found.voxelManager?.getScalarData() ?? found.getPixelData();
  const frame = { imageId, values, columns: found.columns, rows: found.rows, low: found.minPixelValue, high: found.maxPixelValue };
  const samples = values.length / (frame.columns * frame.rows); // a cut frame has a broken number of them, and would be shown askew
  if (SAMPLES.includes(samples) && frame.columns === image.columns && frame.rows === image.rows && (frame.low < frame.high || image.frames > 1)) return frame;
  cache.removeImageLoadObject(imageId);
  throw new Failure("decode");
}

function start(): void {
  if (started) return;
  started = true;
  init({ maxWebWorkers: Math.max(1, Math.min(4, navigator.hardwareConcurrency || 2)) });
  frames.onForgotten((imageId) => cache.getImageLoadObject(imageId) && cache.removeImageLoadObject(imageId));
}

function header(image: ImageInfo): Promise<Record<string, unknown>> {
  const known = headers.get(image.id) ?? fetched(image.metadata_url);
  headers.set(image.id, known);
  known.catch(() => headers.delete(image.id));
  return known;
}

async function fetched(url: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { headers: { Accept: "application/dicom+json" } }).catch(() => {
    throw new Failure("network");
  });
  if (!answer.ok) throw failureOf(answer.status);
  const [instance] = (await answer.json()) as Record<string, unknown>[];
  if (!instance) throw new Failure("metadata");
  for (const tag of GREY_TAGS) delete instance[tag];
  return instance;
}
