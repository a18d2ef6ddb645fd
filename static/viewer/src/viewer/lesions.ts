/** Others' findings on the images: shown as the panel tells them, and gone to from its rows. */
import { announce } from "./announce";
import { shownPane } from "./commands";
import type { Point } from "./data/types";
import type { OpinionMark } from "./overlay/opinions";
import type { Viewer } from "./viewer";
import { gettext } from "../text/text";

export interface Place {
  image: string;
  at: Point;
}

export function takeOpinions(viewer: Viewer, marks: OpinionMark[]): void {
  for (const pane of viewer.panes.values()) {
    pane.opinions = { marks: marks.filter(({ image }) => image === pane.image.id), chosen: null };
    if (pane.shown) pane.drawOverlays();
  }
}

/** Bring a lesion to the middle of every pane on the screen that has it; else show the first image that has. */
export function goToLesion(viewer: Viewer, lesion: number, places: Place[]): void {
  if (!places.some(({ image }) => viewer.visible().some((pane) => pane.image.id === image))) shownPane(viewer, places[0]?.image ?? "");
  for (const pane of viewer.panes.values()) pane.opinions.chosen = lesion;
  const shown = viewer.visible().flatMap((pane) => places.filter(({ image }) => image === pane.image.id).map(({ at }) => ({ pane, at })));
  for (const { pane, at } of shown) pane.setView({ scale: Math.max(pane.view.scale, pane.hung.scale * 2), centre: at });
  for (const pane of viewer.visible()) pane.drawOverlays();
  viewer.activate(shown[0]?.pane ?? viewer.active);
  announce(gettext("Lesion %(lesion)s on %(images)s", { lesion, images: shown.map(({ pane }) => pane.image.label).join(gettext(" and ")) }));
}
