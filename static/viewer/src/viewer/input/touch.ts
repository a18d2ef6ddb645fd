/** Fingers: one is the tool in hand, two zoom and move, one held still is the magnifier, two quick taps show the image alone. */
import { toggleSingle } from "../commands";
import type { Point } from "../data/types";
import { isMarkTool } from "../marks/shape";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { pinching } from "./gestures";

const HELD = 500; // ms until a finger that stays is a long press
const STILL = 10; // CSS pixels that a resting finger may tremble
const TAP = 300; // ms
const NEAR = 32; // CSS pixels between two taps of one double tap

export class Touch {
  private readonly fingers = new Map<number, Point>();
  private pane: Pane | null = null;
  private pinch: ((one: Point, other: Point) => void) | null = null;
  private timer = 0;
  private began: { at: Point; when: number } | null = null;
  private tapped: { at: Point; when: number; pane: Pane } | null = null;
  /** Two fingers were down: what the one that is left does is no drag. */
  private spent = false;

  /** `cancel`: give up the drag of the first finger; `look`: make it the magnifier. */
  constructor(private readonly viewer: Viewer, private readonly cancel: () => void, private readonly look: (pane: Pane, pointer: number, at: Point) => void) {
    viewer.signal.addEventListener("abort", () => window.clearTimeout(this.timer));
  }

  /** A finger comes down; true where it is not the first one, and no drag of its own. */
  down(pane: Pane, pointer: number, at: Point): boolean {
    if (this.fingers.size === 0) [this.pane, this.spent] = [pane, false];
    this.fingers.set(pointer, at);
    window.clearTimeout(this.timer);
    if (this.fingers.size === 1) {
      this.began = { at, when: performance.now() };
      this.timer = window.setTimeout(() => this.held(pane, pointer), HELD);
      return false;
    }
    this.spent = true;
    this.began = null;
    if (this.fingers.size === 2 && this.pane === pane) {
      this.cancel();
      const [one, other] = [...this.fingers.values()] as [Point, Point];
      this.pinch = pinching(this.viewer, pane, one, other);
    }
    return true;
  }

  /** True where the finger is one of two. */
  moved(pointer: number, at: Point): boolean {
    if (!this.fingers.has(pointer)) return false;
    this.fingers.set(pointer, at);
    if (this.began && far(this.began.at, at, STILL)) this.still();
    const [one, other] = [...this.fingers.values()];
    if (one && other) this.pinch?.(one, other);
    return this.spent;
  }

  /** True where it was one of two. */
  up(pointer: number, at: Point): boolean {
    if (!this.fingers.delete(pointer)) return false;
    window.clearTimeout(this.timer);
    this.pinch = null;
    const { began, pane } = this;
    if (began && pane && performance.now() - began.when < TAP) this.tap(pane, at);
    this.began = null;
    return this.spent;
  }

  private still(): void {
    this.began = null;
    window.clearTimeout(this.timer);
  }

  private held(pane: Pane, pointer: number): void {
    const at = this.fingers.get(pointer);
    if (!this.began || !at) return;
    this.began = null;
    this.cancel();
    this.look(pane, pointer, at);
  }

  /** The second of two taps in one place: the image alone, and back. */
  private tap(pane: Pane, at: Point): void {
    const last = this.tapped;
    const when = performance.now();
    this.tapped = { at, when, pane };
    if (isMarkTool(this.viewer.tool) || !last || last.pane !== pane || when - last.when > 2 * TAP || far(last.at, at, NEAR)) return;
    this.tapped = null;
    toggleSingle(this.viewer);
  }
}

const far = ([a, b]: Point, [c, d]: Point, than: number): boolean => Math.hypot(a - c, b - d) > than;
