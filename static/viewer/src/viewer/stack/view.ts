/** A pane's stack: which slice is asked for, what can be shown of it now, and what the bar beside it says. */
import type { Failure } from "../data/failure";
import { derived, type Frame, loaded } from "../data/source";
import type { ImageInfo } from "../data/types";
import { Bar } from "./bar";
import { fetcher } from "./fetcher";
import { type Mode, reach, slabRange, type Values } from "./slab";
import { Slabber } from "./slabber";
import { Slices } from "./slices";
import { decimal, gettext } from "../../text/text";

/** How slices are laid together; one for all stacks of the page. */
export interface SlabSettings {
  mode: Mode | "off";
  mm: number;
}

/** As every case begins. */
export const SINGLE_SLICES: Readonly<SlabSettings> = { mode: "off", mm: 5 };

export const slabSettings: SlabSettings = { ...SINGLE_SLICES };

export const MODE_NAMES: Record<Mode, string> = { mean: gettext("Mean"), mip: "MIP" };

/** Where reading a stack starts: in the middle of a volume, at the beginning of a clip. */
export const startOf = ({ frames, stack }: ImageInfo): number => (!stack || stack.kind === "clip" || stack.kind === "stills" ? 0 : Math.floor(frames / 2));

/** The suggestion speaks of a slab of five slices: its own and two on either side (`inference/tomosynthesis.py`). */
const SUGGESTED = 2;

const WORDS = { tomosynthesis: gettext("Slice"), series: gettext("Slice"), clip: gettext("Frame"), stills: gettext("Image") };

export interface Host {
  readonly image: ImageInfo;
  readonly shown: boolean;
  /** Put this picture on the screen. */
  take(frame: Frame): Promise<void>;
  /** Nothing can be shown, and why; null while something may still come. */
  fail(failure: Failure): void;
}

export class StackView {
  readonly bar: Bar;
  readonly slices: Slices;
  /** The slice on the screen, or the middle one of the slab on it; null before the first one. */
  shown: number | null = null;
  private made: [number, number] | null = null;
  private suggested: number | null = null;
  private readonly slabber = new Slabber();
  private ended = false;
  private taking: Promise<void> | null = null;
  private wanted: (() => Frame | null) | null = null;

  constructor(private readonly host: Host, go: (index: number) => void) {
    const { image } = host;
    this.bar = new Bar(image.chest_wall, image.frames, go);
    const samples = image.photometric.startsWith("MONOCHROME") ? 1 : 3;
    const bytes = image.rows * image.columns * samples * (image.bits_stored > 8 ? 2 : 1);
    this.slices = new Slices(() => host.shown, (id) => fetcher().has(id), bytes, (index) => this.arrived(index));
  }

  /** `at`: where to start, which is fetched first. */
  open(ids: string[], at: number): void {
    this.slices.open(ids);
    this.slices.go(at);
    this.slices.way = 0;
    fetcher().join(this.slices);
    this.go(this.slices.at);
  }

  /** The reader asks for another slice. */
  go(index: number): void {
    this.slices.go(index);
    this.slices.retry();
    this.refresh();
    fetcher().pump();
  }

  /** On the screen again: go on fetching. False before the stack was ever opened. */
  resume(): boolean {
    if (!this.slices.count) return false;
    this.refresh();
    fetcher().pump();
    return true;
  }

  /** The slice that the suggestion is about, from 0; null for none, or while it is sealed. */
  suggest(slice: number | null): void {
    this.suggested = slice;
    this.say();
  }

  /** Whether the slice on the screen is too far from the suggestion's for its overlays to lie on it. */
  get beside(): boolean {
    return this.suggested !== null && this.shown !== null && Math.abs(this.shown - this.suggested) > SUGGESTED;
  }

  /** Whether slices are still on their way. */
  get busy(): boolean {
    return this.slices.count === 0 || fetcher().busyWith(this.slices);
  }

  /** This stack is the one being read. */
  lead(): void {
    fetcher().first = this.slices;
    fetcher().pump();
  }

  /** Its case was left: nothing is fetched, laid together or shown any more. */
  end(): void {
    this.ended = true;
    this.wanted = null;
    this.slabber.end();
    fetcher().leave(this.slices);
  }

