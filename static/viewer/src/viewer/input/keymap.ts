/** Which key does what: the table's own keys, and those that a person has put in their place. */
import type { Action } from "../actions";
import { keep, kept } from "../state/person";

type Own = Record<string, string[]>;

/** A key as the table writes it: "b", "Shift+N", "Ctrl+z", " ". Letters by what they are, whatever Caps Lock says. */
export function nameOfKey(event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey">): string {
  const letter = event.key.length === 1 && event.key.toLowerCase() !== event.key.toUpperCase();
  const key = letter ? (event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()) : event.key;
  // Shift is part of a sign's own making ("?", "+"), but not of a letter's, a space's or a named key's.
  const shift = event.shiftKey && (letter || key === " " || key.length > 1) ? "Shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${shift}${key}`;
}

/** Keys that drive the tool in hand, leave it, or belong to the browser: no command may take them. */
const TAKEN = new Set(["Escape", "Tab", "Shift+Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Shift", "Control", "Alt", "Meta", "CapsLock", "AltGraph"]);

export const mayBeUsed = (name: string): boolean => !TAKEN.has(name) && !name.startsWith("Ctrl+") && !/^(Shift\+)?(Arrow|F\d)/.test(name);

export class Keymap {
  private own: Own = kept<Own>("keys") ?? {};

  constructor(readonly actions: readonly Action[]) {}

  keysOf(action: Action): string[] {
    return this.own[action.id] ?? action.keys;
  }

  /** The key shown for an action; "" for one that has lost its key to another. */
  firstOf(action: Action): string {
    return this.keysOf(action)[0] ?? "";
  }

  find(name: string): Action | undefined {
    return this.actions.find((action) => this.keysOf(action).includes(name));
  }

  /** Give `action` this one key; answers the action that had it before and is without it now. */
  change(action: Action, name: string): Action | null {
    const before = this.find(name);
    const own = { ...this.own, [action.id]: [name] };
    if (before && before !== action) own[before.id] = this.keysOf(before).filter((key) => key !== name);
    this.use(own);
    return before && before !== action ? before : null;
  }

  get changed(): boolean {
    return Object.keys(this.own).length > 0;
  }

  /** All keys as the table has them. */
  reset(): void {
    this.use({});
  }

  private use(own: Own): void {
    this.own = own;
    keep("keys", Object.keys(own).length ? own : null);
  }
}
