import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { frames } from "../src/viewer/data/frames";
import { decoded, type Early } from "../src/viewer/data/htj2k";
import { planes } from "../src/viewer/data/planes";
import { forget, frameIds, heldAhead, load, refusals } from "../src/viewer/data/source";
import { Ahead } from "../src/viewer/going/ahead";
import type { Viewer } from "../src/viewer/viewer";
import { image } from "./cast";

vi.mock("../src/viewer/data/htj2k", async (original) => ({ ...(await original<object>()), decoded: vi.fn() }));

const BYTES = 1000;
const HTJ2K = "1.2.840.10008.1.2.4.202";
const facts = (id: string) => image({ id, transfer_syntax: HTJ2K, frame_urls: [`/frames/${id}`] });
const coming = (id: string) => ({ ...facts(id), ahead_url: `/frames/${id}?ahead=A`, bytes: BYTES });
const frameOf = (imageId: string) => ({ imageId, values: new Uint8Array(BYTES), columns: 1, rows: BYTES, low: 0, high: 1 });

/** What the server says comes next; a number is a refusal. */
let next: { case: string | null; images: object[] } | number;
let asked: string[];
let open: AbortController;
let ahead: Ahead;
let room: number;
let pane: { failure: null; ready: boolean };
/** Images whose pictures the card has. */
let card: string[];

