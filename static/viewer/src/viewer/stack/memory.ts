/** Decoded slices within a bound of bytes: the farthest from where anybody reads goes first. Pure but for `drop`. */

interface Held {
  bytes: number;
  /** When it was last put in: of two as far away the older one goes. */
  turn: number;
}

/** How far a slice is from its reader: 0 where it is read, Infinity in a stack that is not on the screen. */
export type Distance = (key: string) => number;

export class SliceMemory {
  private readonly held = new Map<string, Held>();
  private turn = 0;
  bytes = 0;

  /** budget: bytes. drop: lets the decoded pixels of a slice go. */
  constructor(readonly budget: number, private readonly distance: Distance, private readonly drop: (key: string) => void) {}

  has(key: string): boolean {
    return this.held.has(key);
  }

  get count(): number {
    return this.held.size;
  }

  /** Whether `bytes` more have room once everything farther away than `distance` has gone, which then goes. */
  room(bytes: number, distance: number): boolean {
    const farther = [...this.held].filter(([key]) => this.distance(key) > distance);
    const gained = farther.reduce((sum, [, held]) => sum + held.bytes, 0);
    if (this.bytes - gained + bytes > this.budget) return this.held.size === 0;
    this.shed(bytes);
    return true;
  }

  /** Count a slice that has been decoded; the budget holds afterwards, as long as there is more than this one. */
  keep(key: string, bytes: number): void {
    this.forget(key);
    this.held.set(key, { bytes, turn: ++this.turn });
    this.bytes += bytes;
    this.shed(0);
  }

  private shed(more: number): void {
    const rest = [...this.held].sort(([a, one], [b, other]) => this.apart(b, a) || one.turn - other.turn);
    for (const [key] of rest) {
      if (this.bytes + more <= this.budget || this.held.size === 1) return;
      this.forget(key);
      this.drop(key);
    }
  }

  /** Farther first; two infinities are alike. */
  private apart(b: string, a: string): number {
    const [far, near] = [this.distance(b), this.distance(a)];
    return far === near ? 0 : far - near;
  }

  /** Count a slice no longer. */
  forget(key: string): void {
    this.bytes -= this.held.get(key)?.bytes ?? 0;
    this.held.delete(key);
  }
}

const MB = 1024 * 1024;

/** An eighth of the computer's memory, 256 MB to 1 GB; `own`: a person's own number of megabytes, at least 1. */
export function budgetOf(gigabytes: number | undefined, own: number | null): number {
  if (own !== null && own >= 1) return own * MB;
  return Math.min(1024, Math.max(256, ((gigabytes ?? 4) / 8) * 1024)) * MB;
}