  /** Resolves once no more slices come: all are there, or as many as the memory holds, or half a minute has passed. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 300 && !this.ended && this.busy; turn++) await new Promise((done) => setTimeout(done, 100));
  }

  private arrived(index: number): void {
    if (this.ended) return;
    const { shown, slices } = this;
    const failure = slices.failures.get(index);
    const nearer = shown === null || Math.abs(index - slices.at) <= Math.abs(shown - slices.at);
    if (failure && shown === null && (slices.stuck || slices.failures.size === slices.count)) this.host.fail(failure);
    else if ((nearer && shown !== slices.at) || this.range()) this.refresh();
    else this.say();
  }

  /** The slices of the slab that is asked for; null without one. */
  private range(): [number, number] | null {
    const { stack } = this.host.image;
    if (slabSettings.mode === "off" || stack?.kind !== "tomosynthesis") return null;
    return slabRange(this.slices.count, this.slices.at, slabSettings.mm, stack);
  }

  /** Bring the screen in line with what is asked for and what is there. */
  refresh(): void {
    const { slices } = this;
    const range = this.range();
    if (range && range[0] < range[1] && this.whole(range)) this.lay(range);
    else {
      const best = slices.best();
      if (best !== null && (best !== this.shown || this.made)) this.put(best, null, () => loaded(slices.ids[best] ?? ""));
    }
    this.say();
  }

  private whole([first, last]: [number, number]): boolean {
    for (let index = first; index <= last; index++) if (!this.slices.has(index)) return false;
    return true;
  }

  private lay(range: [number, number]): void {
    const { at, ids } = this.slices;
    const frames = ids.slice(range[0], range[1] + 1).map((id) => loaded(id));
    const base = frames[0];
    if (!base || slabSettings.mode === "off" || frames.some((frame) => frame === null)) return;
    const slices = frames.map((frame): [string, Values] => [frame?.imageId ?? "", frame?.values as Values]);
    const dark = this.host.image.photometric === "MONOCHROME1";
    this.slabber.ask({ mode: slabSettings.mode, dark, slices, take: ({ values, low, high }) => {
      if (this.range()) this.put(at, range, () => derived(base, values, low, high));
    } });
  }

  /** One picture after the other; of those asked for meanwhile only the newest. */
  private put(index: number, range: [number, number] | null, frame: () => Frame | null): void {
    this.wanted = () => {
      const picture = frame();
      if (picture) [this.shown, this.made] = [index, range];
      return picture;
    };
    this.taking ??= this.work().finally(() => (this.taking = null));
  }

  private async work(): Promise<void> {
    while (this.wanted) {
      const frame = this.wanted();
      this.wanted = null;
      if (frame) await this.host.take(frame);
      this.say();
    }
  }

  /** What of the stack is on the screen; null before the first slice. */
  get at(): { slice: number; slab: [number, number] | null } | null {
    return this.shown === null ? null : { slice: this.shown, slab: this.made };
  }

  /** The slab on the screen in words, or that it is on its way; "" without one. */
  get slab(): string {
    const { stack } = this.host.image;
    const asked = this.range();
    if (!stack || !asked || slabSettings.mode === "off") return "";
    const name = MODE_NAMES[slabSettings.mode];
    if (asked[0] === asked[1]) return gettext("%(name)s: one slice of %(reach)s mm", { name, reach: decimal(reach(asked, stack), 1) });
    return this.made ? `${name} ${decimal(reach(this.made, stack), 1)} mm, ${this.made[0] + 1}-${this.made[1] + 1}` : gettext("%(name)s %(mm)s mm loading", { name, mm: slabSettings.mm });
  }

  say(): void {
    const { slices, shown, host } = this;
    const { stack } = host.image;
    this.bar.say({
      count: host.image.frames, at: slices.at, shown, there: (index) => slices.has(index), slab: this.slab,
      mm: stack?.spacing_mm ? slices.at * stack.spacing_mm : null,
      suggested: this.suggested,
      word: WORDS[stack?.kind ?? "tomosynthesis"],
      failure: slices.failures.get(slices.at)?.title.toLowerCase() ?? "",
    });
  }
}
