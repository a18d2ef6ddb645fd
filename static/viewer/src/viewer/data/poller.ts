/** Keeps the manifest fresh: conditional GETs, quick while the server works, slow or not at all otherwise. */
import { Failure, failureOf } from "./failure";
import type { Manifest } from "./types";

const QUICK = 2_000;
const SLOW = 10_000;

/** Milliseconds to the next look, or null when nothing on the server can change by itself. */
export function pause(manifest: Manifest): number | null {
  if (manifest.images.some((image) => image.status === "transcoding")) return QUICK;
  if (manifest.analysis.state === "waiting" || manifest.analysis.state === "running") return QUICK;
  return manifest.analysis.state === "sealed" ? SLOW : null;
}

/** Who is told: of a new version, of a look that failed, of one that worked. */
export interface Told {
  changed(manifest: Manifest): void;
  failed(failure: Failure): void;
  fresh(): void;
  /** How far this computer's clock is ahead of the server's, in ms. */
  clock(ahead: number): void;
}

export class Poller {
  private tag: string | null = null;
  private timer: number | undefined;
  private last: Manifest | null = null;

  constructor(
    private readonly url: string,
    private readonly tell: Told,
    private readonly signal: AbortSignal,
  ) {
    window.addEventListener("offline", () => this.tell.failed(new Failure("network")), { signal });
    window.addEventListener("online", () => void this.look(), { signal });
    signal.addEventListener("abort", () => window.clearTimeout(this.timer));
  }

  /** Begin with what the page brought along, if it did; whether that is still so is asked when the images are likely to be there, sooner only where the server is at work. */
  start(brought: Manifest | null, tag: string): void {
    if (!brought || !tag) return void this.look();
    [this.last, this.tag] = [brought, tag];
    this.timer = window.setTimeout(() => void this.look(), pause(brought) ?? SLOW);
    this.tell.changed(brought);
  }

  /** Look now; the next look is planned by what this one finds, and comes for certain after one that failed. */
  async look(): Promise<void> {
    window.clearTimeout(this.timer);
    const found = await this.fetch().catch(failureOf);
    if (this.signal.aborted) return;
    if (found instanceof Failure) this.tell.failed(found);
    else this.tell.fresh();
    const wait = found instanceof Failure || !this.last ? SLOW : pause(this.last);
    if (wait !== null) this.timer = window.setTimeout(() => void this.look(), wait);
    if (found && !(found instanceof Failure)) this.tell.changed(found);
  }

  /** A new version, or null where nothing has changed. */
  private async fetch(): Promise<Manifest | null> {
    const headers: HeadersInit = this.tag ? { "If-None-Match": this.tag } : {};
    const answer = await fetch(this.url, { headers, cache: "no-store", signal: this.signal }).catch(() => {
      throw new Failure("network");
    });
    const sent = Date.parse(answer.headers.get("Date") ?? "");
    if (!Number.isNaN(sent)) this.tell.clock(Date.now() - sent);
    if (answer.status === 304) return null;
    if (!answer.ok) throw failureOf(answer.status);
    this.tag = answer.headers.get("ETag");
    this.last = (await answer.json()) as Manifest;
    return this.last;
  }
}
