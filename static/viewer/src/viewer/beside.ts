/** Ultrasound and MRI of the same woman, opened beside the mammogram being looked at. They hang in no layout of the exam. */
import { announce } from "./announce";
import { type ImageInfo, type Layout, nameOf } from "./data/types";
import type { Viewer } from "./viewer";
import { gettext } from "../text/text";

const PREFIX = "beside:";

export const companionsOf = ({ manifest }: Viewer): ImageInfo[] => (manifest?.companions ?? []).flatMap(({ images }) => images);

/** The companion on the screen; null where none is. */
export const besideNow = ({ layout }: Viewer): string | null => (layout?.id.startsWith(PREFIX) ? layout.id.slice(PREFIX.length) : null);

/** The layout with this id: the mammogram at hand left, the companion right; undefined for another kind of id or a companion that is gone. */
export function besideLayout(viewer: Viewer, id: string): Layout | undefined {
  const companion = companionsOf(viewer).find((image) => PREFIX + image.id === id);
  if (!companion) return undefined;
  const images = viewer.manifest?.images ?? [];
  const own = [viewer.active, ...viewer.visible()].find((pane) => pane && !pane.image.companion)?.image ?? images[0];
  const cells = [...(own ? [{ image: own.id }] : []), { image: companion.id }];
  return { id, label: nameOf(companion), rows: 1, columns: cells.length, cells, step: false };
}

export const showBeside = (viewer: Viewer, companion: string): void => viewer.show(PREFIX + companion);

/** The first companion beside the mammogram, then the next, and after the last one the layout that was there before. */
export function nextBeside(viewer: Viewer): void {
  const all = companionsOf(viewer);
  if (!all.length) return announce(gettext("There is no ultrasound or MRI of this woman here"));
  const now = besideNow(viewer);
  const next = all[all.findIndex(({ id }) => id === now) + 1];
  if (now === null) viewer.before = viewer.layout?.id ?? "";
  if (next) showBeside(viewer, next.id);
  else viewer.show(viewer.before);
}
