/** The graphics card gone and back: the processor draws meanwhile and the page says so; as soon as the card answers, it draws again. */
import { announce } from "../announce";
import type { Viewer } from "../viewer";
import * as renderer from "./renderer";
import { gettext } from "../../text/text";

const LOST = gettext("The graphics card stopped. Images are drawn by the processor: slower, and not meant for diagnosis. The card is used again as soon as it answers.");
const GIVEN_UP = gettext("The graphics card keeps stopping. Images are drawn by the processor: slower, and not meant for diagnosis. Reload the page, or use another computer.");
const WAIT = [2_000, 5_000]; // ms to the first look, and between the next ones
const OFTEN = 3;

/** `warn`: a strip above the images, null takes it away. */
export function watchCard(viewer: Viewer, warn: (text: string | null) => void): void {
  let losses = 0;
  let away = false;
  let timer: number | undefined;
  viewer.signal.addEventListener("abort", () => (window.clearTimeout(timer), renderer.onContextLost(() => undefined)));
  const look = (): void => {
    if (!renderer.webgl()) return void (timer = window.setTimeout(look, WAIT[1]));
    renderer.now()?.restart();
    away = false;
    void viewer.drawWith(true).then(() => {
      if (away) return;
      warn(null);
      announce(gettext("The graphics card draws again"));
    });
  };
  renderer.onContextLost(() => {
    if (away) return; // each context of one card tells of its own loss
    away = true;
    losses += 1;
    warn(losses < OFTEN ? LOST : GIVEN_UP);
    void viewer.drawWith(false);
    if (losses < OFTEN) timer = window.setTimeout(look, WAIT[0]);
  });
}
