/** One image on the screen: its surface, its overlays, its words, and the view and grey it is shown with. */
import { announce } from "../announce";
import { Failure, failureOf } from "../data/failure";
import { type Frame, forget, frameIds, isAbort, load } from "../data/source";
import { type Finding, type Graphic, type ImageInfo, type Mark, nameOf, type Point } from "../data/types";
import { el, svg } from "../dom";
import { type Affine, apply, invert } from "../geometry/affine";
import type { Guide } from "../geometry/breast";
import { follow, hang, offsetOf } from "../geometry/hang";
import { fitScale, oneToOneScale, type Size, snapped, storedToCanvas, type View } from "../geometry/pose";
import { type Grey, presets } from "../grey/grey";
import { drawMarksAt, placed } from "../marks/draw";
import { drawGuides } from "../marks/guides";
import { drawAttached } from "../overlay/attached";
import { Air } from "../overlay/air";
import { Heat } from "../overlay/heat";
import { drawOpinions, type OpinionMark } from "../overlay/opinions";
import { drawVeil } from "../overlay/veil";
import { drawFindings } from "../overlay/outlines";
import { StackView, startOf } from "../stack/view";
import { SweepMap } from "../sweep/map";
import { Corners } from "./corners";
import { taken } from "./early";
import { Notice } from "./notice";
import { canRender, Rendering } from "./rendering";
import { FirstLook } from "./look";
import * as renderer from "./renderer";
import { CpuSurface, sizeOf, type Surface } from "./surface";
import { gettext } from "../../text/text";

export class Pane {
  readonly element: HTMLElement;
  readonly stage: HTMLDivElement;
  readonly heat = new Heat();
  readonly sweepMap = new SweepMap();
  private readonly air = new Air();
  readonly drawing = svg("svg", { class: "drawing", "aria-hidden": "true" });
  readonly attachedLayer = svg("g", { class: "attached-layer" });
  /** Covers what lies outside the ultrasound regions, where names are burnt in. */
  private readonly veil = svg("path", { class: "veil", "fill-rule": "evenodd" });
  readonly findingLayer = svg("g", { class: "findings" });
  readonly opinionLayer = svg("g", { class: "opinions" });
  readonly guideLayer = svg("g", { class: "guides" });
  readonly markLayer = svg("g", { class: "marks" });
  readonly draftLayer = svg("g", { class: "marks draft" });
  readonly notice: Notice;
  /** The server's picture, over everything else of the pane. */
  readonly rendering = new Rendering();
  grey: Grey;
  hung: View;
  view: View;
  /** The slice that the reader asked for; which one is on the screen is `stack.shown`. */
  frameIndex: number;
  /** Of an image of several frames. */
  readonly stack: StackView | null;
  /** What the surface shows; null before the first one. */
  frame: Frame | null = null;
  failure: Failure | null = null;
  /** Whether the surface has taken a frame: decoded alone is not on the screen yet. */
  ready = false;
  marks: Mark[] = [];
  findings: Finding[] = [];
  attached: Graphic[] = [];
  /** What others marked, and the lesion among it that was gone to. */
  opinions: { marks: OpinionMark[]; chosen: number | null } = { marks: [], chosen: null };
  /** Where to look for what is chosen or pointed at in another image. */
  guides: Guide[] = [];
  chosen: { mark: string | null; finding: string | null } = { mark: null, finding: null };
  private surface: Surface | null;
  private readonly look = new FirstLook();
  readonly corners: Corners;
  private hungAt: Size = { width: 0, height: 0 };
  private due = false;
  private busy: Promise<void> | null = null;
  private readonly ends = new AbortController();
  shown = false;

