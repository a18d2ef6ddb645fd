/** A first look: the image at a lower resolution while the rest of its bytes arrives. It is marked as such, and gone with the first drawing of the whole. */
import type { Frame } from "../data/frames";
import type { ImageInfo } from "../data/types";
import { el } from "../dom";
import type { View } from "../geometry/pose";
import type { Grey } from "../grey/grey";
import { CpuSurface } from "./surface";
import { gettext } from "../../text/text";

export class FirstLook {
  readonly element = el("div", { class: "stage first-look", hidden: true });
  readonly words = el("p", { class: "first-look-words", role: "status", hidden: true });
  private surface: CpuSurface | null = null;
  step: number | null = null;

  take(frame: Frame): void {
    this.surface ??= new CpuSurface(this.element);
    void this.surface.show(frame);
    this.step = frame.step ?? 1;
    this.element.hidden = this.words.hidden = false;
    this.words.textContent = gettext("Loading: one pixel of %(step)s × %(step)s is shown", { step: this.step });
  }

  draw(image: ImageInfo, view: View, grey: Grey): void {
    this.surface?.draw(image, view, grey);
  }

  end(): void {
    if (this.step === null) return;
    this.step = this.surface = null;
    this.element.hidden = this.words.hidden = true;
    this.element.replaceChildren();
    this.words.textContent = "";
  }
}
