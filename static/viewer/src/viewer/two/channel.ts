/** The line between the windows of one person at one desk. Nothing on it leaves the browser, and no pixel and no word of a patient is on it. */
import type { Mark } from "../data/types";
import type { Offset } from "../geometry/hang";
import type { Grey } from "../grey/grey";
import type { HeatSettings } from "../overlay/heat";

/** What both windows keep alike, whichever of them changed it. */
export interface Settings {
  heat: HeatSettings;
  outlines: boolean;
  linked: boolean;
  linkedGrey: boolean;
}

export interface Findings {
  findings: { id: string; marks?: Mark[] }[];
  loose: Mark[];
}

/** `here`, `step`, `marks`, `refresh` come from the first window, `hello` and `act` from the second, the others from either. */
export type Message =
  | { kind: "hello" }
  | { kind: "here"; page: string }
  | { kind: "gone" }
  | { kind: "step"; layout: string }
  | { kind: "marks"; held: Findings }
  | { kind: "act"; id: string; mark: Mark | null }
  | { kind: "refresh" }
  | { kind: "view"; offset: Offset | null }
  | { kind: "grey"; image: string; grey: Grey }
  | { kind: "settings"; settings: Settings };

/** What a window is called on the line: the tab's own name, which a window opened from it inherits with the tab's storage. */
export function pairName(person: string, store: Storage = sessionStorage): string {
  const name = `overread.${person || "anybody"}.pair`;
  try {
    const held = store.getItem(name) ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
    store.setItem(name, held);
    return `${name}.${held}`;
  } catch {
    return name; // no storage: all windows of this person are in step
  }
}

const GREETINGS = new Set<Message["kind"]>(["hello", "here"]);

export class Channel {
  private readonly line: BroadcastChannel;

  /** `page` is the address of the exam: of messages about another exam only the greetings are heard. `signal` closes the line. */
  constructor(name: string, private readonly page: string, heard: (message: Message) => void, private readonly signal: AbortSignal) {
    this.line = new BroadcastChannel(name);
    this.line.onmessage = ({ data }: MessageEvent<{ page: string; message: Message }>) => {
      if (data.page === this.page || GREETINGS.has(data.message.kind)) heard(data.message);
    };
    signal.addEventListener("abort", () => this.line.close());
  }

  send(message: Message): void {
    if (!this.signal.aborted) this.line.postMessage({ page: this.page, message });
  }
}
