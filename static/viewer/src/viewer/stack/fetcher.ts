/** Fetches slices for every stack on the screen, the one being read first, within one bound of memory. */
import { failureOf } from "../data/failure";
import { drop, type Frame, load, loaded } from "../data/source";
import { kept } from "../state/person";
import { budgetOf, SliceMemory } from "./memory";
import type { Slices } from "./slices";

/** Two at a time, as many as decode at once; one more for the very slice that is being asked for. */
const AT_ONCE = 2;

/** Where slices come from; the tests of the order put their own in its place. */
export interface Source {
  load(id: string): Promise<Frame>;
  loaded(id: string): Frame | null;
  drop(id: string): void;
}

export class Fetcher {
  private readonly stacks = new Set<Slices>();
  private readonly owners = new Map<string, { stack: Slices; index: number }>();
  private running = 0;
  /** Bytes of the slices that are on their way. */
  private coming = 0;
  /** The stack being read. */
  first: Slices | null = null;
  readonly memory: SliceMemory;

  constructor(private readonly source: Source, budget: number) {
    this.memory = new SliceMemory(budget, (key) => this.distance(key), (key) => source.drop(key));
  }

  /** Take part from now on; a stack that is opened anew keeps its place. */
  join(stack: Slices): void {
    this.stacks.add(stack);
    stack.ids.forEach((id, index) => this.owners.set(id, { stack, index }));
  }

  /** Take part no longer: its slices are let go, also those that are still on their way. */
  leave(stack: Slices): void {
    this.stacks.delete(stack);
    if (this.first === stack) this.first = null;
    for (const id of stack.ids) {
      this.owners.delete(id);
      this.memory.forget(id);
      this.source.drop(id);
    }
  }

  has(id: string): boolean {
    return this.memory.has(id) && this.source.loaded(id) !== null;
  }

  private distance(key: string): number {
    const owner = this.owners.get(key);
    if (!owner?.stack.visible()) return Infinity;
    return Math.abs(owner.index - owner.stack.at) * (owner.stack === this.first ? 1 : 2); // the one being read keeps twice as many
  }

  /** Start what can be started. Call it after every change of place. */
  pump(): void {
    for (let started = true; started && this.running < AT_ONCE; ) started = this.turn().some((stack) => this.start(stack));
    const { first } = this;
    if (this.running === AT_ONCE && first?.visible() && first.next() === first.at) this.start(first);
  }

  /** Stacks on the screen: those that show nothing yet, the one being read, the others. */
  private turn(): Slices[] {
    const rank = (stack: Slices): number => (stack.best() === null ? 0 : 2) + (stack === this.first ? 0 : 1);
    return [...this.stacks].filter((stack) => stack.visible()).sort((a, b) => rank(a) - rank(b));
  }

  /** Whether slices of this stack are on their way, or wait for those of another one. */
  busyWith(stack: Slices): boolean {
    return stack.waits || (this.running >= AT_ONCE && stack.next() !== null);
  }

  private start(stack: Slices): boolean {
    const index = stack.next();
    const id = stack.ids[index ?? -1];
    if (index === null || id === undefined || !this.memory.room(stack.bytes + this.coming, this.distance(id))) return false;
    this.running += 1;
    this.coming += stack.bytes;
    stack.started(index);
    void this.fetch(stack, index, id);
    return true;
  }

  private async fetch(stack: Slices, index: number, id: string): Promise<void> {
    let failure = null;
    try {
      const frame = await this.source.load(id);
      if (this.stacks.has(stack)) this.memory.keep(id, bytesOf(frame));
      else this.source.drop(id);
    } catch (error) {
      failure = failureOf(error);
    }
    this.running -= 1;
    this.coming -= stack.bytes;
    stack.ended(index, failure);
    this.pump();
  }
}

const bytesOf = ({ values }: Frame): number => (values as { byteLength?: number }).byteLength ?? values.length * 8;

let shared: Fetcher | null = null;

/** The page's one fetcher; its bound is a share of the computer's memory, or the person's own. */
export function fetcher(): Fetcher {
  const memory = (navigator as { deviceMemory?: number }).deviceMemory;
  shared ??= new Fetcher({ load, loaded, drop }, budgetOf(memory, kept<number>("slice-megabytes")));
  return shared;
}
