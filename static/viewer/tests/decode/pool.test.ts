import { describe, expect, it } from "vitest";
import type { Answer, Decoded, Order } from "../../src/viewer/decode/order";
import { DecodePool, PRIORITY, type WorkerLike } from "../../src/viewer/decode/pool";

const PICTURE: Decoded = { values: Uint16Array.of(1, 2), columns: 2, rows: 1, low: 1, high: 2 };

class FakeWorker implements WorkerLike {
  onmessage: ((event: MessageEvent<Answer>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  order: Order | null = null;
  ended = false;
  postMessage(order: Order): void {
    this.order = order;
  }
  terminate(): void {
    this.ended = true;
  }
  answer(answer: { decoded: Decoded } | { error: string } = { decoded: PICTURE }): void {
    const id = this.order?.id ?? 0;
    this.order = null;
    this.onmessage?.({ data: { id, ...answer } } as MessageEvent<Answer>);
  }
}

function pooled(most: number): { pool: DecodePool; workers: FakeWorker[] } {
  const workers: FakeWorker[] = [];
  const pool = new DecodePool(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  }, most);
  return { pool, workers };
}

const bytes = (length: number): ArrayBuffer => new ArrayBuffer(length);

describe("the decoding workers", () => {
  it("start when they are needed, or when warmed, and are never more than the bound", async () => {
    const { pool, workers } = pooled(2);
    expect(workers).toHaveLength(0);
    const all = [1, 2, 3].map((length) => pool.decode(bytes(length)));
    expect(workers).toHaveLength(2);
    pool.warm();
    expect(workers).toHaveLength(2);
    workers.forEach((worker) => worker.answer());
    workers.find((worker) => worker.order)?.answer();
    expect(await Promise.all(all)).toEqual([PICTURE, PICTURE, PICTURE]);
  });

  it("take the first look first, then what is shown, then what is near, in the order asked", () => {
    const { pool, workers } = pooled(1);
    const asked: [number, 0 | 1 | 2 | 3][] = [[1, PRIORITY.shown], [2, PRIORITY.ahead], [3, PRIORITY.near], [4, PRIORITY.shown], [5, PRIORITY.look], [6, PRIORITY.shown]];
    for (const [length, priority] of asked) void pool.decode(bytes(length), { priority });
    const taken: number[] = [];
    for (const worker = workers[0]; worker?.order; worker.answer()) taken.push(worker.order.bytes.byteLength);
    expect(taken).toEqual([1, 5, 4, 6, 3, 2]);
  });

  it("drop an order that was given up before it was begun, and the answer of one that was begun", async () => {
    const { pool, workers } = pooled(1);
    const [begun, waiting] = [new AbortController(), new AbortController()];
    const first = pool.decode(bytes(1), { signal: begun.signal });
    const second = pool.decode(bytes(2), { signal: waiting.signal });
    const third = pool.decode(bytes(3));
    begun.abort();
    waiting.abort();
    await expect(first).rejects.toThrow("abort");
    await expect(second).rejects.toThrow("abort");
    workers[0]?.answer();
    expect(workers[0]?.order?.bytes.byteLength).toBe(3);
    workers[0]?.answer();
    expect(await third).toEqual(PICTURE);
    await expect(pool.decode(bytes(4), { signal: begun.signal })).rejects.toThrow("abort");
  });

  it("say what the decoder said, and go on", async () => {
    const { pool, workers } = pooled(1);
    const bad = pool.decode(bytes(1));
    const good = pool.decode(bytes(2));
    workers[0]?.answer({ error: "no picture" });
    await expect(bad).rejects.toThrow("no picture");
    workers[0]?.answer();
    expect(await good).toEqual(PICTURE);
  });

  it("are replaced when one dies, at work or waiting; its order fails and the next is done", async () => {
    const { pool, workers } = pooled(1);
    const lost = pool.decode(bytes(1));
    const next = pool.decode(bytes(2));
    workers[0]?.onerror?.({} as ErrorEvent);
    await expect(lost).rejects.toThrow("stopped");
    expect(workers[0]?.ended).toBe(true);
    workers[1]?.answer();
    expect(await next).toEqual(PICTURE);
    workers[1]?.onerror?.({} as ErrorEvent);
    void pool.decode(bytes(3));
    expect(workers[2]?.order?.bytes.byteLength).toBe(3);
  });
});