beforeEach(() => {
  vi.useFakeTimers();
  const page = new EventTarget();
  vi.stubGlobal("document", Object.assign(page, { hidden: false }));
  vi.stubGlobal("window", Object.assign(page, { setTimeout, clearTimeout }));
  vi.stubGlobal("location", { href: "http://here/cases/A/view/" });
  asked = [];
  vi.stubGlobal("fetch", vi.fn(async (url: string, how: RequestInit) => {
    asked.push(`${url} ${(how.headers as Record<string, string> | undefined)?.["If-None-Match"] ?? ""}`.trim());
    if (url.includes("/frames/")) return new Response(null, { status: 304 });
    return typeof next === "number" ? new Response("", { status: next }) : new Response(JSON.stringify(next));
  }));
  vi.mocked(decoded).mockReset().mockImplementation(async (_pool, _image, _url, imageId, wish) => {
    if (wish.ahead) wish.ahead.tag = `"${imageId.slice(-2)}"`;
    wish.signal?.throwIfAborted();
    return frameOf(imageId);
  });
  open = new AbortController();
  pane = { failure: null, ready: true };
  room = 4;
  next = { case: "B", images: ["b1", "b2"].map(coming) };
  card = [];
  ahead = new Ahead((bytes) => frames.bytes + bytes <= room * BYTES, { prepare: (image) => card.push(image), drop: () => (card = []) });
});
afterEach(() => {
  ahead.drop();
  for (const id of ["a1", "b1", "b2", "c1"]) forget(facts(id));
  refusals.tell = () => undefined;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const viewer = () => ({ signal: open.signal, visible: () => [pane] }) as unknown as Viewer;
const names = () => heldAhead().map((imageId) => imageId.slice(-2));

async function look(): Promise<void> {
  ahead.from(viewer(), "/ahead/");
  await vi.advanceTimersByTimeAsync(600);
}

describe("looking ahead", () => {
  it("waits until what is open is whole", async () => {
    pane.ready = false;
    await look();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toEqual([]);
    pane.ready = true;
    await vi.advanceTimersByTimeAsync(600);
    expect(asked).toEqual(["/ahead/"]);
    expect(names()).toEqual(["b1", "b2"]);
    expect(vi.mocked(decoded).mock.calls.map(([, , , , wish]) => [wish.priority, wish.ahead?.url])).toEqual([[3, "/frames/b1?ahead=A"], [3, "/frames/b2?ahead=A"]]);
  });

  it("keeps no more than there is room for, and nothing is let go for it", async () => {
    frames.put(frameOf("open"), 3 * BYTES);
    await look();
    expect(names()).toEqual(["b1"]);
    expect(frames.has("open")).toBe(true);
    frames.drop("open");
  });

  it("has the pictures on the card once all are there, where there is room for as much again", async () => {
    await look();
    expect(card).toEqual(["b1", "b2"]);
    next = { case: "C", images: [coming("c1")] };
    await vi.advanceTimersByTimeAsync(60_000);
    expect(card).toEqual(["c1"]);
    ahead.drop();
    expect(card).toEqual([]);
  });

  it("leaves the card alone where there is room for the frames only", async () => {
    room = 3;
    await look();
    expect([names(), card]).toEqual([["b1", "b2"], []]);
  });

  it("gives the card nothing more once the case is opened", async () => {
    ahead = new Ahead(() => true, { prepare: (image) => (card.push(image), ahead.opened("B")), drop: () => undefined });
    await look();
    expect(card).toEqual(["b1"]);
  });

  it("gives way to what is open, before anything else does", async () => {
    await look();
    frames.put(frameOf("open"), BYTES);
    frames.put(frameOf("larger"), frames.limit - 2 * BYTES);
    expect(names()).toEqual(["b2"]);
    expect([frames.has("open"), frames.has("larger")]).toEqual([true, true]);
    frames.drop("open");
    frames.drop("larger");
  });

  it.each([["another case comes next", { case: "C", images: [coming("c1")] }, ["c1"]], ["none comes next", { case: null, images: [] }, []], ["the case is taken away", 404, []]])(
    "drops what it holds when %s",
    async (_why, then, held) => {
      await look();
      next = then as typeof next;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(names()).toEqual(held);
      expect([...planes.keys()].map((imageId) => imageId.slice(-2))).toEqual(held);
    },
  );

  it("keeps what it holds while the server cannot be reached", async () => {
    await look();
    next = 503;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(names()).toEqual(["b1", "b2"]);
  });

  it("drops all where a frame is refused, and when the page is left", async () => {
    vi.mocked(decoded).mockImplementationOnce(async (_pool, _image, _url, imageId) => frameOf(imageId)).mockRejectedValueOnce({ status: 409 });
    await look();
    expect(names()).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(names()).toEqual(["b1", "b2"]);
    window.dispatchEvent(new Event("pagehide"));
    expect(names()).toEqual([]);
  });

  it("ends with the case that is open", async () => {
    await look();
    open.abort();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toEqual(["/ahead/"]);
  });
});

describe("the next case, once it is opened", () => {
  it("takes the frames without fetching them, and the server is told that they are looked at", async () => {
    await look();
    open.abort();
    ahead.opened("B");
    const [imageId = ""] = frameIds(facts("b1"));
    expect((await load(imageId)).imageId).toBe(imageId);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.mocked(decoded)).toHaveBeenCalledTimes(2);
    expect(asked.slice(1)).toEqual(['http://here/frames/b1 "b1"']);
    await load(imageId);
    expect(asked).toHaveLength(2);
  });

  it("shows what may not be looked at no longer", async () => {
    const told = vi.fn();
    refusals.tell = told;
    await look();
    ahead.opened("B");
    const [imageId = ""] = frameIds(facts("b1"));
    vi.mocked(fetch).mockResolvedValueOnce(new Response("", { status: 404 }));
    await load(imageId);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toHaveBeenCalledWith(imageId, expect.objectContaining({ reason: "gone" }));
    expect(frames.has(imageId)).toBe(false);
  });

  it("asks itself for a frame that was refused on its way ahead", async () => {
    let refuse = (_: object): void => undefined;
    vi.mocked(decoded).mockImplementationOnce(() => new Promise((_, fail) => (refuse = fail)));
    await look();
    ahead.opened("B");
    const [imageId = ""] = frameIds(facts("b1"));
    const wanted = load(imageId);
    refuse({ status: 409 });
    expect((await wanted).imageId).toBe(imageId);
    expect(vi.mocked(decoded).mock.calls.map(([, , , , wish]) => Boolean(wish.ahead as Early | undefined))).toEqual([true, false]);
    expect(asked).toEqual(["/ahead/"]); // its own fetch is in the trail already
  });

  it("finds nothing of another case that was looked at ahead", async () => {
    await look();
    open.abort();
    ahead.opened("C");
    expect(names()).toEqual([]);
    expect(frames.bytes).toBe(0);
  });

  it("leaves what is open as it is where both are of one exam", async () => {
    const [imageId = ""] = frameIds(facts("b1"));
    await load(imageId);
    await look();
    expect(names()).toEqual(["b2"]);
    ahead.drop();
    expect(frames.has(imageId)).toBe(true);
    expect(planes.get(imageId)).toBeDefined();
  });
});
