/** Keys of the read form, alive while the focus is in its panel and not in a text field; Ctrl Enter wherever it is. */
import type { ReadForm } from "./form";
import { tell } from "./seam";

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && Boolean(target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])"));

const locks = (event: KeyboardEvent): boolean => event.key === "Enter" && (event.ctrlKey || event.metaKey);

export function listen(panel: HTMLElement, form: ReadForm, lock: () => void, signal: AbortSignal): void {
  const acts: Record<string, () => void> = {
    n: () => form.findings.add(),
    m: () => form.findings.arm("ellipse"),
    l: () => form.findings.arm("length"),
    "[": () => form.findings.walk(-1),
    "]": () => form.findings.walk(1),
    y: () => form.choose("recall", form.body.recall ? "no" : "yes"),
  };
  for (const letter of ["a", "b", "c", "d"]) acts[letter] = () => form.choose("density", letter.toUpperCase());
  panel.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
      const act = acts[event.key.toLowerCase()] ?? digit(form, event);
      if (act) stop(event, act);
    },
    { signal },
  );
  document.addEventListener("keydown", (event) => locks(event) && !event.defaultPrevented && stop(event, lock), { signal });
}

/** Escape goes back to the images, from a text field as well; first it takes back the question whether to lock. */
export function leave(panel: HTMLElement, signal: AbortSignal): void {
  panel.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      const sure = panel.querySelector<HTMLElement>("#lock-sure:not([hidden])");
      if (!sure) return stop(event, () => tell("images"));
      stop(event, () => sure.querySelector<HTMLElement>('[data-act="lock-not"]')?.click());
      panel.querySelector<HTMLElement>('[data-act="lock"]')?.focus();
    },
    { signal },
  );
}

/** 0 to 6 choose the category of the breast in focus; 4 means 4A, and again 4B, 4C. */
function digit(form: ReadForm, event: KeyboardEvent): (() => void) | undefined {
  const field = (event.target as Element | null)?.closest<HTMLElement>('[data-path^="breasts."]');
  const side = field?.dataset["path"]?.slice(8);
  if (!side || !/^[0-6]$/.test(event.key)) return undefined;
  const now = form.body.breasts[side as "L" | "R"].category;
  const next = { "4A": "4B", "4B": "4C" }[now ?? ""] ?? "4A";
  return () => form.choose(`category-${side}`, event.key === "4" ? next : event.key);
}

function stop(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  event.stopPropagation();
  act();
}
