/** The keys, as a side sheet that covers no image (`?`); a press on a key puts another in its place. */
import { type Action, GROUP_NAMES } from "../actions";
import { announce } from "../announce";
import { el } from "../dom";
import { singleKeys } from "../input/keyboard";
import { type Keymap, mayBeUsed, nameOfKey } from "../input/keymap";
import { keyName } from "./toolbar";
import { gettext } from "../../text/text";

const MOUSE: [string, string][] = [
  [gettext("Left drag"), gettext("The tool in hand")],
  [gettext("Right drag"), gettext("Zoom")],
  [gettext("Middle drag, or Shift and left"), gettext("Pan")],
  [gettext("Wheel"), gettext("Zoom at the pointer; slices where there are several; lens size with the magnifier")],
  [gettext("Double click"), gettext("This image alone, and back")],
  [gettext("One finger"), gettext("The tool in hand")],
  [gettext("Two fingers"), gettext("Zoom and pan")],
  [gettext("A finger held still"), gettext("Magnifier")],
  [gettext("Double tap"), gettext("This image alone, and back")],
  [gettext("Arrow keys"), gettext("Move the tool in hand: window, zoom, pan, lens or drawing cross")],
  [gettext("Enter, with a drawing tool"), gettext("Set one point after the other; a pencil line ends with Enter twice in one place")],
];

export class Help {
  private readonly list = el("div");
  private readonly said = el("p", { class: "help-said", role: "status" });

  /** `changed`: called when a key was changed, so that tips are drawn anew. */
  constructor(private readonly element: HTMLElement, private readonly keys: Keymap, private readonly changed: () => void) {
    const close = el("button", { type: "button", class: "btn-close", "aria-label": gettext("Close help") });
    close.addEventListener("click", () => this.toggle());
    const hint = el("p", { class: "help-hint" }, gettext("Press a key's button, then the key you want in its place. Kept for you, in every browser."));
    this.element.append(el("div", { class: "help-head" }, el("h2", {}, gettext("Keys")), close), hint, this.said, this.list, section(gettext("Mouse and touch"), MOUSE.map(([key, label]) => pair(el("kbd", {}, key), label))), this.setting());
    this.draw();
  }

  toggle(): void {
    this.element.hidden = !this.element.hidden;
    if (!this.element.hidden) this.element.querySelector("button")?.focus();
  }

  private draw(focus = ""): void {
    const groups = [...new Set(this.keys.actions.map(({ group }) => group))];
    const reset = el("button", { type: "button", class: "btn btn-sm btn-quiet", hidden: !this.keys.changed }, gettext("All keys as they were"));
    reset.addEventListener("click", () => (this.keys.reset(), this.tell(gettext("All keys are as they were"))));
    this.list.replaceChildren(reset, ...groups.map((group) => section(GROUP_NAMES[group], this.keys.actions.filter((action) => action.group === group).map((action) => this.row(action)))));
    this.list.querySelector<HTMLElement>(`[data-key-of="${focus}"]`)?.focus();
  }

  private row(action: Action): HTMLElement {
    const key = this.keys.firstOf(action);
    const button = el("button", { type: "button", class: "key", "data-key-of": action.id, "aria-label": gettext("%(label)s: %(key)s, change", { label: action.label, key: key ? keyName(key) : gettext("no key") }) }, key ? keyName(key) : gettext("none"));
    button.addEventListener("click", () => this.ask(action, button));
    return pair(button, action.label);
  }

  /** The next key pressed on this button is the action's new one; Escape or leaving the button changes nothing. */
  private ask(action: Action, button: HTMLButtonElement): void {
    button.textContent = gettext("press a key");
    button.classList.add("asking");
    const end = new AbortController();
    const leave = (): void => (end.abort(), this.draw());
    button.addEventListener("blur", leave, { signal: end.signal });
    button.addEventListener("keydown", (event) => {
      const name = nameOfKey(event);
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      end.abort();
      this.give(action, name);
    }, { signal: end.signal });
  }

  private give(action: Action, name: string): void {
    if (name === "Escape") return this.draw(action.id);
    if (!mayBeUsed(name)) return this.tell(gettext("%(keyName)s cannot be given to a command", { keyName: keyName(name) }), action.id);
    const without = this.keys.change(action, name);
    const other = without && { label: without.label };
    const lost = other ? ` ${this.keys.firstOf(without) ? gettext("%(label)s has another key now.", other) : gettext("%(label)s has no key now.", other)}` : "";
    this.tell(`${keyName(name)}: ${action.label}.${lost}`, action.id);
  }

  private tell(words: string, focus = ""): void {
    this.said.textContent = words;
    announce(words);
    this.draw(focus);
    this.changed();
  }

  private setting(): HTMLElement {
    const box = el("input", { type: "checkbox", class: "form-check-input", id: "single-keys", checked: singleKeys.on });
    box.addEventListener("change", () => (singleKeys.on = box.checked));
    return el("div", { class: "form-check help-setting" }, box, el("label", { class: "form-check-label", for: "single-keys" }, gettext("Single keys work everywhere (off: only while an image has the focus)")));
  }
}

function section(title: string, rows: HTMLElement[]): HTMLElement {
  return el("section", {}, el("h3", {}, title), el("dl", { class: "help-keys" }, ...rows));
}

const pair = (key: HTMLElement, label: string): HTMLElement => el("div", {}, el("dt", {}, key), el("dd", {}, label));
