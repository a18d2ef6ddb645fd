/** Decoding workers, as many as the machine has cores (at most four), and the orders that wait for them. */
import type { Answer, Decoded, Order, Rescale } from "./order";

/** The smaller goes first; among equals whoever asked first. */
export const PRIORITY = { look: 0, shown: 1, near: 2, ahead: 3 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

export interface DecodeOptions {
  /** Halvings of the picture: 0 (all of it) unless said. */
  reduce?: number;
  /** Stored values to modality values; none unless said. */
  rescale?: Rescale;
  priority?: Priority;
  /** An order that waits is dropped, the answer of one that is being worked on is thrown away. */
  signal?: AbortSignal | undefined;
}

export interface WorkerLike {
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(order: Order, transfer: Transferable[]): void;
  terminate(): void;
}

interface Job {
  order: Order;
  priority: Priority;
  done(decoded: Decoded): void;
  failed(error: unknown): void;
}

export class DecodePool {
  private readonly waiting: Job[] = [];
  private readonly idle: WorkerLike[] = [];
  private workers = 0;
  private orders = 0;

  /** `spawn` starts a worker; none is started before it is needed or `warm` is called. */
  constructor(
    private readonly spawn: () => WorkerLike,
    private readonly most: number,
  ) {}

  /** Start the workers before the first codestream is there: loading WebAssembly takes as long as fetching one. */
  warm(): void {
    while (this.workers < this.most) this.idle.push(this.start());
  }

  /** Decode one whole codestream, or with `reduce` the beginning of one. `bytes` are handed over and cannot be used any more. Rejects with AbortError or the decoder's error. */
  decode(bytes: ArrayBuffer, { reduce = 0, rescale = { slope: 1, intercept: 0 }, priority = PRIORITY.shown, signal }: DecodeOptions = {}): Promise<Decoded> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const order: Order = { id: ++this.orders, bytes, reduce, rescale };
      const job: Job = { order, priority, done: resolve, failed: reject };
      const drop = (): void => (this.forget(job), reject(signal?.reason));
      signal?.addEventListener("abort", drop, { once: true });
      job.done = (decoded) => (signal?.removeEventListener("abort", drop), resolve(decoded));
      job.failed = (error) => (signal?.removeEventListener("abort", drop), reject(error));
      const at = this.waiting.findIndex((other) => other.priority > priority);
      this.waiting.splice(at < 0 ? this.waiting.length : at, 0, job);
      this.next();
    });
  }

  private forget(job: Job): void {
    const at = this.waiting.indexOf(job);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  private next(): void {
    if (this.waiting.length === 0) return;
    const worker = this.idle.pop() ?? (this.workers < this.most ? this.start() : null);
    if (worker) this.work(worker, this.waiting.shift() as Job);
  }

  private start(): WorkerLike {
    this.workers += 1;
    const worker = this.spawn();
    worker.onerror = () => this.bury(worker); // one that dies while it waits for its first order
    return worker;
  }

  private bury(worker: WorkerLike): void {
    worker.terminate();
    this.workers -= 1;
    const at = this.idle.indexOf(worker);
    if (at >= 0) this.idle.splice(at, 1);
  }

  private work(worker: WorkerLike, job: Job): void {
    worker.onmessage = ({ data }) => {
      worker.onerror = () => this.bury(worker);
      this.idle.push(worker);
      if (data.decoded) job.done(data.decoded);
      else job.failed(new Error(data.error));
      this.next();
    };
    // A worker that died (out of memory, not found) takes its codestream with it; the next order gets a new one.
    worker.onerror = () => {
      this.bury(worker);
      job.failed(new Error("the decoding worker stopped"));
      this.next();
    };
    worker.postMessage(job.order, [job.order.bytes]);
  }
}

/** The page's own. */
export const pool = new DecodePool(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  Math.max(1, Math.min(4, globalThis.navigator?.hardwareConcurrency || 2)),
);
