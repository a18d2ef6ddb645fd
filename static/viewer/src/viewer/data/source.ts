/** The one door to pixels: which decoder reads an image, what is decoded already, what is on its way. */
import { pool } from "../decode/pool";
import { Failure, failureOf } from "./failure";
import { type Frame, frames } from "./frames";
import { decoded, isOurs, type Wish } from "./htj2k";
import { headers, planes } from "./planes";
import type { ImageInfo } from "./types";

export type { Frame } from "./frames";
export type { Wish } from "./htj2k";

const addresses = new Map<string, string>();
const coming = new Map<string, Promise<Frame>>();

/** One id for each frame of the image; nothing is fetched yet. */
export function frameIds(image: ImageInfo): string[] {
  return image.frame_urls.map((url) => {
    const { href } = new URL(url, location.href);
    const imageId = `${isOurs(image) ? "overread" : "wadors"}:${href}`;
    planes.set(imageId, image);
    addresses.set(imageId, href);
    return imageId;
  });
}

/** The frame if it has been decoded already. */
export const loaded = (imageId: string): Frame | null => frames.get(imageId);

/** Let a decoded frame go; it is fetched anew when it is wanted again. */
export const drop = (imageId: string): void => frames.drop(imageId);

/** Let all of an image go: the case that it was opened with was left. */
export function forget(image: ImageInfo): void {
  for (const imageId of frameIds(image)) {
    frames.drop(imageId);
    planes.delete(imageId);
    addresses.delete(imageId);
  }
  headers.delete(image.id);
}

/** Fetch and decode one frame, once however often it is asked for; throws Failure, or AbortError where `wish.signal` ended it. */
export async function load(imageId: string, wish: Wish = {}): Promise<Frame> {
  const there = frames.get(imageId);
  if (there) return there;
  const shared = coming.get(imageId);
  if (shared) {
    // The first who asked may have given up: then it is asked for anew.
    const found = await shared.catch((error: unknown) => (isAbort(error) && !wish.signal?.aborted ? null : Promise.reject(error)));
    return found ?? load(imageId, wish);
  }
  const own = fetched(imageId, wish).finally(() => coming.delete(imageId));
  coming.set(imageId, own);
  return own;
}

async function fetched(imageId: string, wish: Wish): Promise<Frame> {
  try {
    const image = planes.get(imageId);
    if (!image) throw new Failure("metadata");
    const frame = isOurs(image)
      ? await decoded(pool, image, addresses.get(imageId) ?? "", imageId, wish)
      : await (await import("./foreign")).decoded(image, imageId);
    const bytes = (frame.values as Partial<ArrayBufferView>).byteLength ?? 0;
    frames.put(frame, image.frames > 1 ? 0 : bytes); // slices have a bound of their own (`stack/memory.ts`)
    if (wish.signal?.aborted) frames.drop(imageId); // Cornerstone's loader cannot be told to stop
    wish.signal?.throwIfAborted();
    return frame;
  } catch (error) {
    throw isAbort(error) ? error : failureOf(error);
  }
}

/** Whether an error only says that nobody wants the answer any more. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** A frame of other values on the same grid, such as several slices laid together. It is in no cache. */
export const derived = (base: Frame, values: Frame["values"], low: number, high: number): Frame => ({ ...base, values, low, high, derived: true });
