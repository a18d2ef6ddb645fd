/** The server's rendering over a viewport: for an image that this browser cannot decode, or cannot draw as it should. */
import { announce } from "../announce";
import { type ImageInfo, nameOf } from "../data/types";
import { el } from "../dom";
import type { Grey } from "../grey/grey";
import { gettext } from "../../text/text";

const CAPTION = gettext("Not for diagnosis: the server's rendering, reduced, 8 bits.");
const DRAWS = gettext("The server draws this image.");
const NO_ANSWER = gettext("The server's rendering could not be fetched. Try again.");
const PAUSE = 1000; // ms between two looks for a picture that is being drawn

/** Whether the server draws such an image at all: ultrasound and MRI it does not. */
export const canRender = (image: ImageInfo): boolean => Boolean(image.rendering_url) && !image.companion;

/** The address of the picture through the window that the reader has. */
export function addressOf(image: ImageInfo, frame: number, grey: Grey): string {
  const told: Record<string, string> = { frame: `${frame + 1}`, center: `${grey.center}`, width: `${grey.width}`, function: grey.function, invert: `${grey.invert}` };
  if (grey.kind === "lut") told["lut"] = `${grey.lut}`;
  return `${image.rendering_url}?${new URLSearchParams(told).toString()}`;
}

export class Rendering {
  readonly element = el("figure", { class: "rendering", hidden: true });
  private readonly words = el("p", { role: "status" });
  private readonly close = el("button", { type: "button", class: "btn btn-sm btn-outline-light" }, gettext("Close"));
  private ends = new AbortController();
  private held = "";

  constructor() {
    this.close.addEventListener("click", () => this.hide());
  }

  get shown(): boolean {
    return !this.element.hidden;
  }

  /** Fetch it, as often as the server asks to wait, and show it. */
  async show(image: ImageInfo, frame: number, grey: Grey): Promise<void> {
    this.hide();
    const { signal } = (this.ends = new AbortController());
    this.element.hidden = false;
    this.element.dataset["chest"] = image.chest_wall;
    this.say(DRAWS);
    try {
      const answer = await this.fetched(addressOf(image, frame, grey), signal);
      if (answer.status === 200) this.take(URL.createObjectURL(await answer.blob()), nameOf(image));
      else this.say(((await answer.json()) as { detail?: string }).detail ?? NO_ANSWER);
    } catch {
      if (!signal.aborted) this.say(NO_ANSWER);
    }
  }

  hide(): void {
    this.ends.abort();
    this.element.hidden = true;
    this.element.replaceChildren();
    if (this.held) URL.revokeObjectURL(this.held);
    this.held = "";
  }

  private async fetched(url: string, signal: AbortSignal): Promise<Response> {
    for (;;) {
      const answer = await fetch(url, { signal, cache: "no-store" });
      if (answer.status !== 202) return answer;
      await new Promise((done) => setTimeout(done, PAUSE));
      signal.throwIfAborted();
    }
  }

  private take(url: string, name: string): void {
    this.held = url;
    this.say(CAPTION);
    this.element.prepend(el("img", { src: url, alt: `${name}. ${CAPTION}` }));
    announce(`${name}. ${CAPTION}`);
  }

  private say(text: string): void {
    this.words.textContent = text;
    this.element.replaceChildren(el("figcaption", {}, this.words, this.close));
  }
}
