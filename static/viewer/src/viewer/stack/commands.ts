/** Walking through slices: each a verb on the active pane's stack. */
import type { Action } from "../actions";
import { announce } from "../announce";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { jumpToSlice } from "./jump";
import { type Mode, THICKNESSES } from "./slab";
import { MODE_NAMES, slabSettings } from "./view";
import { gettext } from "../../text/text";

const MODES: (Mode | "off")[] = ["off", "mean", "mip"];

/** The active pane, if it has slices; else says so. */
function stackPane(viewer: Viewer): Pane | null {
  if (viewer.active?.stack) return viewer.active;
  announce(gettext("The chosen image has no slices"));
  return null;
}

/** Some slices on or back. */
export function stepSlice(viewer: Viewer, by: number): void {
  const pane = stackPane(viewer);
  pane?.showFrame(pane.frameIndex + by);
}

/** A slice by its place from the first (0) or, negative, from the last (-1). */
function goToEnd(viewer: Viewer, end: "first" | "last"): void {
  const pane = stackPane(viewer);
  pane?.showFrame(end === "first" ? 0 : pane.image.frames - 1);
}

/** One slice, then the mean, then the densest value of several, and again. */
function nextSlab(viewer: Viewer): void {
  const pane = stackPane(viewer);
  if (!pane) return;
  const { stack } = pane.image;
  if (!stack?.spacing_mm) return announce(stack?.kind === "clip" ? gettext("A clip has no slabs") : gettext("No slab: the header does not say how far the slices are apart"));
  slabSettings.mode = MODES[(MODES.indexOf(slabSettings.mode) + 1) % MODES.length] ?? "off";
  refreshSlabs(viewer);
}

/** A thicker (1) or thinner (-1) slab. */
function slabBy(viewer: Viewer, by: 1 | -1): void {
  const at = THICKNESSES.indexOf(slabSettings.mm) + by;
  slabSettings.mm = THICKNESSES[Math.min(THICKNESSES.length - 1, Math.max(0, at))] ?? slabSettings.mm;
  if (slabSettings.mode === "off") slabSettings.mode = "mean";
  refreshSlabs(viewer);
}

function refreshSlabs(viewer: Viewer): void {
  for (const pane of viewer.visible()) pane.stack?.refresh();
  const { mode, mm } = slabSettings;
  announce(mode === "off" ? gettext("Single slices") : gettext("%(mode)s of %(mm)s mm", { mode: MODE_NAMES[mode], mm }));
  viewer.tell();
}

/** Start or stop playing the active stack. */
function toggleCine(viewer: Viewer): void {
  const { cine } = viewer;
  const pane = cine.playing ? null : stackPane(viewer);
  if (cine.playing) cine.stop(), announce(gettext("Stopped"));
  else if (pane) cine.start(pane), announce(gettext("Plays %(rate)s frames a second", { rate: cine.rate }));
  viewer.tell();
}

function hurryCine(viewer: Viewer, factor: number): void {
  viewer.cine.hurry(factor);
  announce(gettext("%(rate)s frames a second", { rate: viewer.cine.rate }));
}

const slabOn = (): boolean => slabSettings.mode !== "off";

export const STACK_ACTIONS: Action[] = [
  { id: "slab", label: gettext("Slab: single slices, mean, MIP"), keys: ["Shift+S"], group: "Slices", run: nextSlab, pressed: slabOn },
  { id: "thicker-slab", label: gettext("Thicker slab"), keys: ["9"], group: "Slices", run: (v) => slabBy(v, 1) },
  { id: "thinner-slab", label: gettext("Thinner slab"), keys: ["8"], group: "Slices", run: (v) => slabBy(v, -1) },
  { id: "next-slice", label: gettext("Next slice"), keys: ["PageDown"], group: "Slices", run: (v) => stepSlice(v, 1) },
  { id: "last-slice", label: gettext("Previous slice"), keys: ["PageUp"], group: "Slices", run: (v) => stepSlice(v, -1) },
  { id: "cine", label: gettext("Cine: play and stop"), keys: ["Shift+C"], group: "Slices", run: toggleCine, pressed: (v) => v.cine.playing !== null },
  { id: "faster-cine", label: gettext("Faster cine"), keys: [">"], group: "Slices", run: (v) => hurryCine(v, 1.25) },
  { id: "slower-cine", label: gettext("Slower cine"), keys: ["<"], group: "Slices", run: (v) => hurryCine(v, 0.8) },
  { id: "jump", label: gettext("The slice of this place"), keys: ["Shift+G"], group: "Slices", run: (v) => void jumpToSlice(v) },
  { id: "five-slices-on", label: gettext("Five slices on"), keys: ["Shift+PageDown"], group: "Slices", run: (v) => stepSlice(v, 5) },
  { id: "five-slices-back", label: gettext("Five slices back"), keys: ["Shift+PageUp"], group: "Slices", run: (v) => stepSlice(v, -5) },
  { id: "first-slice", label: gettext("First slice"), keys: ["Home"], group: "Slices", run: (v) => goToEnd(v, "first") },
  { id: "end-slice", label: gettext("Last slice"), keys: ["End"], group: "Slices", run: (v) => goToEnd(v, "last") },
];
