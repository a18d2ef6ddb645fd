/** Walking a whole breast at one to one by keys, and keeping track of what was on the screen long enough to be seen. */
import { announce } from "../announce";
import { nameOf } from "../data/types";
import { oneToOneScale } from "../geometry/pose";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { Coverage } from "./coverage";
import { nearest, sweepPath } from "./path";
import { gettext } from "../../text/text";

/** Milliseconds that a place must stand still before it counts as seen. */
const REST = 400;

export class Sweep {
  private readonly covered = new Map<string, Coverage>();
  private readonly resting = new Map<Pane, number>();
  private left: Record<string, string> = {};
  /** Whether the small maps are shown. */
  on = false;

  constructor(private readonly viewer: Viewer) {}

  /** One place on; after the last one the next image, before the first one the previous. */
  step(by: 1 | -1): void {
    const { active } = this.viewer;
    const coverage = active && this.of(active);
    if (!active || !coverage) return;
    this.show(true);
    const path = this.path(active, coverage);
    const standing = this.stands(active) ? nearest(path, active.view.centre) : -1;
    const next = standing < 0 ? (by > 0 ? 0 : path.length - 1) : standing + by;
    if (path[next]) return this.go(active, path, next, coverage);
    this.turn(active, by, coverage);
  }

  private go(pane: Pane, path: ReturnType<typeof sweepPath>, at: number, coverage: Coverage): void {
    const centre = path[at];
    if (!centre) return;
    this.viewer.moveView(pane, { scale: this.scale(pane), centre });
    announce(gettext("%(name)s, place %(at)s of %(path)s, %(value)s % seen", { name: nameOf(pane.image), at: at + 1, path: path.length, value: Math.floor(coverage.share * 100) }));
    this.viewer.tell();
  }

  /** The end of the way: on to the next image on the screen. */
  private turn(from: Pane, by: 1 | -1, coverage: Coverage): void {
    const panes = this.viewer.visible();
    const next = panes[(panes.indexOf(from) + by + panes.length) % panes.length];
    const share = Math.floor(coverage.share * 100);
    const own = next && this.of(next);
    if (!next || next === from || !own) return announce(gettext("End of %(name)s: %(share)s % seen at 1:1", { name: nameOf(from.image), share }));
    next.element.focus();
    this.viewer.activate(next);
    const path = this.path(next, own);
    this.go(next, path, by > 0 ? 0 : path.length - 1, own);
  }

  show(on: boolean): void {
    this.on = on;
    for (const pane of this.viewer.visible()) pane.invalidate();
  }

  /** Called after each drawing of a pane: redraws its map, and starts to count how long this view stands still. */
  drawn(pane: Pane): void {
    window.clearTimeout(this.resting.get(pane));
    if (!this.on) return pane.sweepMap.hide();
    const coverage = this.of(pane);
    if (!coverage) return pane.sweepMap.hide();
    const { toCanvas, size } = pane;
    pane.sweepMap.draw(pane.image, coverage, toCanvas, size);
    if (!this.large(pane)) return;
    const rest = window.setTimeout(() => pane.shown && coverage.see(toCanvas, size) && this.on && pane.sweepMap.draw(pane.image, coverage, toCanvas, size), REST);
    this.resting.set(pane, rest);
  }

  /** Nothing that stands still counts any more. */
  end(): void {
    for (const rest of this.resting.values()) window.clearTimeout(rest);
  }

  /** What was seen of each image, for a reload; of an image not looked at again what was kept before. */
  get kept(): Record<string, string> {
    return { ...this.left, ...Object.fromEntries([...this.covered].map(([id, coverage]) => [id, coverage.kept])) };
  }

  recall(kept: Record<string, string>): void {
    this.left = kept;
  }

  /** Share of each image's tissue seen so far, by image id. */
  shares(): Record<string, number> {
    return Object.fromEntries([...this.covered].map(([id, { share }]) => [id, share]));
  }

  private scale(pane: Pane): number {
    return oneToOneScale(pane.image, window.devicePixelRatio || 1);
  }

  private large(pane: Pane): boolean {
    return pane.view.scale >= this.scale(pane) * 0.999;
  }

  private stands(pane: Pane): boolean {
    return Math.abs(pane.view.scale / this.scale(pane) - 1) < 0.001;
  }

  private path(pane: Pane, coverage: Coverage): ReturnType<typeof sweepPath> {
    return sweepPath(pane.image, coverage, this.scale(pane), pane.size);
  }

  private of(pane: Pane): Coverage | null {
    const { frame, image } = pane;
    if (!frame) return null;
    const known = this.covered.get(image.id);
    if (known) return known;
    const made = Coverage.of(frame, image.photometric === "MONOCHROME1");
    made.recall(this.left[image.id] ?? "");
    this.covered.set(image.id, made);
    return made;
  }
}
