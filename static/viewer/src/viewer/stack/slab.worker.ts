/** Computes slabs off the page's own thread; keeps the slices of the last one, so that scrolling sends only what is new. */
import { ends, type Mode, slab, type Values } from "./slab";

export interface Job {
  number: number;
  mode: Mode;
  dark: boolean;
  /** The slices of this slab, in order. */
  keys: string[];
  /** Those of them that the worker does not hold yet. */
  added: [string, Values][];
}

export interface Done {
  number: number;
  values: Values;
  low: number;
  high: number;
}

const held = new Map<string, Values>();

self.addEventListener("message", ({ data }: MessageEvent<Job>) => {
  for (const [key, values] of data.added) held.set(key, values);
  for (const key of [...held.keys()]) if (!data.keys.includes(key)) held.delete(key);
  const values = slab(data.keys.map((key) => held.get(key) as Values), data.mode, data.dark);
  const [low, high] = ends(values);
  const done: Done = { number: data.number, values, low, high };
  (self as unknown as Worker).postMessage(done, [values.buffer]);
});
