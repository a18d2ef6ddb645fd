/** From a place on a plain or synthetic 2D image to the slice of the tomosynthesis in which it lies. */
import { announce } from "../announce";
import { shownPane } from "../commands";
import { loaded } from "../data/source";
import { imagesOf, nameOf, type ImageInfo, type Point } from "../data/types";
import { counterpart } from "../geometry/breast";
import { unit } from "../geometry/pose";
import { placeOf } from "../marks/guides";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { contrast, largest } from "./focus";
import { gettext } from "../../text/text";

const RADIUS = 4; // mm around the place within which contrast is measured; pixels/10 where no spacing is known

/** The stack of the same view of the same breast in the same exam; the image itself when it is one. */
function stackOf(viewer: Viewer, image: ImageInfo): ImageInfo | undefined {
  if (image.stack?.kind === "tomosynthesis") return image;
  const all = viewer.manifest ? imagesOf(viewer.manifest) : [];
  const same = (other: ImageInfo): boolean => other.laterality === image.laterality && other.view === image.view && other.prior?.name === image.prior?.name;
  return all.find((other) => other.stack?.kind === "tomosynthesis" && same(other));
}

/** The place meant: where the reader points, the chosen mark, the pointer, else the middle of what is seen. */
function placeMeant(viewer: Viewer, pane: Pane): [Point, string] {
  const { pointing, hover } = viewer;
  if (pointing?.pane === pane) return [pointing.at, gettext("the place pointed at")];
  const mark = viewer.marks.get(viewer.marks.chosen ?? "");
  const at = mark?.image === pane.image.id ? placeOf(mark) : null;
  if (at) return [at, gettext("the chosen mark")];
  if (hover?.pane === pane) return [hover.at, gettext("the pointer's place")];
  return [pane.view.centre, gettext("the middle of the image")];
}

/** The same place on the stack: the very pixel where both have one grid, else as far from the chest wall; null without millimetres. */
function onStack(from: ImageInfo, at: Point, to: ImageInfo): Point | null {
  const one = JSON.stringify([from.rows, from.columns, from.pose, from.spacing.mm]) === JSON.stringify([to.rows, to.columns, to.pose, to.spacing.mm]);
  if (one) return at;
  const found = counterpart(from, at, to, { from: null, to: null });
  return found?.kind === "place" ? found.at : null;
}

/** Go to the slice of the active image's place; says by what it was chosen. */
export async function jumpToSlice(viewer: Viewer): Promise<void> {
  const pane = viewer.active;
  const stack = pane && stackOf(viewer, pane.image);
  if (!pane || !stack) return announce(gettext("There is no tomosynthesis of this view"));
  const [place, meant] = placeMeant(viewer, pane);
  const at = onStack(pane.image, place, stack);
  if (!at) return announce(gettext("The place cannot be carried over: one of the images has no millimetres"));
  const there = shownPane(viewer, stack.id);
  if (!there) return;
  const suggested = slotOf(viewer, stack, at);
  const before = there.frameIndex;
  const chosen = suggested === null ? await inFocus(there, at) : { slice: suggested, by: gettext("the suggestion's region") };
  if (!there.shown || there.frameIndex !== before) return; // the reader went on while slices came
  if (!chosen) return announce(gettext("No slice of %(name)s is there yet", { name: nameOf(stack) }));
  there.showFrame(chosen.slice);
  if (pane !== there) there.setView({ scale: Math.max(there.view.scale, pane.view.scale), centre: pane.view === pane.hung ? there.view.centre : at });
  there.guides = [{ kind: "place", at }];
  there.drawOverlays();
  announce(gettext("%(name)s, slice %(slice)s: %(meant)s, by %(by)s", { name: nameOf(stack), slice: chosen.slice + 1, meant, by: chosen.by }));
  viewer.tell();
}

/** The slice of a suggested region that holds the place; only of what the server has revealed. */
function slotOf(viewer: Viewer, stack: ImageInfo, [x, y]: Point): number | null {
  const result = viewer.manifest?.results?.images[stack.id];
  const inside = result?.findings.some(({ box: [x0, y0, x1, y1] }) => x >= x0 && x <= x1 && y >= y0 && y <= y1);
  return inside && result?.frame_number ? result.frame_number - 1 : null;
}

/** The slice with the strongest contrast around the place, of those that are there once no more come; null where none is. */
async function inFocus({ image, stack }: Pane, at: Point): Promise<{ slice: number; by: string } | null> {
  if (!stack) return null;
  await stack.settled();
  const [x, y] = unit(image.spacing);
  const radius: Point = image.spacing.mm ? [RADIUS / x, RADIUS / y] : [image.columns / 10, image.columns / 10];
  const all = stack.slices.ids.map((id) => loaded(id));
  const slice = largest(all.map((frame) => frame && contrast(frame, at, radius)));
  const count = all.filter(Boolean).length;
  const of = count < all.length ? gettext(", of the %(count)s of %(all)s slices that are there", { count, all: all.length }) : "";
  return slice === null ? null : { slice, by: gettext("the strongest contrast within %(reach)s", { reach: image.spacing.mm ? RADIUS + " mm" : gettext("a tenth of the width") }) + of };
}