  constructor(public image: ImageInfo, private gpu: boolean, retry: () => void, private readonly drawn: (pane: Pane) => void = () => undefined) {
    const early = taken(image.id);
    this.stage = early?.stage ?? el("div", { class: "stage" });
    this.surface = early?.surface ?? null;
    this.frameIndex = startOf(image);
    this.stack = image.frames > 1 ? new StackView(this, (index) => void this.showFrame(index)) : null;
    this.notice = new Notice(retry, () => this.render(), () => canRender(this.image));
    this.corners = new Corners(image);
    this.grey = { ...(presets(image)[0] as Grey), invert: false };
    this.hung = this.view = { scale: 1, centre: [0, 0] };
    this.drawing.append(this.veil, this.heat.contours, this.attachedLayer, this.findingLayer, this.opinionLayer, this.guideLayer, this.markLayer, this.draftLayer);
    this.element = el("section", { class: image.prior ? "pane pane-prior" : "pane", tabindex: "0", role: "group", "aria-roledescription": "image", "aria-label": nameOf(image), "data-image": image.id });
    this.element.append(this.stage, this.look.element, el("div", { class: "overlays" }, this.air.canvas, this.heat.canvas, this.drawing), this.corners.element, this.sweepMap.element, this.look.words, this.notice.element, this.rendering.element);
    if (this.stack) {
      this.element.append(this.stack.bar.element);
      this.element.classList.add("pane-stack");
    }
  }

  get size(): Size {
    return sizeOf(this.stage);
  }

  get canvas(): HTMLCanvasElement | null {
    return this.surface?.canvas ?? null;
  }

  /** Stored pixels for one of the first look on the screen; null where there is none. */
  get looking(): number | null {
    return this.look.step;
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
    if (!this.failure && this.stack?.resume()) return Promise.resolve(this.invalidate());
    if (this.surface && this.frame && !this.failure) return Promise.resolve(this.invalidate());
    this.busy ??= this.fetch().finally(() => (this.busy = null));
    return this.busy;
  }

  private async fetch(): Promise<void> {
    this.fail(null);
    try {
      if (this.image.status !== "ready") throw new Failure(this.image.status, this.image.status_say);
      if (!this.ready) this.notice.wait(gettext("Loading %(name)s", { name: nameOf(this.image) }));
      const ids = frameIds(this.image);
      if (this.stack) return this.stack.open(ids, this.frameIndex);
      const coarse = oneToOneScale(this.image, window.devicePixelRatio || 1) / this.view.scale;
      const looked = renderer.hold();
      const look = (found: Frame): void => (this.takeLook(found), looked());
      await this.take(await load(ids[0] ?? "", { coarse, look, signal: this.ends.signal }).finally(looked));
      if (!this.ends.signal.aborted) announce(gettext("%(name)s is shown", { name: nameOf(this.image) }));
    } catch (error) {
      if (!isAbort(error) && !this.ends.signal.aborted) this.fail(failureOf(error));
    }
  }

  /** The beginning of the bytes at a lower resolution, drawn by the processor and said to be no more than that. */
  private takeLook(frame: Frame): void {
    if (this.ready || this.failure) return;
    this.look.take(frame);
    this.notice.clear();
    this.invalidate();
  }

  /** Another slice of a multi-frame image: itself or, until it has come, the nearest that is there. */
  showFrame(index: number): void {
    this.frameIndex = Math.min(this.image.frames - 1, Math.max(0, index));
    this.stack?.go(this.frameIndex);
  }

  /** Put a decoded picture on the screen. */
  async take(frame: Frame): Promise<void> {
    if (!(await this.surfaced(frame))) return;
    this.frame = frame;
    if (this.failure) this.fail(null);
    this.notice.clear();
    this.invalidate();
  }

  /** Its decoded frame was let go: it is fetched again when the pane is next shown. */
  forget(imageId: string): void {
    if (this.frame?.imageId === imageId && !this.stack && !this.shown) this.frame = null;
  }

  /** Go on with the graphics card or without it, with what is decoded already. */
  async drawWith(gpu: boolean): Promise<void> {
    this.gpu = gpu;
    const { frame } = this;
    this.stage.replaceChildren();
    this.surface = null;
    this.ready = false;
    if (frame && (await this.surfaced(frame))) this.invalidate();
  }

