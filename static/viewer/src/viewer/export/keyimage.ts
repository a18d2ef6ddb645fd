/** Key images of one's own read: chosen here, kept by the read form, drawn by the server once the read is locked. */
import { announce } from "../announce";
import { nameOf } from "../data/types";
import type { Viewer } from "../viewer";
import { gettext } from "../../text/text";

/** Take the active image, as it is windowed now, into the report, or off it again. The form beside says which. */
export function toggleKeyImage({ active }: Viewer): void {
  if (!active) return announce(gettext("Choose an image first"));
  if (active.image.prior) return announce(gettext("Key images are of the exam that is read, not of an earlier one"));
  if (active.image.burnt_in === "yes") return announce(gettext("Text is burnt into %(name)s, and it may hold a name: it stays out of the report", { name: nameOf(active.image) }));
  const { center, width, function: kind, lut, invert } = active.grey;
  const chosen = { image: active.image.id, frame: active.frameIndex + 1, center, width, function: kind, lut: active.grey.kind === "lut" ? lut : null, invert };
  const asked = new CustomEvent("overread:key-image", { detail: { chosen, say: announce, name: nameOf(active.image) }, cancelable: true });
  if (document.dispatchEvent(asked)) announce(gettext("Key images belong to a read: open yours to choose them"));
}
