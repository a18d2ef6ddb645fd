/** `window.overreadViewer`: a read-only look inside, for tests and for support; it changes nothing. */
import type { Affine } from "./geometry/affine";
import { apply } from "./geometry/affine";
import type { Point } from "./data/types";
import type { View } from "./geometry/pose";
import type { Grey } from "./grey/grey";
import type { Pane } from "./pane/pane";
import type { Viewer } from "./viewer";

interface PaneState {
  image: string;
  label: string;
  view: View;
  hung: View;
  grey: Grey;
  frame: number;
  drawn: boolean;
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
      panes: viewer.visible().map(paneState),
      analysis: viewer.manifest?.analysis.state ?? null,
      revealed: Boolean(viewer.manifest?.results),
    }),
    storedToCanvas: (image: string, at: Point) => (pane(image) ? apply((pane(image) as Pane).toCanvas, at) : null),
    canvasToStored: (image: string, at: Point) => pane(image)?.toStored(at) ?? null,
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
    frame: pane.frameIndex,
    drawn: pane.ready && pane.frame !== null && pane.canvas !== null,
    failure: pane.failure?.reason ?? null,
    box: { x, y, width, height },
    toCanvas: pane.toCanvas,
  };
}