  /** The frame on the surface, which is made where there is none; false where the pane has ended meanwhile. */
  private async surfaced(frame: Frame): Promise<boolean> {
    const { signal } = this.ends;
    if (signal.aborted) return false;
    const surface = (this.surface ??= await this.newSurface());
    if (signal.aborted) return surface.end(), false;
    await surface.show(frame);
    return (this.ready = !signal.aborted);
  }

  /** Its case was left: what it draws on is given back, and what still comes is not taken. */
  end(): void {
    this.ends.abort();
    this.shown = false;
    this.rendering.hide();
    this.stack?.end();
    this.surface?.end();
    this.surface = this.frame = null;
    this.ready = false;
    forget(this.image);
  }

  private async newSurface(): Promise<Surface> {
    // Ultrasound and MRI are drawn by the sampler: small, and colours are not the card's affair.
    if (!this.gpu || this.image.companion || !this.image.photometric.startsWith("MONOCHROME")) return new CpuSurface(this.stage);
    const { GpuSurface } = await renderer.ready();
    return new GpuSurface(`pane-${this.image.id}`, this.stage);
  }

  /** Show the server's rendering of what the reader looks at, through their window. */
  render(): void {
    if (canRender(this.image)) void this.rendering.show(this.image, this.frameIndex, this.grey);
  }

  /** What is on the screen may not be looked at any more. */
  refuse(imageId: string, failure: Failure): void {
    if (this.frame?.imageId !== imageId) return;
    this.surface?.end();
    this.surface = this.frame = null;
    this.ready = false;
    this.stage.replaceChildren();
    this.fail(failure);
  }

  fail(failure: Failure | null): void {
    if (this.failure && !failure) this.rendering.hide();
    this.failure = failure;
    this.element.classList.toggle("failed", failure !== null);
    if (!failure) return;
    this.look.end();
    this.notice.fail(nameOf(this.image), failure);
  }

  /** Hang in the present size at `scale`; with `keep`, stay as far from the hanging as the reader has moved. */
  rehang(scale: number, keep: boolean): void {
    const offset = keep && this.hungAt.width > 0 ? offsetOf(this.image, this.view, this.hung, this.hungAt) : null;
    this.hungAt = this.size;
    this.hung = hang(this.image, this.size, scale, !this.image.companion);
    this.setView(offset ? follow(this.image, this.hung, this.size, offset) : this.hung);
  }

  fit(): void {
    this.setView(hang(this.image, this.size, fitScale(this.image, this.size), !this.image.companion));
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
    if (!this.failure) this.drawImage();
    const masked = this.grey.invert && this.image.padding === null;
    this.air.show(masked ? this.frame : null, this.image.photometric === "MONOCHROME1");
    this.corners.say(this.image, this.drawnView, this.grey);
    this.drawOverlays();
    if (this.frame && !this.failure) this.drawn(this);
  }

  private drawImage(): void {
    if (!this.ready) return this.look.draw(this.image, this.drawnView, this.grey);
    this.surface?.draw(this.image, this.drawnView, this.grey);
    this.look.end();
  }

  /** Overlays only: cheap, and no pixel of the image is touched. */
  drawOverlays(): void {
    const toCanvas = this.toCanvas;
    const at = this.stack?.at ?? null;
    this.element.classList.toggle("beside", this.stack?.beside ?? false);
    drawVeil(this.veil, this.image, toCanvas);
    this.air.place(toCanvas);
    this.heat.place(toCanvas);
    drawAttached(this.attachedLayer, this.attached.filter(({ frame }) => this.image.frames === 1 || frame === this.frameIndex + 1), toCanvas);
    drawFindings(this.findingLayer, this.image, this.findings, toCanvas, this.chosen.finding);
    drawOpinions(this.opinionLayer, this.opinions.marks.filter((mark) => placed(mark, at) !== "away"), toCanvas, this.opinions.chosen);
    drawGuides(this.guideLayer, this.image, this.guides, this.marks, toCanvas);
    drawMarksAt(this.markLayer, this.image, this.marks, toCanvas, this.chosen.mark, at);
  }
}
