/** Keys that leave the images: to the read form beside them, and to the next case. */
import { announce } from "../announce";
import { byId } from "../dom";
import type { Viewer } from "../viewer";
import { gettext } from "../../text/text";

/** Put the focus where the form beside waits for an answer; its side comes back if it was hidden. */
export function toReadForm(viewer: Viewer): void {
  const side = byId("viewer-side");
  const hidden = side.hidden;
  side.hidden = false;
  const nobody = document.dispatchEvent(new CustomEvent("overread:read-form", { cancelable: true }));
  side.hidden = hidden && nobody;
  if (nobody) announce(gettext("There is no read to fill in here"));
  viewer.tell();
}

/** Back from the form: keys are the images' again. */
export function toImages(viewer: Viewer): void {
  (viewer.active ?? viewer.visible()[0])?.element.focus({ preventScroll: true });
}

/** The neighbour in the list that the case was opened from; the page's own link says where. */
export function toCase(way: "next" | "previous"): void {
  const link = document.querySelector<HTMLAnchorElement>(`[data-go="${way}"]`);
  if (link) link.click();
  else announce(gettext("There is no list of cases here"));
}
