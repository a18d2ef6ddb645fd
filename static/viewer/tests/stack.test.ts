import { describe, expect, it, vi } from "vitest";
import { Failure } from "../src/viewer/data/failure";
import type { Frame } from "../src/viewer/data/source";
import { wordsOf } from "../src/viewer/stack/bar";
import { Fetcher } from "../src/viewer/stack/fetcher";
import { budgetOf, SliceMemory } from "../src/viewer/stack/memory";
import { after } from "../src/viewer/stack/cine";
import { contrast, largest } from "../src/viewer/stack/focus";
import { nearest, order } from "../src/viewer/stack/order";
import { ends, reach, slab, slabRange } from "../src/viewer/stack/slab";
import { Slices } from "../src/viewer/stack/slices";

describe("the order of slices", () => {
  it("goes outwards from the reader, two ahead for each one behind once there is a direction", () => {
    expect([...order(7, 3, 0)]).toEqual([3, 4, 2, 5, 1, 6, 0]);
    expect([...order(8, 3, 1)]).toEqual([3, 4, 5, 2, 6, 7, 1, 0]);
    expect([...order(8, 3, -1)]).toEqual([3, 2, 1, 4, 0, 5, 6, 7]);
  });

  it("names every slice once, wherever the reader is", () => {
    for (const at of [0, 1, 29, 59]) {
      for (const way of [-1, 0, 1] as const) expect([...order(60, at, way)].sort((a, b) => a - b)).toEqual([...Array(60).keys()]);
    }
  });

  it("finds the nearest that is there, of two the one ahead", () => {
    const there = (index: number): boolean => [2, 6].includes(index);
    expect(nearest(8, 4, 1, there)).toBe(6);
    expect(nearest(8, 4, -1, there)).toBe(2);
    expect(nearest(8, 3, 1, there)).toBe(2);
    expect(nearest(8, 3, 1, () => false)).toBeNull();
  });
});

describe("the memory of slices", () => {
  const near = (key: string): number => (key.startsWith("hidden") ? Infinity : Math.abs(Number(key) - 10));

  it("never holds more than its budget and lets the farthest go, hidden stacks first", () => {
    const gone: string[] = [];
    const memory = new SliceMemory(30, near, (key) => gone.push(key));
    for (const key of ["hidden", "2", "9"]) memory.keep(key, 10);
    memory.keep("10", 10);
    memory.keep("11", 10);
    expect(gone).toEqual(["hidden", "2"]);
    expect(memory.bytes).toBe(30);
    expect(["9", "10", "11"].every((key) => memory.has(key))).toBe(true);
  });

  it("makes no room for a slice that is farther away than all that is held", () => {
    const memory = new SliceMemory(20, near, () => undefined);
    memory.keep("9", 10);
    memory.keep("10", 10);
    expect(memory.room(10, 5)).toBe(false);
    expect(memory.count).toBe(2);
    expect(memory.room(10, 0.5)).toBe(true);
    expect([memory.count, memory.has("9")]).toEqual([1, false]);
  });

  it("counts a slice that comes again once", () => {
    const memory = new SliceMemory(100, near, () => undefined);
    memory.keep("9", 10);
    memory.keep("9", 12);
    expect([memory.bytes, memory.count]).toEqual([12, 1]);
  });

  it("is an eighth of the computer's memory within 256 MB and 1 GB, or a person's own", () => {
    const mb = 1024 * 1024;
    expect([1, 4, 32, undefined].map((gigabytes) => budgetOf(gigabytes, null) / mb)).toEqual([256, 512, 1024, 512]);
    expect(budgetOf(8, 3) / mb).toBe(3);
  });
});

/** A store whose answers are given by hand. */
function store(): { loads: string[]; answer(id: string, error?: Failure): Promise<void>; source: ConstructorParameters<typeof Fetcher>[0]; held: Map<string, Frame> } {
  const waiting = new Map<string, { give(frame: Frame): void; refuse(error: Failure): void }>();
  const held = new Map<string, Frame>();
  const loads: string[] = [];
  const load = (id: string): Promise<Frame> => new Promise((give, refuse) => (loads.push(id), waiting.set(id, { give, refuse })));
  const answer = async (id: string, error?: Failure): Promise<void> => {
    const frame = { imageId: id, values: new Uint8Array(10), columns: 5, rows: 2, low: 0, high: 1 };
    const asker = waiting.get(id);
    if (!asker) return;
    waiting.delete(id);
    if (error) asker.refuse(error);
    else held.set(id, frame), asker.give(frame);
    await new Promise((done) => setTimeout(done));
  };
  return { loads, answer, held, source: { load, loaded: (id) => held.get(id) ?? null, drop: (id) => held.delete(id) } };
}

