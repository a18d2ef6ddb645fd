/** The thin toolbar: tools, greys, sizes, suggestion; every button says its name and key. */
import { type Action, GROUP_NAMES } from "../actions";
import { usePreset } from "../commands";
import { el } from "../dom";
import { greyName, presets } from "../grey/grey";
import type { Keymap } from "../input/keymap";
import type { Viewer } from "../viewer";
import { Overflow } from "./overflow";
import { gettext } from "../../text/text";

const GROUPS: Action["group"][] = ["Tools", "Marks", "Grey", "Size", "Suggestion", "Page"];
const NAMES: Record<string, string> = { " ": gettext("Space"), Delete: gettext("Del"), PageDown: gettext("Page down"), PageUp: gettext("Page up") };

const HELD: Record<string, string> = { Shift: gettext("Shift"), Ctrl: gettext("Ctrl") };

/** How a key is written for people: "Shift Space", "Ctrl Z". */
export function keyName(key: string): string {
  const [, before = "", last = ""] = /^((?:Shift\+|Ctrl\+)*)(.*)$/s.exec(key) ?? [];
  return [...before.split("+").filter(Boolean).map((held) => HELD[held] ?? held), NAMES[last] ?? (last.length === 1 ? last.toUpperCase() : last)].join(" ");
}

/** The same for `aria-keyshortcuts` (WAI-ARIA 1.2): "Control+Shift+Z", "Space". */
const ariaName = (key: string): string => key.replace("Ctrl+", "Control+").replace(/ $/, "Space");

export class Toolbar {
  private readonly buttons = new Map<Action, HTMLButtonElement>();
  private readonly windows = el("select", { class: "tool-select", "aria-label": gettext("Window or curve"), title: gettext("Window or curve (B)") });

  constructor(private readonly viewer: Viewer, root: HTMLElement, private readonly keys: Keymap) {
    this.windows.addEventListener("change", () => usePreset(viewer, this.windows.selectedIndex));
    const all = keys.actions.filter(({ icon }) => icon);
    root.append(...GROUPS.map((group) => this.group(group, all.filter((action) => action.group === group))));
    new Overflow(root, viewer.signal);
    root.addEventListener("keydown", (event) => walk(root, event));
    viewer.onChange(() => this.draw());
    this.draw();
  }

  private group(name: Action["group"], actions: Action[]): HTMLElement {
    const box = el("div", { class: "tool-group", role: "group", "aria-label": GROUP_NAMES[name] });
    if (name === "Grey") box.append(this.windows);
    box.append(...actions.map((action) => this.button(action)));
    return box;
  }

  private button(action: Action): HTMLButtonElement {
    const button = el("button", { type: "button", class: "tool", "aria-label": action.label, "data-action": action.id });
    button.append(el("i", { class: `bi bi-${action.icon}`, "aria-hidden": "true" }), el("span", { class: "tool-name", "aria-hidden": "true" }, action.label));
    button.addEventListener("click", (event) => {
      action.run(this.viewer);
      backToImages(this.viewer, event);
    });
    this.buttons.set(action, button);
    return button;
  }

  /** Bring every button in line with the viewer's state. */
  draw(): void {
    for (const [action, button] of this.buttons) {
      if (action.pressed) button.setAttribute("aria-pressed", String(action.pressed(this.viewer)));
      const why = action.refused?.(this.viewer) ?? null;
      button.setAttribute("aria-disabled", String(why !== null));
      const key = this.keys.firstOf(action);
      button.dataset["tip"] = why ? `${action.label}: ${why}` : `${action.label}  ${keyName(key)}`;
      if (key) button.setAttribute("aria-keyshortcuts", ariaName(key));
      else button.removeAttribute("aria-keyshortcuts");
    }
    this.drawWindows();
  }

  private drawWindows(): void {
    const { active } = this.viewer;
    const all = active ? presets(active.image).map(({ label }) => label) : [];
    const now = active?.grey.label ?? "";
    const labels = all.includes(now) || !now ? all : [...all, now];
    if ([...this.windows.options].map((option) => option.text).join("\n") !== labels.map(greyName).join("\n")) {
      this.windows.replaceChildren(...labels.map((label) => el("option", {}, greyName(label))));
    }
    this.windows.selectedIndex = labels.indexOf(now);
    this.windows.disabled = !active;
  }
}

/** After a click by mouse the keys are the images' again, so that Space goes on instead of pressing the button once more. */
export function backToImages({ active }: Viewer, { detail }: MouseEvent): void {
  const elsewhere = document.querySelector("dialog[open]") ?? document.activeElement?.closest(".desk-help");
  if (detail > 0 && !elsewhere) active?.element.focus({ preventScroll: true });
}

/** Left and right walk along the toolbar, Home and End jump (ARIA toolbar pattern); Tab still reaches each button. */
export function walk(root: HTMLElement, event: KeyboardEvent): void {
  const all = [...root.querySelectorAll<HTMLElement>("button, select")].filter((one) => one.getClientRects().length > 0);
  const now = all.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || now === -1 || event.target instanceof HTMLSelectElement) return;
  all[(to + all.length) % all.length]?.focus();
  event.preventDefault();
}
