/** Mouse, pen and touch: the left button is the tool in hand, the right one zooms, the middle one pans, the wheel zooms or scrolls. */
import type { Point } from "../data/types";
import { toggleSingle } from "../commands";
import { zoomAt } from "../geometry/pose";
import { join } from "../marks/commands";
import { isMarkTool } from "../marks/shape";
import { drawing, hovering, reshaping } from "../marks/tools";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { type Gesture, locating, panning, windowing, zooming } from "./gestures";
import type { Magnifier } from "./magnifier";
import { Touch } from "./touch";

export class Pointer {
  private turned = 0;
  private gesture: { run: Gesture; pane: Pane; pointer: number } | null = null;
  private readonly touch: Touch;
  private finger = false;

  constructor(private readonly viewer: Viewer, private readonly lens: Magnifier, area: HTMLElement) {
    const look = (pane: Pane, pointer: number, at: Point): void => void (this.gesture = { run: lens.looking(pane, at), pane, pointer });
    this.touch = new Touch(viewer, () => this.giveUp(), look);
    area.addEventListener("pointerdown", (event) => this.down(event));
    area.addEventListener("pointermove", (event) => this.moved(event));
    area.addEventListener("pointerup", (event) => this.up(event));
    area.addEventListener("pointercancel", (event) => this.up(event));
    area.addEventListener("lostpointercapture", (event) => event.pointerType === "touch" && this.up(event));
    area.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    area.addEventListener("contextmenu", (event) => event.preventDefault());
    area.addEventListener("dblclick", () => this.finger || isMarkTool(viewer.tool) || toggleSingle(viewer));
    area.addEventListener("focusin", (event) => this.activate(event));
  }

  private activate(event: Event): void {
    const pane = this.paneOf(event.target);
    if (pane) this.viewer.activate(pane);
  }

  private paneOf(target: EventTarget | null): Pane | null {
    const element = target instanceof Element ? target.closest<HTMLElement>(".pane[data-image]") : null;
    return this.viewer.panes.get(element?.dataset["image"] ?? "") ?? null;
  }

  private down(event: PointerEvent): void {
    const pane = this.paneOf(event.target);
    if (!pane || (event.target as Element).closest("button, a")) return;
    this.viewer.activate(pane);
    pane.element.focus({ preventScroll: true });
    const at = pointIn(pane, event);
    this.finger = event.pointerType === "touch";
    if (this.finger && this.touch.down(pane, event.pointerId, at)) {
      pane.element.setPointerCapture(event.pointerId);
      return event.preventDefault();
    }
    const run = this.begin(event, pane, at);
    if (!run) return;
    this.gesture = { run, pane, pointer: event.pointerId };
    pane.element.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  private begin(event: PointerEvent, pane: Pane, at: Point): Gesture | null {
    const { viewer } = this;
    if (event.button === 1 || (event.button === 0 && event.shiftKey)) return panning(viewer, pane, at);
    if (event.button === 2) return zooming(viewer, pane, at);
    if (event.button !== 0 || pane.failure) return null;
    return (viewer.unfinished ? null : this.grab(event, pane)) ?? this.withTool(pane, at);
  }

  /** A handle of the chosen mark, or a mark to choose. */
  private grab(event: PointerEvent, pane: Pane): Gesture | null {
    const target = event.target as Element;
    const id = target.closest<SVGElement>("[data-mark]")?.dataset["mark"];
    const mark = id ? this.viewer.marks.get(id) : undefined;
    if (!mark) return null;
    if (this.viewer.linking) join(this.viewer, mark);
    this.viewer.marks.choose(mark.id);
    const handle = (target as SVGElement).dataset["handle"];
    return handle === undefined ? { move: () => undefined, end: () => undefined } : reshaping(this.viewer, pane, mark, Number(handle));
  }

  private withTool(pane: Pane, at: Point): Gesture {
    const { tool } = this.viewer;
    if (isMarkTool(tool)) return drawing(this.viewer, pane, tool, at);
    if (this.viewer.marks.chosen) this.viewer.marks.choose(null);
    if (tool === "locate") return locating(this.viewer, pane, at);
    if (tool === "magnify") return this.lens.looking(pane, at);
    if (tool === "pan") return panning(this.viewer, pane, at);
    return tool === "zoom" ? zooming(this.viewer, pane, at) : windowing(this.viewer, pane, at);
  }

  private moved(event: PointerEvent): void {
    const over = this.paneOf(event.target);
    this.viewer.hover = over && { pane: over, at: over.toStored(pointIn(over, event)) };
    if (over && event.pointerType === "touch" && this.touch.moved(event.pointerId, pointIn(over, event))) return;
    if (this.gesture?.pointer === event.pointerId) return this.gesture.run.move(pointIn(this.gesture.pane, event));
    const { unfinished } = this.viewer;
    if (unfinished && this.paneOf(event.target) === unfinished.pane) hovering(this.viewer, unfinished.pane, pointIn(unfinished.pane, event));
  }

  /** End the drag without what it has done. */
  private giveUp(): void {
    this.gesture?.run.cancel?.();
    this.gesture = null;
  }

  private up(event: PointerEvent): void {
    const over = this.paneOf(event.target);
    if (over && event.pointerType === "touch" && this.touch.up(event.pointerId, pointIn(over, event))) return;
    if (this.gesture?.pointer !== event.pointerId) return;
    const { run, pane } = this.gesture;
    this.gesture = null;
    run.end(pointIn(pane, event));
    this.viewer.tell();
  }

  /** Whole slices that the wheel has turned; what is left of a small turn counts with the next. */
  private notches({ deltaY, deltaMode }: WheelEvent): number {
    if (deltaMode !== WheelEvent.DOM_DELTA_PIXEL || Math.abs(deltaY) >= NOTCH / 2) return (this.turned = 0), Math.sign(deltaY);
    if (Math.sign(deltaY) !== Math.sign(this.turned)) this.turned = 0;
    this.turned += deltaY;
    const whole = Math.trunc((this.turned * 4) / NOTCH);
    this.turned -= (whole * NOTCH) / 4;
    return whole;
  }

  private wheel(event: WheelEvent): void {
    const pane = this.paneOf(event.target);
    if (!pane) return;
    event.preventDefault();
    this.viewer.activate(pane);
    const up = (event.deltaY || event.deltaX) < 0 ? 1 : -1; // with Shift some browsers turn the wheel sideways
    if (this.lens.open) return event.shiftKey || event.ctrlKey ? this.lens.resize(up) : this.lens.turn(up);
    if (pane.stack && !event.ctrlKey) return void pane.showFrame(pane.frameIndex + this.notches(event));
    const factor = 2 ** (-event.deltaY / 400);
    this.viewer.moveView(pane, zoomAt(pane.image, pane.view, pane.size, factor, pointIn(pane, event)));
  }
}

const NOTCH = 100; // CSS pixels that one notch of a wheel turns; touchpads send many small pieces of it

function pointIn(pane: Pane, event: MouseEvent): Point {
  const box = pane.stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}
