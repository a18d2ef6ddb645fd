/** All files of a submission: a few are sent at a time, all are watched until the server has filed or refused them. */
import type { Sums } from "./format";
import { Server, type Submission } from "./server";
import { type Phase, Transfer } from "./transfer";
import { gettext } from "../text/text";

const AT_ONCE = 3;
const POLL = 1000; // ms between looks at the server while something is being filed
const KEPT = "overread.submission"; // where an unfinished submission survives a reload

export interface Screen {
  added(transfer: Transfer): void;
  changed(transfer: Transfer): void;
  finished(submission: Submission): void;
  trouble(sentence: string): void;
}

export class Queue {
  readonly transfers: Transfer[] = [];
  private submission: string | null = null;
  private opening: Promise<string> | null = null;
  private timer: number | null = null;
  private done = false;

  constructor(
    private readonly server: Server,
    private readonly screen: Screen,
  ) {}

  /** Take up the submission of an earlier page, when it is still open. Returns whether there was one. */
  async takeUp(): Promise<boolean> {
    const id = sessionStorage.getItem(KEPT);
    if (id === null) return false;
    try {
      const submission = await this.server.read(id);
      if (submission.closed_at !== null) return this.forget();
      this.submission = id;
      this.merge(submission);
      return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return this.forget();
    }
  }

  add(files: File[]): void {
    if (this.done) this.forget();
    this.done = false;
    for (const file of files) {
      const transfer = new Transfer(file.name, file.size, file, (one) => this.moved(one));
      this.transfers.push(transfer);
      this.screen.added(transfer);
      if (file.size === 0) {
        transfer.say = gettext("The file is empty. Export it again and send it anew.");
        transfer.become("refused");
      }
    }
    void this.fill();
  }

  sums(): Sums {
    const phases = Object.fromEntries(
      ["waiting", "sending", "paused", "filing", "filed", "duplicate", "unpacked", "refused", "failed", "cancelled"].map(
        (phase) => [phase, this.transfers.filter((one) => one.phase === phase).length],
      ),
    ) as Record<Phase, number>;
    const counted = this.transfers.filter((one) => one.phase !== "cancelled" && one.phase !== "unpacked");
    const own = counted.filter((one) => one.total > 0);
    return {
      files: counted.length,
      sent: own.reduce((sum, one) => sum + one.sent, 0),
      total: own.reduce((sum, one) => sum + one.total, 0),
      phases,
    };
  }

  get busy(): boolean {
    return this.transfers.some((one) => one.phase === "sending" || one.phase === "waiting");
  }

  private moved(transfer: Transfer): void {
    this.screen.changed(transfer);
    if (transfer.phase !== "sending") void this.fill();
  }

  /** Keep a few files on their way; when all have ended, finish. */
  private async fill(): Promise<void> {
    const sending = this.transfers.filter((one) => one.phase === "sending").length;
    const next = this.transfers.filter((one) => one.phase === "waiting").slice(0, Math.max(0, AT_ONCE - sending));
    if (next.length > 0) {
      try {
        const id = await this.opened();
        await Promise.all(next.filter((one) => one.phase === "waiting").map((one) => one.start(this.server, id)));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.screen.trouble(error.message);
        for (const one of next.filter((waiting) => waiting.phase === "waiting")) {
          one.phase = "paused";
          this.screen.changed(one);
        }
      }
    }
    this.watch();
  }

  private async opened(): Promise<string> {
    if (this.submission !== null) return this.submission;
    this.opening ??= this.server.open();
    try {
      this.submission = await this.opening;
    } finally {
      this.opening = null;
    }
    sessionStorage.setItem(KEPT, this.submission);
    return this.submission;
  }

  /** Look at the server soon, if anything there is still to be settled. */
  private watch(): void {
    const filing = this.transfers.some((one) => one.phase === "filing");
    const over = this.transfers.length > 0 && this.transfers.every((one) => one.ended || one.phase === "filing");
    if (this.submission === null || this.done || this.timer !== null || !(filing || over)) return;
    this.timer = window.setTimeout(() => void this.look(over), filing ? POLL / 2 : 0);
  }

  private async look(over: boolean): Promise<void> {
    const id = this.submission;
    if (id === null) return;
    try {
      const all = over && this.transfers.every((one) => one.ended || one.phase === "filing");
      const submission = all ? await this.server.finish(id) : await this.server.read(id);
      this.merge(submission);
      if (submission.finished_at !== null) this.finish(submission);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.screen.trouble(error.message);
      await new Promise((resolve) => window.setTimeout(resolve, 3 * POLL));
    }
    this.timer = null;
    this.watch();
  }

  private merge(submission: Submission): void {
    for (const upload of submission.uploads) {
      let mine = this.transfers.find((one) => one.serverId === upload.id);
      if (mine === undefined) {
        mine = new Transfer(upload.name, 0, null, (one) => this.moved(one), upload.id);
        this.transfers.push(mine);
        this.screen.added(mine);
      }
      if (!mine.ended) mine.settle(upload);
    }
  }

  private finish(submission: Submission): void {
    this.done = true;
    sessionStorage.removeItem(KEPT);
    this.screen.finished(submission);
  }

  private forget(): boolean {
    this.submission = null;
    sessionStorage.removeItem(KEPT);
    return false;
  }
}
