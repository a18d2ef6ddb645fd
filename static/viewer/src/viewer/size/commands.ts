/** Sizes that mean something: true size on a calibrated screen, and how large an image is beside it. */
import { announce } from "../announce";
import { zoomAt } from "../geometry/pose";
import type { Viewer } from "../viewer";
import { openCalibration } from "./calibrate";
import { pixelsPerMm } from "./screen";
import { gettext } from "../../text/text";

/** Millimetres of the breast as millimetres on the screen, around the middle of what is seen. */
export function trueSize(viewer: Viewer): void {
  const pane = viewer.active;
  const scale = pixelsPerMm();
  if (!pane) return;
  if (pane.image.spacing.mm === null) return announce(gettext("This image states no pixel spacing: there is no true size"));
  if (scale === null) return calibrateScreen(viewer);
  const { width, height } = pane.size;
  viewer.moveView(pane, zoomAt(pane.image, pane.view, pane.size, scale / pane.view.scale, [width / 2, height / 2]));
  announce(pane.image.spacing.calibrated ? gettext("True size") : gettext("True size as far as the image's spacing can be trusted: it is uncalibrated"));
  viewer.tell();
}

export function calibrateScreen(viewer: Viewer): void {
  openCalibration(() => {
    for (const pane of viewer.visible()) pane.invalidate();
    viewer.tell();
  });
}
