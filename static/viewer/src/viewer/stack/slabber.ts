/** The page's side of the slab worker: one job at a time, and of those asked for meanwhile only the newest. */
import type { Mode, Values } from "./slab";
import type { Done, Job } from "./slab.worker";

export interface Wish {
  mode: Mode;
  dark: boolean;
  /** Each slice's key and modality values, in order. */
  slices: [string, Values][];
  take(done: Done): void;
}

export class Slabber {
  private worker: Worker | null = null;
  private held = new Set<string>();
  private now: Wish | null = null;
  private next: Wish | null = null;
  private number = 0;

  ask(wish: Wish): void {
    this.next = wish;
    this.work();
  }

  end(): void {
    this.worker?.terminate();
    this.worker = this.now = this.next = null;
  }

  private work(): void {
    if (this.now || !this.next) return;
    this.worker ??= this.start();
    this.now = this.next;
    this.next = null;
    const { mode, dark, slices } = this.now;
    const keys = slices.map(([key]) => key);
    const job: Job = { number: ++this.number, mode, dark, keys, added: slices.filter(([key]) => !this.held.has(key)) };
    this.held = new Set(keys);
    this.worker.postMessage(job);
  }

  private start(): Worker {
    const worker = new Worker(new URL("./slab.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Done>) => {
      const wish = this.now;
      this.now = null;
      wish?.take(data);
      this.work();
    });
    worker.addEventListener("error", () => {
      this.worker?.terminate(); // with whatever it held; the next job starts another one
      this.worker = this.now = null;
      this.held.clear();
    });
    return worker;
  }
}
