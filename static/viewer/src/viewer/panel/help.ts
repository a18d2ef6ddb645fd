/** The keys, as a side sheet that covers no image (`?`). */
import { type Action, ACTIONS } from "../actions";
import { el } from "../dom";
import { singleKeys } from "../input/keyboard";
import { keyName } from "./toolbar";

const MOUSE: [string, string][] = [
  ["Left drag", "The tool in hand"],
  ["Right drag", "Zoom"],
  ["Middle drag, or Shift and left", "Pan"],
  ["Wheel", "Zoom at the pointer; slices where there are several; lens size with the magnifier"],
  ["Double click", "This image alone, and back"],
  ["Arrow keys", "Move the tool in hand: window, zoom, pan, lens or drawing cross"],
  ["Enter, with a drawing tool", "Set the first point, then the second"],
];

export class Help {
  constructor(private readonly element: HTMLElement, extra: Action[]) {
    const close = el("button", { type: "button", class: "btn-close", "aria-label": "Close help" });
    close.addEventListener("click", () => this.toggle());
    const actions = [...ACTIONS, ...extra];
    const groups = [...new Set(actions.map(({ group }) => group))];
    this.element.append(
      el("div", { class: "help-head" }, el("h2", {}, "Keys"), close),
      ...groups.map((group) => section(group, actions.filter((action) => action.group === group).map(row))),
      section("Mouse", MOUSE.map(([key, label]) => pair([key], label))),
      this.setting(),
    );
  }

  toggle(): void {
    this.element.hidden = !this.element.hidden;
    if (!this.element.hidden) this.element.querySelector("button")?.focus();
  }

  private setting(): HTMLElement {
    const box = el("input", { type: "checkbox", class: "form-check-input", id: "single-keys", checked: singleKeys.on });
    box.addEventListener("change", () => (singleKeys.on = box.checked));
    return el("div", { class: "form-check help-setting" }, box, el("label", { class: "form-check-label", for: "single-keys" }, "Single keys work everywhere (off: only while an image has the focus)"));
  }
}

function section(title: string, rows: HTMLElement[]): HTMLElement {
  return el("section", {}, el("h3", {}, title), el("dl", { class: "help-keys" }, ...rows));
}

const row = (action: Action): HTMLElement => pair(action.keys.slice(0, 1).map(keyName), action.label);

function pair(keys: string[], label: string): HTMLElement {
  return el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", {}, key))), el("dd", {}, label));
}
