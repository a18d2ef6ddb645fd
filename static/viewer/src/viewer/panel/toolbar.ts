/** The thin toolbar: layouts, tools, greys, sizes, suggestion; every button says its name and key. */
import { type Action, ACTIONS } from "../actions";
import { usePreset } from "../commands";
import { el } from "../dom";
import { presets } from "../grey/grey";
import type { Viewer } from "../viewer";

const GROUPS: Action["group"][] = ["Tools", "Marks", "Grey", "Size", "Suggestion", "Page"];
const NAMES: Record<string, string> = { " ": "Space", "Shift+ ": "Shift Space", Delete: "Del", PageDown: "Page down", PageUp: "Page up" };

/** How a key is written for people. */
export const keyName = (key: string): string => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace("+", " "));

export class Toolbar {
  private readonly buttons = new Map<Action, HTMLButtonElement>();
  private readonly layouts = el("div", { class: "tool-group", role: "group", "aria-label": "Layout" });
  private readonly windows = el("select", { class: "tool-select", "aria-label": "Window or curve", title: "Window or curve (B)" });

  constructor(private readonly viewer: Viewer, root: HTMLElement, extra: Action[]) {
    this.windows.addEventListener("change", () => usePreset(viewer, this.windows.selectedIndex));
    const all = [...ACTIONS, ...extra].filter(({ icon }) => icon);
    root.append(this.layouts, ...GROUPS.map((group) => this.group(group, all.filter((action) => action.group === group))));
    root.addEventListener("keydown", (event) => walk(root, event));
    viewer.onChange(() => this.draw());
  }

  private group(name: Action["group"], actions: Action[]): HTMLElement {
    const box = el("div", { class: "tool-group", role: "group", "aria-label": name });
    if (name === "Grey") box.append(this.windows);
    box.append(...actions.map((action) => this.button(action)));
    return box;
  }

  private button(action: Action): HTMLButtonElement {
    const tip = `${action.label}  ${keyName(action.keys[0] ?? "")}`;
    const button = el("button", { type: "button", class: "tool", "aria-label": action.label, "data-tip": tip, "data-action": action.id });
    button.append(el("i", { class: `bi bi-${action.icon}`, "aria-hidden": "true" }));
    if (action.keys[0]) button.setAttribute("aria-keyshortcuts", action.keys[0]);
    button.addEventListener("click", () => action.run(this.viewer));
    this.buttons.set(action, button);
    return button;
  }

  /** Bring every button in line with the viewer's state. */
  draw(): void {
    for (const [action, button] of this.buttons) {
      if (action.pressed) button.setAttribute("aria-pressed", String(action.pressed(this.viewer)));
      const why = action.refused?.(this.viewer) ?? null;
      button.setAttribute("aria-disabled", String(why !== null));
      button.dataset["tip"] = why ? `${action.label}: ${why}` : `${action.label}  ${keyName(action.keys[0] ?? "")}`;
    }
    this.drawLayouts();
    this.drawWindows();
  }

  private drawLayouts(): void {
    const layouts = (this.viewer.manifest?.hanging.layouts ?? []).filter(({ id }) => !id.startsWith("single:"));
    const shown = [...this.layouts.children].map((button) => (button as HTMLElement).dataset["layout"]);
    if (layouts.map(({ id }) => id).join() !== shown.join()) {
      this.layouts.replaceChildren(...layouts.map((layout) => this.layoutButton(layout.id, layout.label)));
    }
    for (const button of this.layouts.children) {
      button.setAttribute("aria-pressed", String((button as HTMLElement).dataset["layout"] === this.viewer.layout?.id));
    }
  }

  private layoutButton(id: string, label: string): HTMLButtonElement {
    const key = ACTIONS.find((action) => action.id === `layout-${id}`)?.keys[0] ?? " ";
    const button = el("button", { type: "button", class: "tool tool-word", "data-tip": `${label}  ${keyName(key)}`, "data-layout": id }, id === "4up" ? "4-up" : label);
    button.addEventListener("click", () => this.viewer.show(id));
    return button;
  }

  private drawWindows(): void {
    const { active } = this.viewer;
    const all = active ? presets(active.image).map(({ label }) => label) : [];
    const now = active?.grey.label ?? "";
    const labels = all.includes(now) || !now ? all : [...all, now];
    if ([...this.windows.options].map((option) => option.text).join("\n") !== labels.join("\n")) {
      this.windows.replaceChildren(...labels.map((label) => el("option", {}, label)));
    }
    this.windows.selectedIndex = labels.indexOf(now);
    this.windows.disabled = !active;
  }
}

/** Left and right walk along the toolbar, Home and End jump (ARIA toolbar pattern); Tab still reaches each button. */
function walk(root: HTMLElement, event: KeyboardEvent): void {
  const all = [...root.querySelectorAll<HTMLElement>("button, select")];
  const now = all.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || now === -1 || event.target instanceof HTMLSelectElement) return;
  all[(to + all.length) % all.length]?.focus();
  event.preventDefault();
}
