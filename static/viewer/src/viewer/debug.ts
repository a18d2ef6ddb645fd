/** `window.overreadViewer`: a read-only look inside, for tests and for support; it changes nothing. */
import type { Affine } from "./geometry/affine";
import { apply } from "./geometry/affine";
import { heldAhead } from "./data/source";
import type { Point } from "./data/types";
import type { View } from "./geometry/pose";
import type { Grey } from "./grey/grey";
import { count } from "./pane/early";
import type { Pane } from "./pane/pane";
import { fetcher } from "./stack/fetcher";
import type { Viewer } from "./viewer";

interface PaneState {
  image: string;
  label: string;
  view: View;
  hung: View;
  grey: Grey;
  /** The slice on the screen, and the one asked for; from 0. */
  frame: number;
  asked: number;
  slab: string | null;
  drawn: boolean;
  /** Stored pixels for one of the first look that stands in for the whole. */
  look: number | null;
  failure: string | null;
  box: { x: number; y: number; width: number; height: number };
  toCanvas: Affine;
}

export function inspection(viewer: Viewer): Record<string, unknown> {
  const pane = (image: string): Pane | undefined => viewer.panes.get(image);
  return Object.freeze({
    state: () => ({
      layout: viewer.layout?.id ?? null,
      active: viewer.active?.image.id ?? null,
      tool: viewer.tool,
      linked: viewer.linked,
      linkedGrey: viewer.linkedGrey,
      heat: { ...viewer.heat },
      outlines: viewer.outlines,
      marks: viewer.marks.all(),
      seen: viewer.sweep.shares(),
      ahead: heldAhead().length,
      prepared: count(),
      panes: viewer.visible().map(paneState),
      analysis: viewer.manifest?.analysis.state ?? null,
      revealed: Boolean(viewer.manifest?.results),
      cine: { playing: viewer.cine.playing?.image.id ?? null, rate: viewer.cine.rate, drawn: viewer.cine.drawn },
      slices: { bytes: fetcher().memory.bytes, budget: fetcher().memory.budget, count: fetcher().memory.count },
    }),
    storedToCanvas: (image: string, at: Point) => (pane(image) ? apply((pane(image) as Pane).toCanvas, at) : null),
    /** Modality values of what is on the screen, row by row; of a slab those that were computed. */
    values: (image: string) => Array.from(pane(image)?.frame?.values ?? []),
    canvasToStored: (image: string, at: Point) => pane(image)?.toStored(at) ?? null,
    /** [rows, columns] as stored. */
    shape: (image: string) => [pane(image)?.image.rows, pane(image)?.image.columns],
    /** The decoded modality value at a stored pixel; null where the whole image is not there. */
    valueAt: (image: string, [x, y]: Point) => {
      const frame = pane(image)?.frame;
      return frame?.values[y * frame.columns + x] ?? null;
    },
    /** What the renderer itself answers (worldToCanvas), to hold against our own maths. */
    rendererToCanvas: (image: string, at: Point) => pane(image)?.locate(at) ?? null,
  });
}

function paneState(pane: Pane): PaneState {
  const { x, y, width, height } = pane.stage.getBoundingClientRect();
  return {
    image: pane.image.id,
    label: pane.image.label,
    view: pane.view,
    hung: pane.hung,
    grey: pane.grey,
    frame: pane.stack ? (pane.stack.shown ?? -1) : 0,
    asked: pane.frameIndex,
    slab: pane.stack?.slab ?? null,
    drawn: pane.ready && pane.frame !== null && pane.canvas !== null,
    look: pane.looking,
    failure: pane.failure?.reason ?? null,
    box: { x, y, width, height },
    toCanvas: pane.toCanvas,
  };
}
