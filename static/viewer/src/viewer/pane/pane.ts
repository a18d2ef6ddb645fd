/** One image on the screen: its surface, its overlays, its words, and the view and grey it is shown with. */
import { announce } from "../announce";
import { Failure, failureOf } from "../data/failure";
import { type Frame, load, loaded, prepare } from "../data/source";
import { type Finding, type ImageInfo, type Mark, nameOf, type Point } from "../data/types";
import { el, svg } from "../dom";
import { type Affine, apply, invert } from "../geometry/affine";
import type { Guide } from "../geometry/breast";
import { follow, hang, offsetOf } from "../geometry/hang";
import { fitScale, type Size, snapped, storedToCanvas, type View } from "../geometry/pose";
import { type Grey, presets } from "../grey/grey";
import { drawMarks } from "../marks/draw";
import { drawGuides } from "../marks/guides";
import { Air } from "../overlay/air";
import { Heat } from "../overlay/heat";
import { drawFindings } from "../overlay/outlines";
import { SweepMap } from "../sweep/map";
import { Corners } from "./corners";
import { Notice } from "./notice";
import { CpuSurface, GpuSurface, sizeOf, type Surface } from "./surface";

export class Pane {
  readonly element: HTMLElement;
  readonly stage = el("div", { class: "stage" });
  readonly heat = new Heat();
  readonly sweepMap = new SweepMap();
  private readonly air = new Air();
  readonly drawing = svg("svg", { class: "drawing", "aria-hidden": "true" });
  readonly findingLayer = svg("g", { class: "findings" });
  readonly guideLayer = svg("g", { class: "guides" });
  readonly markLayer = svg("g", { class: "marks" });
  readonly draftLayer = svg("g", { class: "marks draft" });
  readonly notice: Notice;
  grey: Grey;
  hung: View;
  view: View;
  frameIndex = 0;
  failure: Failure | null = null;
  /** Whether the surface has taken a frame: decoded alone is not on the screen yet. */
  ready = false;
  marks: Mark[] = [];
  findings: Finding[] = [];
  /** Where to look for what is chosen or pointed at in another image. */
  guides: Guide[] = [];
  chosen: { mark: string | null; finding: string | null } = { mark: null, finding: null };
  private surface: Surface | null = null;
  private imageIds: string[] = [];
  readonly corners: Corners;
  private hungAt: Size = { width: 0, height: 0 };
  private due = false;
  private busy: Promise<void> | null = null;
  shown = false;

  constructor(public image: ImageInfo, private gpu: boolean, retry: () => void, private readonly drawn: (pane: Pane) => void = () => undefined) {
    this.notice = new Notice(retry);
    this.corners = new Corners(image);
    this.grey = { ...(presets(image)[0] as Grey), invert: false };
    this.hung = this.view = { scale: 1, centre: [0, 0] };
    this.drawing.append(this.heat.contours, this.findingLayer, this.guideLayer, this.markLayer, this.draftLayer);
    this.element = el("section", { class: image.prior ? "pane pane-prior" : "pane", tabindex: "0", role: "group", "aria-roledescription": "image", "aria-label": nameOf(image), "data-image": image.id });
    this.element.append(this.stage, el("div", { class: "overlays" }, this.air.canvas, this.heat.canvas, this.drawing), this.corners.element, this.sweepMap.element, this.notice.element);
  }

  get size(): Size {
    return sizeOf(this.stage);
  }

  get canvas(): HTMLCanvasElement | null {
    return this.surface?.canvas ?? null;
  }

  get frame(): Frame | null {
    return loaded(this.imageIds[this.frameIndex] ?? "");
  }

  /** Stored pixels -> CSS pixels of this pane, as drawn. */
  get toCanvas(): Affine {
    return storedToCanvas(this.image, this.drawnView, this.size);
  }

  private get drawnView(): View {
    return snapped(this.image, this.view, this.size, window.devicePixelRatio || 1);
  }

  toStored(at: Point): Point {
    return apply(invert(this.toCanvas), at);
  }

  toScreen(at: Point): Point {
    return apply(this.toCanvas, at);
  }

