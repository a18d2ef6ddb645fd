import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Action } from "../src/viewer/actions";
import { Keymap, mayBeUsed, nameOfKey } from "../src/viewer/input/keymap";
import { setPerson } from "../src/viewer/state/person";

const action = (id: string, ...keys: string[]): Action => ({ id, label: id, keys, group: "Page", run: () => undefined });
const TABLE = [action("invert", "i"), action("next", " "), action("undo", "Ctrl+z"), action("zoom", "+", "=")];
let stored: Record<string, string> = {};

beforeEach(() => {
  stored = {};
  vi.stubGlobal("localStorage", { getItem: (key: string) => stored[key] ?? null, setItem: (key: string, value: string) => (stored[key] = value), removeItem: (key: string) => delete stored[key] });
  setPerson("7");
});

const press = (key: string, held: Partial<Record<"shiftKey" | "ctrlKey" | "metaKey", boolean>> = {}): string =>
  nameOfKey({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...held });

describe("the name of a key", () => {
  it.each([
    ["i", {}, "i"], ["I", {}, "i"], ["N", { shiftKey: true }, "Shift+N"], [" ", { shiftKey: true }, "Shift+ "],
    ["?", { shiftKey: true }, "?"], ["z", { ctrlKey: true }, "Ctrl+z"], ["Z", { metaKey: true, shiftKey: true }, "Ctrl+Shift+Z"], ["Enter", { shiftKey: true }, "Shift+Enter"],
  ] as const)("%s %o is %s, whatever Caps Lock says", (key, held, name) => {
    expect(press(key, held)).toBe(name);
  });

  it.each(["Escape", "Tab", "ArrowLeft", "Shift+ArrowUp", "F5", "Ctrl+z"])("%s stays what it is", (name) => {
    expect(mayBeUsed(name)).toBe(false);
  });
});

describe("a person's own keys", () => {
  it("take the place of the table's, and whoever had the key before is without it", () => {
    const keys = new Keymap(TABLE);
    expect(keys.change(TABLE[0] as Action, "=")?.id).toBe("zoom");
    expect(keys.find("=")?.id).toBe("invert");
    expect(keys.find("i")).toBeUndefined();
    expect(keys.firstOf(TABLE[3] as Action)).toBe("+");
  });

  it("are kept under that person alone", () => {
    new Keymap(TABLE).change(TABLE[1] as Action, "j");
    expect(new Keymap(TABLE).find("j")?.id).toBe("next");
    setPerson("8");
    expect(new Keymap(TABLE).find("j")).toBeUndefined();
  });

  it("go back to the table's all at once", () => {
    const keys = new Keymap(TABLE);
    keys.change(TABLE[0] as Action, "j");
    keys.reset();
    expect(keys.find("i")?.id).toBe("invert");
    expect(stored).toEqual({});
  });

  it("that cannot be read do no harm", () => {
    stored["overread.7.keys"] = "{broken";
    expect(new Keymap(TABLE).find("i")?.id).toBe("invert");
  });
});
