/** The state of the page: which panes there are, what is on them, which tool is in hand. Commands live in `commands.ts`. */
import { announce } from "./announce";
import { type ImageInfo, imagesOf, type Layout, type Manifest, type MarkTool, type Point } from "./data/types";
import { follow, type Offset, offsetOf } from "./geometry/hang";
import type { View } from "./geometry/pose";
import { followed, type Grey, presets } from "./grey/grey";
import { Grid } from "./grid";
import { refreshGuides } from "./marks/guides";
import { MarkStore } from "./marks/store";
import type { FirstArm } from "./marks/tools";
import type { Magnifier } from "./input/magnifier";
import type { HeatSettings } from "./overlay/heat";
import { Pane } from "./pane/pane";
import { besideLayout } from "./beside";
import { Cine } from "./stack/cine";
import { Sweep } from "./sweep/sweep";
import { type Memory, recallPanes, recallViews } from "./state/memory";
import { kept } from "./state/person";
import { gettext } from "../text/text";

export type Tool = "window" | "zoom" | "pan" | "magnify" | "locate" | MarkTool;

export class Viewer {
  readonly panes = new Map<string, Pane>();
  readonly grid: Grid;
  readonly marks: MarkStore;
  readonly sweep: Sweep = new Sweep(this);
  manifest: Manifest | null = null;
  layout: Layout | null = null;
  active: Pane | null = null;
  tool: Tool = "window";
  /** The tool to go back to after an armed mark, and the finding that the mark is for. */
  armed: { finding: string; before: Tool } | null = null;
  /** An angle that has its first arm. */
  unfinished: FirstArm | null = null;
  /** A mark that waits to be linked with another. */
  linking: string | null = null;
  /** A place held under the pointer, to be shown in the other images. */
  pointing: { pane: Pane; at: Point } | null = null;
  /** Where the pointer was last, over which image. */
  hover: { pane: Pane; at: Point } | null = null;
  /** Plays the stack that a reader started. */
  readonly cine = new Cine(() => this.tell());
  /** The layout to go back to after looking at a companion. */
  before = "";
  /** The one lens of the page. */
  lens: Magnifier | null = null;
  linked = true;
  /** Whether a change of the window is made to all images on the screen. */
  linkedGrey = true;
  corners = true;
  outlines = true;
  /** Objects that came with the exam and are drawn now, by their id. */
  readonly attached = new Set<string>();
  chosenFinding: { image: string; finding: string } | null = null;
  readonly heat: HeatSettings = { on: false, opacity: 0.55, threshold: 0.1, map: "ember", lines: false };
  /** The desk as it was left before a reload. */
  left: Memory | null = null;
  /** Told of each move of linked images, as a distance from the hanging; null: all are as they were hung. */
  moved: (offset: Offset | null) => void = () => undefined;
  private listeners: (() => void)[] = [];
  private drawnListeners: ((pane: Pane) => void)[] = [(pane) => this.sweep.drawn(pane)];

  /** `signal` ends with the case: whatever listens, waits or polls for this viewer ends by it. */
  constructor(stage: HTMLElement, private gpu: boolean, readonly signal: AbortSignal) {
    this.grid = new Grid(stage, this.panes, () => this.tell(), signal);
    this.marks = new MarkStore(() => this.refreshMarks(), (image) => !this.panes.get(image)?.image.prior && !this.panes.get(image)?.image.companion);
  }