  /** The surface's own answer to where a stored point is: the tests hold it against `toCanvas`. */
  locate(at: Point): Point | null {
    return this.surface?.locate(this.image, this.drawnView, at) ?? null;
  }

  /** Newer facts about the same image. */
  update(image: ImageInfo): void {
    const became = image.status !== this.image.status;
    this.image = image;
    if (became && this.shown) void this.open();
  }

  /** Fetch, decode and draw; failures are put into words on the pane. */
  open(): Promise<void> {
    if (this.surface && !this.failure) return Promise.resolve(this.invalidate());
    this.busy ??= this.fetch().finally(() => (this.busy = null));
    return this.busy;
  }

  private async fetch(): Promise<void> {
    this.fail(null);
    try {
      if (this.image.status !== "ready") throw new Failure(this.image.status, this.image.status_say);
      this.notice.wait(`Loading ${nameOf(this.image)}`);
      this.imageIds = await prepare(this.image);
      await this.showFrame(this.frameIndex);
      announce(`${nameOf(this.image)} is shown`);
    } catch (error) {
      this.fail(failureOf(error));
    }
  }

  /** Another slice of a multi-frame image. */
  async showFrame(index: number): Promise<void> {
    const next = Math.min(this.imageIds.length - 1, Math.max(0, index));
    const frame = await load(this.imageIds[next] ?? "");
    this.surface ??= this.newSurface();
    await this.surface.show(frame);
    this.ready = true;
    this.frameIndex = next;
    this.notice.clear();
    this.invalidate();
  }

  /** Go on with the graphics card or without it, with what is decoded already. */
  async drawWith(gpu: boolean): Promise<void> {
    this.gpu = gpu;
    const { frame } = this;
    if (!this.surface || !frame) return;
    this.stage.replaceChildren();
    this.ready = false;
    this.surface = this.newSurface();
    await this.surface.show(frame);
    this.ready = true;
    this.invalidate();
  }

  private newSurface(): Surface {
    return this.gpu ? new GpuSurface(`pane-${this.image.id}`, this.stage) : new CpuSurface(this.stage);
  }

  fail(failure: Failure | null): void {
    this.failure = failure;
    this.element.classList.toggle("failed", failure !== null);
    if (failure) this.notice.fail(nameOf(this.image), failure);
  }

  /** Hang in the present size at `scale`; with `keep`, stay as far from the hanging as the reader has moved. */
  rehang(scale: number, keep: boolean): void {
    const offset = keep && this.hungAt.width > 0 ? offsetOf(this.image, this.view, this.hung, this.hungAt) : null;
    this.hungAt = this.size;
    this.hung = hang(this.image, this.size, scale, true);
    this.setView(offset ? follow(this.image, this.hung, this.size, offset) : this.hung);
  }

  fit(): void {
    this.setView(hang(this.image, this.size, fitScale(this.image, this.size), true));
  }

  setView(view: View): void {
    this.view = view;
    this.invalidate();
  }

  setGrey(grey: Grey): void {
    this.grey = grey;
    this.invalidate();
  }

  /** Draw everything at the next animation frame. */
  invalidate(): void {
    if (this.due || !this.shown) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.draw();
    });
  }

  private draw(): void {
    const size = this.size;
    if (!this.shown || size.width < 1 || size.height < 1) return;
    if (!this.failure) this.surface?.draw(this.image, this.drawnView, this.grey);
    const masked = this.grey.invert && this.image.padding === null;
    this.air.show(masked ? this.frame : null, this.image.photometric === "MONOCHROME1");
    this.corners.say(this.image, this.drawnView, this.grey, this.frameIndex);
    this.drawOverlays();
    if (this.frame && !this.failure) this.drawn(this);
  }

  /** Overlays only: cheap, and no pixel of the image is touched. */
  drawOverlays(): void {
    const toCanvas = this.toCanvas;
    this.air.place(toCanvas);
    this.heat.place(toCanvas);
    drawFindings(this.findingLayer, this.image, this.findings, toCanvas, this.chosen.finding);
    drawGuides(this.guideLayer, this.image, this.guides, this.marks, toCanvas);
    drawMarks(this.markLayer, this.image, this.marks, toCanvas, this.chosen.mark);
  }
}
