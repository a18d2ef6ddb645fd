/** The key images of the read: chosen in the viewer, listed here, at most eight. */
import { toggled } from "./body";
import { button, el } from "./dom";
import { labelOf } from "./seam";
import type { Body, KeyImage } from "./types";
import { gettext } from "../text/text";

interface Asked {
  chosen: KeyImage;
  name: string;
  say: (words: string) => void;
}

export class KeyImages {
  constructor(private readonly list: HTMLElement, private readonly body: Body, private readonly changed: () => void, signal: AbortSignal) {
    document.addEventListener("overread:key-image", (event) => this.take(event as CustomEvent<Asked>), { signal });
    this.draw();
  }

  private take(event: CustomEvent<Asked>): void {
    event.preventDefault(); // somebody keeps it
    const { chosen, name, say } = event.detail;
    say(toggled(this.body, chosen, name));
    this.draw();
    this.changed();
  }

  draw(): void {
    const chips = (this.body.key_images ?? []).map((each, at) => {
      const name = `${labelOf(each.image)}${each.frame > 1 ? ` ${gettext("slice %(frame)s", { frame: each.frame })}` : ""}`;
      return el("li", { class: "rf-mark" }, el("span", {}, name), button("×", () => this.drop(at), { "aria-label": gettext("Take %(name)s off the report", { name }) }));
    });
    this.list.replaceChildren(...chips);
  }

  private drop(at: number): void {
    this.body.key_images?.splice(at, 1);
    this.draw();
    this.changed();
  }
}
