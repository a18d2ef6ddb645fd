/** Which image each of Cornerstone's ids stands for. */
import type { ImageInfo } from "./types";

export const planes = new Map<string, ImageInfo>();
