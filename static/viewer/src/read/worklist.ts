/** The worklist on a keyboard: j and k walk, Enter opens, / searches; the place is kept when the list refreshes. */
import { gettext, ngettext } from "../text/text";

let current: string | null = null;

const rows = (list: HTMLElement): HTMLTableRowElement[] => [...list.querySelectorAll<HTMLTableRowElement>("tr[data-case]")];

export function start(list: HTMLElement): void {
  document.addEventListener("keydown", (event) => pressed(list, event));
  list.addEventListener("focusin", (event) => follow(list, event.target));
  let before: Before = { cases: [], link: null };
  document.body.addEventListener("htmx:beforeSwap", () => (before = now(list)));
  document.body.addEventListener("htmx:afterSwap", () => {
    restore(list, before);
    say(changes(before.cases, now(list).cases));
  });
}

/** The list before a refresh: its cases, and the tab or pager link that had the focus. */
interface Before {
  cases: string[];
  link: { nav: string; address: string } | null;
}

function now(list: HTMLElement): Before {
  const focused = list.contains(document.activeElement) ? document.activeElement?.closest<HTMLAnchorElement>("nav a") : null;
  const link = focused ? { nav: focused.closest("nav")?.className ?? "", address: focused.getAttribute("href") ?? "" } : null;
  return { cases: rows(list).map((row) => row.dataset["case"] ?? ""), link };
}

/** What a refresh brought, in words; "" where the same cases are there. */
export function changes(before: string[], after: string[]): string {
  const come = after.filter((one) => !before.includes(one)).length;
  const gone = before.filter((one) => !after.includes(one)).length;
  const more = come ? ngettext("%(count)s case more", "%(count)s cases more", come) : "";
  const less = gone ? ngettext("%(count)s case gone", "%(count)s cases gone", gone) : "";
  return [more, less].filter(Boolean).join(", ");
}

function say(words: string): void {
  const said = document.getElementById("worklist-said");
  if (said && words) said.textContent = gettext("The list has changed: %(words)s.", { words });
}

function pressed(list: HTMLElement, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.altKey || event.metaKey || target.closest("input, select, textarea")) return;
  if (event.key === "j" || event.key === "k") step(list, event.key === "j" ? 1 : -1);
  else if (event.key === "/") document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
  else {
    const act = /^[a-z]$/.test(event.key) ? document.querySelector<HTMLElement>(`[data-key="${event.key}"]`) : null;
    if (!act) return;
    act.click();
  }
  event.preventDefault();
}

function step(list: HTMLElement, by: number): void {
  const all = rows(list);
  const at = all.findIndex((row) => row.dataset["case"] === current);
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
  next?.querySelector("a")?.focus();
}

function follow(list: HTMLElement, target: EventTarget | null): void {
  current = (target as Element).closest<HTMLElement>("tr[data-case]")?.dataset["case"] ?? current;
  paint(list);
}

function paint(list: HTMLElement): void {
  for (const row of rows(list)) row.setAttribute("aria-selected", String(row.dataset["case"] === current));
}

/** The rows were replaced: give the focus back where it was, if nothing else took it. */
function restore(list: HTMLElement, { link }: Before): void {
  paint(list);
  if (document.activeElement !== document.body && document.activeElement !== null) return;
  const links = [...list.querySelectorAll<HTMLAnchorElement>(link ? `nav.${CSS.escape(link.nav)} a` : "nav a")];
  const same = link && links.find((one) => one.getAttribute("href") === link.address);
  const row = current ? list.querySelector<HTMLElement>(`tr[data-case="${current}"] a`) : null;
  (link ? (same ?? links[0]) : row)?.focus({ preventScroll: true });
}
