/** The worklist on a keyboard: j and k walk, Enter opens, / searches; the place is kept when the list refreshes. */

let current: string | null = null;

const rows = (list: HTMLElement): HTMLTableRowElement[] => [...list.querySelectorAll<HTMLTableRowElement>("tr[data-case]")];

export function start(list: HTMLElement): void {
  document.addEventListener("keydown", (event) => pressed(list, event));
  list.addEventListener("focusin", (event) => follow(list, event.target));
  document.body.addEventListener("htmx:afterSwap", () => restore(list));
}

function pressed(list: HTMLElement, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.altKey || event.metaKey || target.closest("input, select, textarea")) return;
  if (event.key === "j" || event.key === "k") step(list, event.key === "j" ? 1 : -1);
  else if (event.key === "/") document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
  else return;
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
function restore(list: HTMLElement): void {
  paint(list);
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (lost && current) list.querySelector<HTMLElement>(`tr[data-case="${current}"] a`)?.focus({ preventScroll: true });
}
