/** Tools that the bar has no room for go into a menu at its end, with their names; the last ones go first. */
import { el } from "../dom";
import { gettext } from "../../text/text";

/** Go last of all, since each opens what a reader who has lost their way looks for. */
const STAYS = ["help", "side"];

export class Overflow {
  private readonly menu = el("div", { class: "tool-menu", id: "tool-menu", role: "group", "aria-label": gettext("More tools"), hidden: true });
  private readonly more = el("button", { type: "button", class: "tool tool-more", "aria-label": gettext("More tools"), "aria-expanded": "false", "aria-controls": "tool-menu", "data-tip": gettext("More tools") }, el("i", { class: "bi bi-three-dots", "aria-hidden": "true" }));
  private readonly homes: { tool: HTMLElement; home: HTMLElement }[];

  constructor(private readonly root: HTMLElement, signal: AbortSignal) {
    const tools = [...root.querySelectorAll<HTMLElement>(".tool-group > *")];
    this.homes = tools.map((tool) => ({ tool, home: tool.parentElement as HTMLElement }));
    root.append(el("div", { class: "tool-rest", hidden: true }, this.more, this.menu));
    this.more.addEventListener("click", () => this.toggle());
    root.addEventListener("keydown", (event) => event.key === "Escape" && !this.menu.hidden && (event.stopPropagation(), this.toggle(), this.more.focus()));
    document.addEventListener("pointerdown", (event) => !this.menu.hidden && !this.rest.contains(event.target as Node) && this.toggle(), { signal });
    this.menu.addEventListener("click", () => this.menu.hidden || this.toggle());
    const observer = new ResizeObserver(() => this.arrange());
    observer.observe(root);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  private get rest(): HTMLElement {
    return this.more.parentElement as HTMLElement;
  }

  private toggle(): void {
    this.menu.hidden = !this.menu.hidden;
    this.more.setAttribute("aria-expanded", String(!this.menu.hidden));
  }

  /** Every tool back to its group, then as many into the menu as it takes for the rest to fit. */
  private arrange(): void {
    const focused = document.activeElement;
    for (const { tool, home } of this.homes) home.append(tool);
    this.rest.hidden = true;
    const away: HTMLElement[] = [];
    const leaving = [...this.homes].reverse().sort((one, other) => Number(stays(one.tool)) - Number(stays(other.tool)));
    for (const { tool } of leaving) {
      if (this.fits()) break;
      this.rest.hidden = false;
      if (this.fits()) break;
      tool.remove();
      away.unshift(tool);
    }
    this.menu.replaceChildren(...away);
    for (const { home } of this.homes) home.hidden = home.childElementCount === 0;
    if (!away.length && !this.menu.hidden) this.toggle();
    if (focused instanceof HTMLElement && this.root.contains(focused) && document.activeElement !== focused) focused.focus();
  }

  private fits(): boolean {
    for (const { home } of this.homes) home.hidden = home.childElementCount === 0;
    const shown = [...this.root.children].filter((child) => child.getBoundingClientRect().width > 0);
    const [first, last] = [shown[0], shown[shown.length - 1]];
    if (!first || !last) return true;
    return last.getBoundingClientRect().right - first.getBoundingClientRect().left <= this.root.clientWidth + 0.5;
  }
}

const stays = (tool: HTMLElement): boolean => STAYS.includes(tool.dataset["action"] ?? "");
