/** From case to case without leaving the page: one ends, the next one's page is taken in, and that case begins. */
import { announce } from "../announce";
import { begin } from "../case";
import { frames } from "../data/frames";
import { byId, el } from "../dom";
import { toImages } from "../input/page";
import * as early from "../pane/early";
import * as renderer from "../pane/renderer";
import type { Viewer } from "../viewer";
import { Ahead } from "./ahead";
import { fetched, type Page, take } from "./page";
import { gettext } from "../../text/text";

export class Going {
  private open = new AbortController();
  private path = location.pathname;
  private busy = false;
  private readonly ahead = new Ahead((bytes) => frames.room(bytes), early);
  /** Says which case is open now; the viewer's own live region goes with each case. */
  private readonly said = el("div", { class: "visually-hidden", role: "status" });

  constructor(private readonly gpu: boolean) {}

  /** Begin with the case that the page brought; from then on its links to the neighbours lead there in place. */
  start(): void {
    document.body.append(this.said);
    this.begin();
    document.addEventListener("click", (event) => this.clicked(event));
    // The way back through the history is an ordinary one.
    window.addEventListener("popstate", () => location.pathname !== this.path && location.reload());
  }

  private clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-go]") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void this.go(link);
  }

  /** What cannot be saved, fetched or taken in is left to the browser's ordinary way. */
  private async go(link: HTMLAnchorElement): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    announce(link.title);
    const page = !renderer.lostOnce() && (await saved()) ? await fetched(link.href) : null;
    const whole = page !== null && (await saved()); // something may have been written meanwhile
    this.busy = false;
    if (whole) this.change(page);
    else location.assign(link.href);
  }

  private change(page: Page): void {
    this.open.abort();
    this.open = new AbortController();
    take(page);
    this.path = location.pathname;
    document.dispatchEvent(new CustomEvent("overread:case")); // the read form's side of it
    this.ahead.opened(byId("viewer").dataset["case"] ?? "");
    this.tell(this.begin());
    early.drop(); // what the case had no pane for
  }

  private begin(): Viewer {
    const root = byId("viewer");
    const viewer = begin(root, this.gpu, this.open.signal);
    const url = root.dataset["aheadUrl"];
    if (url) this.ahead.from(viewer, url);
    return viewer;
  }

  private tell(viewer: Viewer): void {
    const number = viewer.manifest?.case?.number;
    if (viewer.active) toImages(viewer);
    else byId("main").focus();
    if (number) this.said.textContent = gettext("Case %(number)s is open", { number });
  }
}

/** Whether whoever has something to save on this page has saved it. */
async function saved(): Promise<boolean> {
  const waits: Promise<boolean>[] = [];
  const wait = (done: Promise<boolean>): void => void waits.push(done);
  document.dispatchEvent(new CustomEvent("overread:leaving", { detail: { wait } }));
  return (await Promise.all(waits)).every(Boolean);
}
