/** The desk as it was left, for a reload: layout, tool, views, windows, slices and loose marks. Findings live in the read. */
import type { Mark } from "../data/types";
import { follow, type Offset, offsetOf } from "../geometry/hang";
import { type Grey, presets } from "../grey/grey";
import type { Tool, Viewer } from "../viewer";
import { keep, kept } from "./person";

const VERSION = 1;
const session = (): Storage => sessionStorage; // gone with the tab: a shared screen keeps nobody's desk

interface PaneMemory {
  grey: Grey;
  frame: number;
  /** How far from its hanging; only of images on the screen. */
  offset?: Offset;
}

export interface Memory {
  version: number;
  layout: string;
  active: string | null;
  tool: Tool;
  linked: boolean;
  linkedGrey?: boolean;
  panes: Record<string, PaneMemory>;
  marks: Mark[];
  /** What was seen at one to one, and whether the small maps are shown. */
  seen: Record<string, string>;
  maps: boolean;
}

/** The desk in a form that fits any size of window. */
export function remember(viewer: Viewer): Memory | null {
  if (!viewer.layout) return null;
  const shown = new Set(viewer.visible());
  const panes = [...viewer.panes].map(([id, pane]): [string, PaneMemory] => {
    const held = { grey: pane.grey, frame: pane.frameIndex };
    const measured = shown.has(pane) && pane.size.width > 0;
    return [id, measured ? { ...held, offset: offsetOf(pane.image, pane.view, pane.hung, pane.size) } : held];
  });
  const { layout, active, tool, linked, linkedGrey, armed } = viewer;
  return {
    version: VERSION, layout: layout.id, active: active?.image.id ?? null, tool: armed?.before ?? tool, linked, linkedGrey,
    panes: Object.fromEntries(panes), marks: viewer.marks.loose(), seen: viewer.sweep.kept, maps: viewer.sweep.on,
  };
}

/** Before anything is shown: greys and slices, so that no image flashes up otherwise. */
export function recallPanes(viewer: Viewer, memory: Memory): void {
  for (const [id, { grey, frame }] of Object.entries(memory.panes)) {
    const pane = viewer.panes.get(id);
    if (!pane) continue;
    const known = grey.label === "Custom" || presets(pane.image).some(({ label }) => label === grey.label);
    if (known) pane.grey = grey;
    pane.frameIndex = Math.min(frame, pane.image.frames - 1);
  }
  viewer.sweep.recall(memory.seen ?? {});
  viewer.sweep.on = memory.maps;
  viewer.tool = memory.tool;
  viewer.linked = memory.linked;
  viewer.linkedGrey = memory.linkedGrey ?? true;
}

/** Once the layout hangs: each image as far from its hanging as it was. */
export function recallViews(viewer: Viewer, memory: Memory): void {
  for (const pane of viewer.visible()) {
    const offset = memory.panes[pane.image.id]?.offset;
    if (offset) pane.setView(follow(pane.image, pane.hung, pane.size, offset));
  }
  const active = viewer.panes.get(memory.active ?? "");
  if (active && viewer.visible().includes(active)) viewer.activate(active);
  viewer.marks.restore(memory.marks.filter(({ image }) => viewer.panes.has(image)));
}

/** Keeps a viewer's desk under `name`; returns what was left there. */
export function watch(viewer: Viewer, name: string): Memory | null {
  const save = (): void => {
    const memory = remember(viewer);
    if (memory) keep(name, memory, session);
  };
  let due: number | undefined;
  viewer.onChange(() => {
    window.clearTimeout(due);
    due = window.setTimeout(save, 500);
  });
  window.addEventListener("pagehide", save, { signal: viewer.signal });
  viewer.signal.addEventListener("abort", () => (window.clearTimeout(due), save()));
  const left = kept<Memory>(name, session);
  return left?.version === VERSION ? left : null;
}
