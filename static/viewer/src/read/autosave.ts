/** Saves the draft as it grows: one request at a time, the newest body, again after a lost connection. */
import { type Answer, send } from "./server";
import type { Body, Errors } from "./types";

interface Kept {
  version: number;
  saved_at: string;
  broken: Errors;
  body?: Body;
}

export interface SaveListener {
  saving(): void;
  saved(at: string): void;
  refused(detail: string, errors: Errors): void;
  edited(detail: string, version: number, body: Body): void;
}

const QUIET = 700; // ms without typing before a save
const AGAIN = [2000, 5000, 15000]; // ms between tries while the portal cannot be reached

export class Autosave {
  private pending: Body | null = null;
  private timer = 0;
  private running: Promise<boolean> | null = null;
  private failures = 0;
  private stopped = false;

  /** `broken`: what keeps the saved draft from being locked, by field. */
  constructor(private readonly url: string, public version: number, public broken: Errors, private readonly listener: SaveListener, signal: AbortSignal) {
    globalThis.addEventListener?.("online", () => this.pending !== null && this.wait(0), { signal });
    signal.addEventListener("abort", () => this.stop());
  }

  get dirty(): boolean {
    return this.pending !== null || this.running !== null;
  }

  change(body: Body): void {
    this.pending = body;
    this.wait(QUIET);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** After "edited elsewhere": write over what is kept, from its version. */
  resume(version: number): void {
    this.version = version;
    this.stopped = false;
    this.wait(0);
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = window.setTimeout(() => void this.flush(), ms);
  }

  /** Save now what is not saved yet; true when everything is. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    if (this.running) await this.running;
    if (this.pending === null) return true;
    this.running = this.save(this.pending);
    const fine = await this.running;
    this.running = null;
    return fine && this.pending !== null ? this.flush() : fine;
  }

  private async save(body: Body): Promise<boolean> {
    this.pending = null;
    this.listener.saving();
    const answer = await send<Kept>("PUT", this.url, { version: this.version, body });
    if (answer.ok) return this.kept(answer.body);
    this.pending ??= body;
    this.failed(answer);
    return false;
  }

  private kept(body: Kept): boolean {
    this.version = body.version;
    this.broken = body.broken;
    this.failures = 0;
    this.listener.saved(body.saved_at);
    return true;
  }

  private failed(answer: Answer<Kept>): void {
    const { status, body } = answer;
    const detail = body.detail ?? "";
    if (body.code === "edited" && body.body) {
      this.stopped = true;
      this.listener.edited(detail, body.version, body.body);
      return;
    }
    this.listener.refused(detail, body.errors ?? {});
    const lost = status === 0 || status >= 500;
    if (lost) this.wait(AGAIN[Math.min(this.failures++, AGAIN.length - 1)] ?? 15000);
  }
}
