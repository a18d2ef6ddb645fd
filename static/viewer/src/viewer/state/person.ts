/** What a person keeps in this browser: under their own id, so that two people at one desk do not share it. Never a patient's data. */

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
  try {
    if (value === null) store().removeItem(named(name));
    else store().setItem(named(name), JSON.stringify(value));
  } catch {
    // full, or switched off: nothing that anybody waits for
  }
}