function stackOf(fetcher: Fetcher, name: string, count: number, at: number, visible = (): boolean => true): Slices {
  const stack = new Slices(visible, (id) => fetcher.has(id), 10, () => undefined);
  stack.open(Array.from({ length: count }, (_, index) => `${name}${index}`));
  stack.go(at);
  stack.way = 0;
  fetcher.join(stack);
  return stack;
}

describe("fetching", () => {
  it("asks for the middle slice first, two at a time, and follows the reader", async () => {
    const { loads, answer, source } = store();
    const fetcher = new Fetcher(source, 10_000);
    const stack = (fetcher.first = stackOf(fetcher, "a", 9, 4));
    fetcher.pump();
    expect(loads).toEqual(["a4", "a5"]);
    stack.go(1);
    await answer("a5");
    expect(loads).toEqual(["a4", "a5", "a1"]);
    expect(stack.best()).toBe(5);
    await answer("a4");
    expect(stack.best()).toBe(4);
    expect(loads[3]).toBe("a0"); // ahead of a reader who scrolls back
  });

  it("serves the stack being read before the others, but none shows nothing for long", async () => {
    const { loads, answer, source } = store();
    const fetcher = new Fetcher(source, 10_000);
    stackOf(fetcher, "b", 5, 2);
    fetcher.first = stackOf(fetcher, "a", 5, 2);
    fetcher.pump();
    await answer("a2");
    expect(loads).toEqual(["a2", "a3", "b2"]);
    await answer("b2");
    expect(loads[3]).toBe("a1");
  });

  it("leaves stacks alone that are not on the screen", () => {
    const { loads, source } = store();
    const fetcher = new Fetcher(source, 10_000);
    stackOf(fetcher, "a", 5, 2, () => false);
    fetcher.pump();
    expect(loads).toEqual([]);
  });

  it("stays within its bytes around the reader, and moves with them", async () => {
    const { loads, answer, source, held } = store();
    const fetcher = new Fetcher(source, 50);
    const stack = (fetcher.first = stackOf(fetcher, "a", 40, 20));
    fetcher.pump();
    for (let turn = 0; turn < 12; turn++) for (const id of loads.slice(-2)) await answer(id);
    expect(fetcher.memory.bytes).toBeLessThanOrEqual(50);
    expect([...held.keys()].sort()).toEqual(["a18", "a19", "a20", "a21", "a22"]);
    stack.go(30);
    fetcher.pump();
    for (let turn = 0; turn < 12; turn++) for (const id of loads.slice(-2)) await answer(id);
    expect(fetcher.memory.bytes).toBeLessThanOrEqual(50);
    expect(held.has("a30") && held.size === 5).toBe(true);
  });

  it("does not let the slice that is asked for wait behind slow ones", () => {
    const { loads, source } = store();
    const fetcher = new Fetcher(source, 10_000);
    const stack = (fetcher.first = stackOf(fetcher, "a", 40, 20));
    fetcher.pump();
    for (const at of [30, 35]) {
      stack.go(at);
      fetcher.pump();
    }
    expect(loads).toEqual(["a20", "a21", "a30"]);
  });

  it("goes on past a broken slice, stops after three in a row, and tries again when the reader moves", async () => {
    const { loads, answer, source } = store();
    const fetcher = new Fetcher(source, 10_000);
    const stack = (fetcher.first = stackOf(fetcher, "a", 9, 4));
    fetcher.pump();
    await answer("a4", new Failure("decode"));
    await answer("a5");
    expect([stack.best(), stack.failures.get(4)?.reason]).toEqual([5, "decode"]);
    for (const id of ["a3", "a6", "a2"]) await answer(id, new Failure("network"));
    expect(stack.stuck).toBe(true);
    const asked = loads.length;
    await answer(loads[asked - 1] as string, new Failure("network"));
    expect(loads.length).toBe(asked);
    stack.retry();
    fetcher.pump();
    expect(loads.slice(asked)).toEqual(["a3", "a6"]); // not the one that is broken for good
  });
});

