/** The slices of one stack: where its reader is, which of them are decoded, and which could not be. */
import { Failure } from "../data/failure";
import { firstOf, nearest, type Way } from "./order";

const MOST_IN_A_ROW = 3;

export class Slices {
  ids: string[] = [];
  /** The slice that the reader asked for, counted from 0. */
  at = 0;
  way: Way = 0;
  readonly failures = new Map<number, Failure>();
  private readonly busy = new Set<number>();
  /** Failures in a row: whatever is wrong is then not the slice. */
  private row = 0;

  /** arrived: a slice has come, or has failed. */
  constructor(readonly visible: () => boolean, readonly there: (id: string) => boolean, readonly bytes: number, readonly arrived: (index: number) => void) {}

  open(ids: string[]): void {
    this.ids = ids;
    this.failures.clear();
    this.row = 0;
  }

  get count(): number {
    return this.ids.length;
  }

  go(index: number): void {
    const to = Math.min(this.count - 1, Math.max(0, index));
    if (to !== this.at) this.way = to > this.at ? 1 : -1;
    this.at = to;
  }

  has(index: number): boolean {
    return this.there(this.ids[index] ?? "");
  }

  /** What can be shown now: the slice itself or the nearest that is there; null before the first has come. */
  best(): number | null {
    return nearest(this.count, this.at, this.way, (index) => this.has(index));
  }

  /** The next one to fetch; null when all are there, on their way or broken. */
  next(): number | null {
    if (this.stuck) return null;
    return firstOf(this.count, this.at, this.way, (index) => !this.has(index) && !this.busy.has(index) && !this.failures.has(index));
  }

  /** Whether any is on its way. */
  get waits(): boolean {
    return this.busy.size > 0;
  }

  /** Nothing more is asked for until the reader moves or tries again. */
  get stuck(): boolean {
    return this.row >= MOST_IN_A_ROW;
  }

  /** What was not there for a passing reason is worth another try. */
  retry(): void {
    this.row = 0;
    for (const [index, { reason }] of this.failures) if (reason === "network" || reason === "server") this.failures.delete(index);
  }

  started(index: number): void {
    this.busy.add(index);
  }

  ended(index: number, failure: Failure | null): void {
    this.busy.delete(index);
    this.row = failure ? this.row + 1 : 0;
    if (failure) this.failures.set(index, failure);
    this.arrived(index);
  }
}
