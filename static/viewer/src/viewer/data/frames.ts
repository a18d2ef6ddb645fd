/** Decoded frames, kept within a bound of bytes: those looked at longest ago go first, those on the screen never. */

/** One decoded frame: modality values, row by row. */
export interface Frame {
  imageId: string;
  values: ArrayLike<number>;
  columns: number;
  rows: number;
  low: number;
  high: number;
  /** Stored pixels from one value to the next: 1 unless said; 2, 4, 8 .. of a first look, whose value (i, j) lies on the stored pixel (step i, step j). */
  step?: number;
}

export class FrameCache {
  private readonly frames = new Map<string, { frame: Frame; bytes: number }>();
  private held = 0;
  private readonly told = new Set<(imageId: string) => void>();
  /** Whether a frame is on the screen. */
  inUse: (imageId: string) => boolean = () => false;
  /** Whether a frame is there only in case that it is wanted later: those go first. */
  spare: (imageId: string) => boolean = () => false;

  constructor(readonly limit: number) {}

  /** `listener` is told of each frame that was let go, until `signal` ends it. */
  onForgotten(listener: (imageId: string) => void, signal?: AbortSignal): void {
    this.told.add(listener);
    signal?.addEventListener("abort", () => this.told.delete(listener));
  }

  get bytes(): number {
    return this.held;
  }

  get(imageId: string): Frame | null {
    const found = this.frames.get(imageId);
    if (!found) return null;
    this.frames.delete(imageId);
    this.frames.set(imageId, found); // the last one is the one looked at last
    return found.frame;
  }

  has(imageId: string): boolean {
    return this.frames.has(imageId);
  }

  /** `bytes`: what it counts in the bound; 0 for one that somebody else bounds and drops. */
  put(frame: Frame, bytes: number): void {
    this.remove(frame.imageId);
    this.frames.set(frame.imageId, { frame, bytes });
    this.held += bytes;
    const all = [...this.frames];
    for (const [imageId, held] of [...all.filter(([one]) => this.spare(one)), ...all.filter(([one]) => !this.spare(one))]) {
      if (this.held <= this.limit) return;
      if (held.bytes > 0 && imageId !== frame.imageId && !this.inUse(imageId)) this.drop(imageId);
    }
  }

  /** Whether `bytes` more would fit without anything being let go. */
  room(bytes: number): boolean {
    return this.held + bytes <= this.limit;
  }

  drop(imageId: string): void {
    if (!this.frames.has(imageId)) return;
    this.remove(imageId);
    for (const listener of this.told) listener(imageId);
  }

  private remove(imageId: string): void {
    this.held -= this.frames.get(imageId)?.bytes ?? 0;
    this.frames.delete(imageId);
  }
}

const MIB = 2 ** 20;

/** An eighth of the machine's memory as the browser tells it (at most 8 GiB), between 512 MiB and 1 GiB: two exams of 3328 x 2560 and more. */
export const limitOf = (gib: number): number => Math.min(1024, Math.max(512, gib * 128)) * MIB;

/** The page's own. */
export const frames = new FrameCache(limitOf((globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory ?? 4));
