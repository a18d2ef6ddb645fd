import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Autosave } from "../src/read/autosave";
import { FrameCache } from "../src/viewer/data/frames";
import { Poller } from "../src/viewer/data/poller";
import { Keyboard } from "../src/viewer/input/keyboard";
import { Keymap } from "../src/viewer/input/keymap";
import { listen } from "../src/viewer/seam";
import { Fetcher } from "../src/viewer/stack/fetcher";
import { Slices } from "../src/viewer/stack/slices";
import { watch } from "../src/viewer/state/memory";
import { accompany, lead } from "../src/viewer/two/windows";
import type { Viewer } from "../src/viewer/viewer";

/** A page's object that knows how many listen to it. */
class Heard extends EventTarget {
  readonly listeners = new Set<object>();

  override addEventListener(type: string, run: (event: Event) => void, options: AddEventListenerOptions = {}): void {
    super.addEventListener(type, run, options);
    this.listeners.add(run);
    options.signal?.addEventListener("abort", () => this.listeners.delete(run));
  }
}

class Line {
  static open = 0;
  onmessage = null;
  constructor() {
    Line.open += 1;
  }
  postMessage = vi.fn();
  close = (): void => void (Line.open -= 1);
}

let page: Heard;
let open: AbortController;
let viewer: Viewer;

beforeEach(() => {
  vi.useFakeTimers();
  page = new Heard();
  open = new AbortController();
  Line.open = 0;
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", Object.assign(page, { setTimeout, clearTimeout, setInterval, clearInterval }));
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("BroadcastChannel", Line);
  vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: vi.fn() });
  vi.stubGlobal("location", { pathname: "/cases/1/view/" });
  const marks = { onAct: vi.fn(), loose: () => [] };
  viewer = { signal: open.signal, onChange: vi.fn(), onDrawn: vi.fn(), marks, heat: {}, visible: () => [], panes: new Map(), layout: null } as unknown as Viewer;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const told = () => ({ changed: vi.fn(), failed: vi.fn(), fresh: vi.fn(), clock: vi.fn() });

/** What listens, waits or is open because of this part, while its case is open. */
const PARTS: Record<string, () => unknown> = {
  keyboard: () => new Keyboard(viewer, {} as never, new Keymap([])),
  "the way to the read form": () => listen(viewer, {} as Poller),
  poller: () => new Poller("/manifest", told(), open.signal),
  "memory of the desk": () => watch(viewer, "desk"),
  "first window": () => lead(viewer, "7"),
  "second window": () => accompany(viewer, "7", {} as Poller, { prepend: vi.fn() } as unknown as HTMLElement),
  "draft of the read": () => new Autosave("/draft/", 0, {}, {} as never, open.signal),
};

describe("a manifest that came with the page", () => {
  it.each([["ready", 10_000], ["running", 2_000]])("is asked about again while the analysis is %s after %d ms: the images come first", async (state, wait) => {
    vi.stubGlobal("fetch", vi.fn(async () => new Response(null, { status: 304 })));
    new Poller("/manifest", told(), open.signal).start({ images: [], analysis: { state } } as never, '"tag"');
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(fetch).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe("a case that is left", () => {
  it.each(Object.keys(PARTS))("has nothing listening, waiting or open: %s", (name) => {
    Object.assign(page, { createElement: () => ({ append: vi.fn(), setAttribute: vi.fn(), addEventListener: vi.fn() }) });
    PARTS[name]?.();
    expect(page.listeners.size + vi.getTimerCount() + Line.open).toBeGreaterThan(0);
    open.abort();
    expect([page.listeners.size, vi.getTimerCount(), Line.open]).toEqual([0, 0, 0]);
  });

  it("is not polled any more, and an answer on its way is not taken", async () => {
    const tell = told();
    let answer = (_: Response): void => undefined;
    vi.stubGlobal("fetch", vi.fn(() => new Promise((done) => (answer = done))));
    const poller = new Poller("/manifest", tell, open.signal);
    poller.start(null, "");
    open.abort();
    answer(new Response(JSON.stringify({ images: [], analysis: { state: "running" } })));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect([tell.changed, tell.failed, tell.fresh].flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  it("hears of no frame that is let go later", () => {
    const cache = new FrameCache(100);
    const gone = vi.fn();
    cache.onForgotten(gone, open.signal);
    cache.put({ imageId: "one", values: [0], columns: 1, rows: 1, low: 0, high: 0 }, 10);
    open.abort();
    cache.drop("one");
    expect(gone).not.toHaveBeenCalled();
  });

  it("leaves no slice in memory, also none that was on its way", async () => {
    const held = new Map<string, object>();
    const waiting: (() => void)[] = [];
    const load = (id: string) => new Promise((done) => waiting.push(() => (held.set(id, {}), done({ values: new Uint8Array(10) }))));
    const source = { load, loaded: (id: string) => held.get(id) ?? null, drop: (id: string) => void held.delete(id) };
    const fetcher = new Fetcher(source as never, 1000);
    const stack = new Slices(() => true, (id) => fetcher.has(id), 10, () => undefined);
    stack.open(["a", "b", "c"]);
    fetcher.join(stack);
    fetcher.pump();
    waiting.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(fetcher.memory.count).toBe(1);
    fetcher.leave(stack);
    for (const come of waiting) come();
    await vi.advanceTimersByTimeAsync(0);
    expect([fetcher.memory.count, fetcher.memory.bytes, held.size]).toEqual([0, 0, 0]);
  });
});
