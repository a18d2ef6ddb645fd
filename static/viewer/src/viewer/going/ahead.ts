/** While a case is read, the frames of the one that comes next: fetched last of all, kept where there is room, never shown before their case is opened. */
import type { Frame } from "../data/frames";
import { ahead, dropAhead, isAbort, isOurs, loadAhead } from "../data/source";
import type { ImageInfo } from "../data/types";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";

/** What decoding needs to know of an image. */
type Coming = ImageInfo & { ahead_url: string; bytes: number };

interface Told {
  case: string | null;
  images: Coming[];
}

const QUIET = 500; // ms without a drawing, after which nobody waits for pixels
const AGAIN = 60_000; // ms: what comes next may change, be withdrawn or be taken away

/** Whether nothing of this image is on its way any more. */
const whole = (pane: Pane): boolean => pane.failure !== null || (pane.ready && !pane.stack?.busy);

export class Ahead {
  /** The case whose frames these are. */
  private next: string | null = null;
  private images: Coming[] = [];
  private ends = new AbortController();

  /** `fits`: whether frames of so many bytes have room without anything being let go. `card`: has pictures ready to be drawn, or lets all of them go. */
  constructor(
    private readonly fits: (bytes: number) => boolean,
    private readonly card: { prepare(image: string, frame: Frame): void; drop(): void },
  ) {
    window.addEventListener("pagehide", () => this.drop());
  }

  /** For checks. */
  get held(): string | null {
    return this.next;
  }

  /** Look ahead from the open case, at `url`, as soon as its images are whole; ends with the case. */
  from(viewer: Viewer, url: string): void {
    const { signal } = viewer;
    let timer: number | undefined;
    const plan = (wait: number): void => {
      window.clearTimeout(timer);
      if (!signal.aborted) timer = window.setTimeout(() => void turn(), wait);
    };
    const turn = async (): Promise<void> => {
      const idle = !document.hidden && viewer.visible().length > 0 && viewer.visible().every(whole);
      if (idle) await this.look(url, signal);
      plan(idle ? AGAIN : QUIET);
    };
    const moved = (): void => plan(QUIET);
    document.addEventListener("overread:refresh", moved, { signal }); // a read that was locked may have left the list
    signal.addEventListener("abort", () => window.clearTimeout(timer));
    plan(QUIET);
  }

  /** This case is opened now: its frames are its own. Those of another one are dropped. */
  opened(id: string): void {
    if (id === this.next) [this.next, this.images, this.ends] = [null, [], new AbortController()];
    else this.drop();
  }

  /** Let everything go that was fetched ahead. */
  drop(): void {
    this.ends.abort();
    this.ends = new AbortController();
    this.card.drop();
    this.images.forEach(dropAhead);
    [this.next, this.images] = [null, []];
  }

  private async look(url: string, signal: AbortSignal): Promise<void> {
    const told = await asked(url, signal);
    if (signal.aborted || told === "nobody knows") return;
    if (told.case !== this.next) {
      this.drop();
      [this.next, this.images] = [told.case, told.images.filter(isOurs)];
    }
    await this.fetch(this.images, this.ends.signal);
    await this.prepare(this.images);
  }

  /** One after the other; what has no room is left for the opening. A refusal says that the case is not ours to look at any more. */
  private async fetch(images: readonly Coming[], signal: AbortSignal): Promise<void> {
    for (const image of images) {
      if (images !== this.images || !this.fits(image.bytes)) return; // opened, dropped, or no room
      try {
        await loadAhead(image, image.ahead_url, signal);
      } catch (error) {
        if (!isAbort(error) && !signal.aborted) this.drop();
        return;
      }
    }
  }

  /** Pictures on the graphics card, where there is room for as much once more. Each takes the page's thread for a moment: whoever does something meanwhile comes between two. */
  private async prepare(images: readonly Coming[]): Promise<void> {
    if (!this.fits(images.reduce((sum, { bytes }) => sum + bytes, 0))) return;
    for (const image of images) {
      const frame = images === this.images ? ahead(image) : null;
      if (!frame) return;
      this.card.prepare(image.id, frame);
      await new Promise((done) => window.setTimeout(done));
    }
  }
}

/** The server's word on what comes next. None where it refuses; where it cannot be reached nobody knows. */
async function asked(url: string, signal: AbortSignal): Promise<Told | "nobody knows"> {
  const answer = await fetch(url, { cache: "no-store", signal }).catch(() => null);
  if (!answer || answer.status >= 500) return "nobody knows";
  if (!answer.ok) return { case: null, images: [] };
  return (await answer.json().catch(() => "nobody knows")) as Told | "nobody knows";
}
