/** What a person keeps: in this browser under their own id, and what follows them also on the server. Never a patient's data. */

let person = "";

/** Called once with the asker's id, "" for a page without one. */
export const setPerson = (id: string): void => void (person = id);

const named = (name: string): string => `overread.${person || "anybody"}.${name}`;

/** A kept value; null where there is none, or where the browser keeps nothing. */
export function kept<T>(name: string, store: () => Storage = () => localStorage): T | null {
  try {
    const text = store().getItem(named(name));
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null; // storage is off or its content is not ours
  }
}

/** Keep a value, or forget it with null; where the browser keeps nothing it is lost with the page. */
export function keep(name: string, value: unknown, store: () => Storage = () => localStorage): void {
  write(name, value, store);
  if (SHARED[name]) server?.(name, value);
}

function write(name: string, value: unknown, store: () => Storage = () => localStorage): void {
  try {
    if (value === null) store().removeItem(named(name));
    else store().setItem(named(name), JSON.stringify(value));
  } catch {
    // full, or switched off: nothing that anybody waits for
  }
}

/** What follows a person to every browser, by its name here and on the server. */
const SHARED: Record<string, string> = { keys: "keys", "single-keys": "single_keys", start: "start", lens: "lens" };

let server: ((name: string, value: unknown) => void) | null = null;

/** Sends one change of the desk; answers whether the server took it. */
export type Send = (change: Record<string, unknown>) => Promise<boolean>;

/**
 * Bring the browser in line with the server's `own` (null: it has nothing of this person yet) and send changes from now on.
 * What the server did not take is sent again with the next page, and until then this browser's word counts.
 */
export function share(own: Record<string, unknown> | null, send: Send): void {
  server = (name, value) => void deliver(name, value, send);
  const unsent = new Set(own === null ? Object.keys(SHARED) : (kept<string[]>("unsent") ?? []));
  for (const [name, there] of Object.entries(SHARED)) {
    const mine = kept<unknown>(name);
    if (!unsent.has(name)) write(name, own?.[there] ?? null);
    else if (mine !== null || own !== null) void deliver(name, mine, send);
  }
}

async function deliver(name: string, value: unknown, send: Send): Promise<void> {
  mark(name, true);
  if (await send({ [SHARED[name] as string]: value })) mark(name, false);
}

function mark(name: string, waits: boolean): void {
  const others = (kept<string[]>("unsent") ?? []).filter((other) => other !== name);
  const all = waits ? [...others, name] : others;
  write("unsent", all.length ? all : null);
}
