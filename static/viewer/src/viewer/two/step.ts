/** Keeps one window's viewer in step with the other's: zoom and place, windows, what is shown of the suggestion, marks. */
import { announce } from "../announce";
import { follow, type Offset } from "../geometry/hang";
import { followed, type Grey, presets } from "../grey/grey";
import type { Viewer } from "../viewer";
import type { Channel, Message, Settings } from "./channel";
import { gettext } from "../../text/text";

const settingsOf = ({ heat, outlines, linked, linkedGrey }: Viewer): Settings => ({ heat: { ...heat }, outlines, linked, linkedGrey });

export class InStep {
  private settings: string;
  private grey = "";

  constructor(private readonly viewer: Viewer, private readonly channel: Channel) {
    this.settings = JSON.stringify(settingsOf(viewer));
    viewer.moved = (offset) => channel.send({ kind: "view", offset });
    viewer.onChange(() => this.changed());
    viewer.onDrawn((pane) => pane === viewer.active && this.greyed(pane.image.id, pane.grey));
  }

  /** What both kinds of window follow; answers whether it was such a message. */
  hear(message: Message): boolean {
    if (message.kind === "view") this.view(message.offset);
    else if (message.kind === "grey") this.takeGrey(message.image, message.grey);
    else if (message.kind === "settings") this.take(message.settings);
    else return false;
    return true;
  }

  /** Everything that the other window has to know when it comes later. */
  tellAll(): void {
    this.channel.send({ kind: "settings", settings: settingsOf(this.viewer) });
    const { active } = this.viewer;
    if (active && this.viewer.linkedGrey) this.channel.send({ kind: "grey", image: active.image.id, grey: active.grey });
  }

  private changed(): void {
    const now = settingsOf(this.viewer);
    if (JSON.stringify(now) === this.settings) return;
    this.settings = JSON.stringify(now);
    this.channel.send({ kind: "settings", settings: now });
  }

  private take(settings: Settings): void {
    const { viewer } = this;
    this.settings = JSON.stringify(settings);
    Object.assign(viewer.heat, settings.heat);
    Object.assign(viewer, { outlines: settings.outlines, linked: settings.linked, linkedGrey: settings.linkedGrey });
    viewer.refreshFindings();
    viewer.tell();
  }

  private view(offset: Offset | null): void {
    for (const pane of this.viewer.visible()) pane.setView(offset ? follow(pane.image, pane.hung, pane.size, offset) : pane.hung);
  }

  private greyed(image: string, grey: Grey): void {
    const now = JSON.stringify([image, grey]);
    const first = this.grey === "";
    if (now === this.grey) return;
    this.grey = now;
    if (!first && this.viewer.linkedGrey) this.channel.send({ kind: "grey", image, grey });
  }

  private takeGrey(image: string, grey: Grey): void {
    const of = this.viewer.panes.get(image)?.image;
    const base = of && presets(of);
    if (!base?.[0]) return;
    const at = base.findIndex(({ label }) => label === grey.label);
    for (const pane of this.viewer.visible()) {
      const own = presets(pane.image);
      const same = at >= 0 ? own[Math.min(at, own.length - 1)] : own[0];
      if (same) pane.setGrey({ ...same, label: grey.label === "Custom" ? "Custom" : same.label, invert: grey.invert, ...(at < 0 ? followed(base[0], grey, same) : {}) });
    }
    const { active } = this.viewer;
    if (active) this.grey = JSON.stringify([active.image.id, active.grey]);
    this.viewer.tell();
  }
}

/** Opens the second window, or brings it to the front. */
export function openSecond(): void {
  const address = new URL(location.href);
  if (address.searchParams.get("window") === "2") return announce(gettext("This is the second window"));
  address.searchParams.set("window", "2");
  const opened = window.open(address, "overread-second", "popup,width=1200,height=900");
  announce(opened ? gettext("Second window: move it to the other monitor") : gettext("The browser kept the second window from opening: allow pop-ups for this page"));
}
