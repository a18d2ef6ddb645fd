/** Plays a stack: to and fro through a volume, round and round a clip. Never by itself: only a reader starts it. */
import type { Pane } from "../pane/pane";

export const RATES = { least: 1, usual: 10, most: 60 }; // frames a second

/** The slice after `at`, and the way on: a volume turns at its ends, a clip begins again. */
export function after(at: number, count: number, way: 1 | -1, clip: boolean): [number, 1 | -1] {
  if (clip) return [(at + 1) % count, 1];
  const turned = at + way < 0 || at + way >= count ? (-way as 1 | -1) : way;
  return [Math.min(count - 1, Math.max(0, at + turned)), turned];
}

export class Cine {
  rate: number = RATES.usual;
  /** Frames drawn since it was started: for checks. */
  drawn = 0;
  private pane: Pane | null = null;
  private way: 1 | -1 = 1;
  private due = 0;
  private timer = 0;
  private last = -1;

  /** ended: it stopped without being told to, because its image left the screen or the reader scrolled. */
  constructor(private readonly ended: () => void) {}

  get playing(): Pane | null {
    return this.pane;
  }

  start(pane: Pane): void {
    this.stop();
    this.pane = pane;
    this.rate = pane.image.stack?.rate ?? this.rate;
    this.last = pane.frameIndex;
    this.drawn = 0;
    this.due = performance.now();
    this.plan();
  }

  stop(): void {
    window.clearTimeout(this.timer);
    this.pane = null;
  }

  /** Faster or slower, within 1 to 60 frames a second. */
  hurry(factor: number): void {
    this.rate = Math.min(RATES.most, Math.max(RATES.least, Math.round(this.rate * factor)));
  }

  /** The next frame when it is due, never two at once: a computer that cannot follow plays slower and leaves none out. */
  private plan(): void {
    this.due = Math.max(performance.now(), this.due + 1000 / this.rate);
    this.timer = window.setTimeout(() => requestAnimationFrame(() => this.step()), this.due - performance.now());
  }

  private step(): void {
    const { pane } = this;
    if (!pane) return;
    if (!pane.shown || pane.frameIndex !== this.last || document.hidden) return this.stop(), this.ended();
    if (pane.stack?.shown === pane.frameIndex || pane.stack?.slices.failures.has(pane.frameIndex)) {
      const clip = pane.image.stack?.kind === "clip";
      [this.last, this.way] = after(pane.frameIndex, pane.image.frames, this.way, clip);
      pane.showFrame(this.last);
      this.drawn += 1;
    }
    this.plan();
  }
}