describe("cine", () => {
  it("turns at the ends of a volume and begins a clip again", () => {
    expect([after(3, 5, 1, false), after(4, 5, 1, false), after(0, 5, -1, false)]).toEqual([[4, 1], [3, -1], [1, 1]]);
    expect([after(4, 5, 1, true), after(1, 5, -1, true)]).toEqual([[0, 1], [2, 1]]);
  });
});

describe("focus", () => {
  it("is the variance within an ellipse, clipped by the image", () => {
    const frame = { values: [0, 0, 0, 0, 9, 0, 0, 0, 0], rows: 3, columns: 3 };
    expect(contrast(frame, [1, 1], [1, 1])).toBeCloseTo(81 / 5 - (9 / 5) ** 2); // the middle and its four neighbours
    expect(contrast(frame, [0, 0], [0.4, 0.4])).toBe(0);
    expect(contrast(frame, [9, 9], [1, 1])).toBe(0);
  });

  it("lies in the slice with the largest value, whatever is missing", () => {
    expect(largest([null, 2, 5, null, 5])).toBe(2);
    expect(largest([null])).toBeNull();
  });
});

describe("slabs", () => {
  const each = { spacing_mm: 1, thickness_mm: 1 };

  it("reach over as many slices as the header's millimetres allow, and fewer at the ends", () => {
    expect(slabRange(60, 30, 5, each)).toEqual([28, 32]);
    expect(slabRange(60, 30, 2, each)).toEqual([30, 31]);
    expect(slabRange(60, 30, 6, each)).toEqual([28, 33]);
    expect(slabRange(60, 0, 5, each)).toEqual([0, 2]);
    expect(slabRange(60, 59, 5, each)).toEqual([57, 59]);
    expect(slabRange(60, 30, 5, { spacing_mm: 0.5, thickness_mm: 1 })).toEqual([26, 34]);
    expect(slabRange(60, 30, 2, { spacing_mm: 3, thickness_mm: null })).toEqual([30, 30]);
    expect(slabRange(60, 30, 5, { spacing_mm: null, thickness_mm: 1 })).toBeNull();
    expect(reach([26, 34], { spacing_mm: 0.5, thickness_mm: 1 })).toBe(5);
  });

  it("are the mean, rounded half up, or the densest value", () => {
    const slices = [[0, 5, 4095], [1, 2, 4095], [1, 9, 4094]].map((values) => Uint16Array.from(values));
    expect([...slab(slices, "mean", false)]).toEqual([1, 5, 4095]);
    expect([...slab(slices, "mip", false)]).toEqual([1, 9, 4095]);
    expect([...slab(slices, "mip", true)]).toEqual([0, 2, 4094]);
    expect([...slab([Int16Array.of(-3), Int16Array.of(-2)], "mean", false)]).toEqual([-2]);
    expect(ends(Int16Array.of(3, -7, 5))).toEqual([-7, 5]);
  });

  it("leave their slices as they were", () => {
    const slice = Uint16Array.of(1, 2);
    slab([slice, Uint16Array.of(5, 6)], "mip", false);
    expect([...slice]).toEqual([1, 2]);
  });
});

describe("the words beside the bar", () => {
  const place = { count: 60, at: 30, shown: 30, there: vi.fn(() => true), mm: 30, word: "Slice", failure: "", slab: "", suggested: null };

  it("say number and place, and what is shown while a slice is on its way", () => {
    expect(wordsOf(place)).toEqual(["Slice 31 of 60", "30.0 mm"]);
    expect(wordsOf({ ...place, shown: 27 })).toEqual(["Slice 31 of 60", "30.0 mm", "slice 31 loading, 28 shown"]);
    expect(wordsOf({ ...place, shown: null, mm: null })).toEqual(["Slice 31 of 60", "slice 31 loading"]);
    expect(wordsOf({ ...place, shown: 29, failure: "could not be decoded" })[2]).toBe("Slice 31: could not be decoded");
  });
});
