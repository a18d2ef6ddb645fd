import { beforeEach, describe, expect, it, vi } from "vitest";
import { alike, checkHere, nameHere, nameScreen, openDisplays, publish } from "../src/viewer/size/displays";
import { devicePixelsPerMm, pixelsPerMm, takeUp } from "../src/viewer/size/screen";
import { keep, kept, setPerson, share } from "../src/viewer/state/person";

let stored: Record<string, string> = {};
let sent: Record<string, unknown>[] = [];
let up = true;
const send = (change: Record<string, unknown>): Promise<boolean> => (sent.push(change), Promise.resolve(up));
const quiet = (): Promise<void> => new Promise((done) => setTimeout(done));

beforeEach(() => {
  [stored, sent, up] = [{}, [], true];
  vi.stubGlobal("localStorage", { getItem: (key: string) => stored[key] ?? null, setItem: (key: string, value: string) => (stored[key] = value), removeItem: (key: string) => delete stored[key] });
  vi.stubGlobal("window", { devicePixelRatio: 2, screen: { width: 1920, height: 1080, availLeft: 0, availTop: 0 } });
  setPerson("7");
});

describe("what follows a person", () => {
  it("comes from the server, and what was forgotten there is forgotten here", async () => {
    stored["overread.7.start"] = JSON.stringify("cc");
    share({ keys: { invert: ["j"] } }, send);
    await quiet();
    expect([kept("keys"), kept("start"), sent]).toEqual([{ invert: ["j"] }, null, []]);
  });

  it("goes to the server with every change, and once with a first page", async () => {
    stored["overread.7.keys"] = JSON.stringify({ invert: ["j"] });
    share(null, send);
    keep("single-keys", false);
    keep("desk./manifest", { layout: "cc" }); // not of the person: stays in the browser
    await quiet();
    expect(sent).toEqual([{ keys: { invert: ["j"] } }, { single_keys: false }]);
  });

  it("is sent again with the next page where the server did not take it, and counts until then", async () => {
    up = false;
    share({}, send);
    keep("start", "mlo");
    await quiet();
    [up, sent] = [true, []];
    share({ start: "cc" }, send);
    await quiet();
    expect([kept("start"), sent]).toEqual(["mlo", [{ start: "mlo" }]]);
    share({ start: "4up" }, send);
    expect(kept("start")).toBe("4up");
  });
});

describe("a display", () => {
  it("is told to the server by its name, and taken up in another browser only by choice", () => {
    const told: unknown[] = [];
    openDisplays({ Left: { size: "1920x1080", per_mm: 5 }, Tall: { size: "2048x2560", per_mm: 6 }, Seen: { size: "1920x1080", check: { at: "2026-11-27", all: true, steps: 18 } } }, (change) => told.push(change));
    expect([alike().map(([name]) => name), pixelsPerMm(), checkHere()]).toEqual([["Left"], null, null]);
    nameScreen("Left");
    takeUp(5);
    expect([pixelsPerMm(), devicePixelsPerMm()]).toEqual([2.5, 5]);
    nameScreen("Seen");
    expect(checkHere()?.all).toBe(true);
    publish(6.5);
    publish(null);
    expect(told).toEqual([{ display: { name: "Seen", size: "1920x1080", per_mm: 6.5 } }, { forget_display: "Seen" }]);
    expect(nameHere()).toBe("Seen");
  });
});
