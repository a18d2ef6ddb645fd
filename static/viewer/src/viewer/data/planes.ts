/** Which image each of Cornerstone's ids stands for, and what its header says. */
import type { ImageInfo } from "./types";

export const planes = new Map<string, ImageInfo>();

/** Headers by image, of those that Cornerstone's loader reads. */
export const headers = new Map<string, Promise<Record<string, unknown>>>();
