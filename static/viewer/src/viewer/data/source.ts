/** The one door to pixels: which decoder reads an image, what is decoded already, what is on its way. */
import { pool, PRIORITY } from "../decode/pool";
import { Failure, failureOf } from "./failure";
import { type Frame, frames } from "./frames";
import { decoded, type Early, isOurs, type Wish } from "./htj2k";
import { headers, planes } from "./planes";
import { confirm } from "./stream";
import type { ImageInfo } from "./types";

export type { Frame } from "./frames";
export { isOurs, type Wish } from "./htj2k";

const addresses = new Map<string, string>();
const coming = new Map<string, Promise<Frame>>();
/** Frames fetched ahead, there or on their way, that nobody has asked for yet. */
const spare = new Map<string, Early>();
frames.spare = (imageId) => spare.has(imageId);
frames.onForgotten(unspare);

/** Called where a frame that was fetched ahead may not be looked at. */
export const refusals: { tell(imageId: string, failure: Failure): void } = { tell: () => undefined };

/** One id for each frame of the image; nothing is fetched yet. */
export function frameIds(image: ImageInfo): string[] {
  return idsOf(image).map((imageId) => {
    planes.set(imageId, image);
    addresses.set(imageId, imageId.slice(imageId.indexOf(":") + 1));
    return imageId;
  });
}

const idsOf = (image: ImageInfo): string[] => image.frame_urls.map((url) => `${isOurs(image) ? "overread" : "wadors"}:${new URL(url, location.href).href}`);

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
    spare.delete(imageId);
  }
  headers.delete(image.id);
}

/** Fetch and decode one frame, once however often it is asked for; throws Failure, or AbortError where `wish.signal` ended it. */
export async function load(imageId: string, wish: Wish = {}): Promise<Frame> {
  const early = spare.get(imageId);
  spare.delete(imageId);
  const again = (error: unknown): Promise<Frame> => (early?.failed && !wish.signal?.aborted ? found(imageId, wish) : Promise.reject(error));
  const frame = await found(imageId, wish).catch(again);
  if (early && !early.failed) confirmed(imageId, early.tag);
  return frame;
}

/** Fetch and decode an image's one frame before its case is opened: last in every queue, and kept only where there is room for it. */
export async function loadAhead(image: ImageInfo, url: string, signal: AbortSignal): Promise<void> {
  const known = new Set(planes.keys());
  const [imageId = ""] = idsOf(image).filter((id) => !known.has(id)); // what is open already is not ahead
  if (!imageId) return;
  frameIds(image);
  const ahead = { url, tag: "", failed: false };
  spare.set(imageId, ahead);
  await found(imageId, { priority: PRIORITY.ahead, signal, ahead }).catch((error: unknown) => (unspare(imageId), Promise.reject(error)));
}

/** The frame of an image that was fetched ahead, if it is there and nobody has asked for it yet. */
export const ahead = (image: ImageInfo): Frame | null => idsOf(image).filter((id) => spare.has(id)).map((id) => frames.get(id))[0] ?? null;

/** Frames that were fetched ahead and are there: for checks. */
export const heldAhead = (): string[] => [...spare.keys()].filter((imageId) => frames.has(imageId));

/** Let go what was fetched ahead of an image, unless it is wanted already. */
export const dropAhead = (image: ImageInfo): void => idsOf(image).filter((id) => spare.has(id)).forEach((id) => (frames.drop(id), unspare(id)));

function unspare(imageId: string): void {
  if (!spare.delete(imageId)) return;
  planes.delete(imageId);
  addresses.delete(imageId);
}

/** It is looked at now: the server is told, so that the trail says so. */
function confirmed(imageId: string, tag: string): void {
  confirm(addresses.get(imageId) ?? "", tag).catch((failure: Failure) => {
    if (failure.reason === "network") return; // that the case was opened is in the trail
    frames.drop(imageId);
    refusals.tell(imageId, failure);
  });
}

async function found(imageId: string, wish: Wish): Promise<Frame> {
  const there = frames.get(imageId);
  if (there) return there;
  const shared = coming.get(imageId);
  if (shared) {
    // The first who asked may have given up: then it is asked for anew.
    const come = await shared.catch((error: unknown) => (isAbort(error) && !wish.signal?.aborted ? null : Promise.reject(error)));
    return come ?? found(imageId, wish);
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
    if (spare.has(imageId) && !frames.room(bytes)) return unspare(imageId), frame; // what is open has taken the room meanwhile
    frames.put(frame, image.frames > 1 ? 0 : bytes); // slices have a bound of their own (`stack/memory.ts`)
    if (wish.signal?.aborted) frames.drop(imageId); // Cornerstone's loader cannot be told to stop
    wish.signal?.throwIfAborted();
    return frame;
  } catch (error) {
    if (wish.ahead) wish.ahead.failed = true;
    throw isAbort(error) ? error : failureOf(error);
  }
}

/** Whether an error only says that nobody wants the answer any more. */
export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** A frame of other values on the same grid, such as several slices laid together. It is in no cache. */
export const derived = (base: Frame, values: Frame["values"], low: number, high: number): Frame => ({ ...base, values, low, high });