  /** `listener` runs after every change of state: toolbar and panels draw themselves from it. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** `listener` runs after a pane has been drawn. */
  onDrawn(listener: (pane: Pane) => void): void {
    this.drawnListeners.push(listener);
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** A new version of the manifest: panes are kept where their image is the same. */
  adopt(manifest: Manifest): void {
    const before = JSON.stringify(this.manifest?.hanging);
    const first = this.manifest === null;
    this.manifest = manifest;
    for (const image of imagesOf(manifest)) this.takeImage(image);
    const left = first ? this.left : null;
    if (left) recallPanes(this, left);
    if (JSON.stringify(manifest.hanging) !== before) this.show(first ? (left?.layout ?? this.start(manifest)) : (this.layout?.id ?? ""));
    if (left && this.layout?.id === left.layout) recallViews(this, left);
    this.refreshFindings();
    this.introduce();
    this.tell();
    this.grid.refit(); // the strips above the images have their words, and so their height, only now
  }

  /** Tell the page's other scripts what is open. */
  introduce(): void {
    const { manifest } = this;
    if (manifest) document.dispatchEvent(new CustomEvent("overread:manifest", { detail: { manifest } }));
  }

  /** The person's own first step where this exam has an image for it, else the practice's. */
  private start({ hanging, images }: Manifest): string {
    const own = hanging.layouts.find(({ id }) => id === kept<string>("start"));
    const shows = own?.cells.some(({ image }) => images.some(({ id }) => id === image));
    return own && shows ? own.id : hanging.initial;
  }

  private takeImage(image: ImageInfo): void {
    const pane = this.panes.get(image.id);
    if (pane) pane.update(image);
    else this.panes.set(image.id, new Pane(image, this.gpu, () => void this.panes.get(image.id)?.open(), (drawn) => this.drawnListeners.forEach((listener) => listener(drawn))));
  }

  /** The graphics card went (every image is drawn by the processor from now on) or came back. */
  async drawWith(gpu: boolean): Promise<void> {
    this.gpu = gpu;
    await Promise.all([...this.panes.values()].map((pane) => pane.drawWith(gpu)));
  }

  /** The case was left: panes give back what they draw on, and nobody is told of anything any more. */
  end(): void {
    this.cine.stop();
    this.sweep.end();
    this.listeners = this.drawnListeners = [];
    for (const pane of this.panes.values()) pane.end();
  }

  /** Images that failed for want of a connection, once more. */
  reopen(): void {
    for (const pane of this.visible()) if (pane.failure?.reason === "network") void pane.open();
  }

  visible(): Pane[] {
    return this.grid.visible();
  }

  show(layoutId: string): void {
    const layouts = this.manifest?.hanging.layouts ?? [];
    const layout = layouts.find(({ id }) => id === layoutId) ?? besideLayout(this, layoutId) ?? layouts.find(({ id }) => id === this.manifest?.hanging.initial);
    if (!layout) return;
    const places = this.layout?.back === layoutId ? this.places() : null;
    const at = this.layout?.cells.findIndex(({ image }) => image === this.active?.image.id) ?? -1;
    this.layout = layout;
    this.grid.show(layout);
    if (places) this.takePlaces(places, at);
    if (!this.active || !this.visible().includes(this.active)) this.activate(this.visible()[0] ?? null);
    announce(gettext("Layout %(label)s", { label: layout.label }));
    this.tell();
  }

  /** How far each place of the layout is from its hanging, so that another image in that place can take it over. */
  private places(): (Offset | null)[] {
    return this.grid.places().map((pane) => pane && offsetOf(pane.image, pane.view, pane.hung, pane.size));
  }

  private takePlaces(places: (Offset | null)[], active: number): void {
    this.grid.places().forEach((pane, at) => {
      const offset = places[at];
      if (pane && offset) pane.setView(follow(pane.image, pane.hung, pane.size, offset));
      if (pane && at === active) this.activate(pane);
    });
  }

  activate(pane: Pane | null): void {
    if (this.active === pane) return;
    this.active?.element.classList.remove("active");
    this.active = pane;
    pane?.element.classList.add("active");
    pane?.stack?.lead();
    this.tell();
  }

  dropUnfinished(): void {
    this.unfinished?.pane.draftLayer.replaceChildren();
    this.unfinished = null;
  }

  take(tool: Tool): void {
    this.dropUnfinished();
    this.tool = tool;
    this.tell();
  }

  /** Move one pane's view; linked panes keep the same distance from their own hanging, mirrored for the other breast. */
  moveView(pane: Pane, view: View): void {
    pane.setView(view);
    if (this.linked && !pane.image.companion) {
      const offset = offsetOf(pane.image, view, pane.hung, pane.size);
      for (const other of this.others(pane)) other.setView(follow(other.image, other.hung, other.size, offset));
      this.moved(offset);
    }
  }

  /** Change one pane's grey; linked panes make the same change to their own first window. */
  moveGrey(pane: Pane, grey: Grey): void {
    pane.setGrey(grey);
    if (!this.linkedGrey) return;
    const base = presets(pane.image)[0];
    for (const other of this.others(pane)) {
      const own = presets(other.image)[0];
      if (base && own) other.setGrey({ ...own, label: grey.label, invert: grey.invert, ...followed(base, grey, own) });
    }
  }

  private others(pane: Pane): Pane[] {
    return this.visible().filter((other) => other !== pane && !other.image.companion && !pane.image.companion);
  }

  /** The panes a command is for: the active one, or all on the screen when they are linked (`grey`: when their windows are). */
  targets(grey = false): Pane[] {
    if (grey ? this.linkedGrey : this.linked) return this.visible();
    return this.active ? [this.active] : [];
  }

  /** Show in the other images where this place would be; null ends it. */
  point(pointing: { pane: Pane; at: Point } | null): void {
    this.pointing = pointing;
    refreshGuides(this);
    for (const pane of this.visible()) pane.drawOverlays();
  }

  refreshMarks(): void {
    refreshGuides(this);
    for (const pane of this.panes.values()) {
      pane.marks = this.marks.on(pane.image.id);
      pane.chosen.mark = this.marks.chosen;
      if (pane.shown) pane.drawOverlays();
    }
  }

  /** Outlines and saliency as the settings say, for whatever the manifest has revealed. */
  refreshFindings(): void {
    const { chosenFinding: chosen } = this;
    const linked = this.manifest?.results?.images[chosen?.image ?? ""]?.findings.find(({ id }) => id === chosen?.finding)?.pairs_with;
    for (const pane of this.panes.values()) {
      const result = this.manifest?.results?.images[pane.image.id];
      pane.stack?.suggest(result?.scored && result.frame_number ? result.frame_number - 1 : null);
      pane.findings = this.outlines ? (result?.findings ?? []) : [];
      pane.chosen.finding = (chosen?.image === pane.image.id ? chosen.finding : linked) ?? null;
      pane.attached = (this.manifest?.objects ?? []).filter(({ id }) => this.attached.has(id)).flatMap(({ graphics }) => graphics.filter(({ image }) => image === pane.image.id));
      this.paintHeat(pane, result?.saliency ?? null);
      if (pane.shown) pane.drawOverlays();
    }
  }

  /** Overlays are fetched when first switched on. */
  private paintHeat(pane: Pane, saliency: { url: string; cell: number } | null): void {
    const settings = { ...this.heat, on: this.heat.on && saliency !== null };
    pane.heat.paint(settings);
    if (!settings.on || !saliency || pane.heat.ready) return;
    pane.heat.load(saliency.url, saliency.cell).then(
      () => (pane.heat.paint({ ...this.heat }), pane.drawOverlays()),
      (error: Error) => announce(`${pane.image.label}: ${error.message}`),
    );
  }
}
