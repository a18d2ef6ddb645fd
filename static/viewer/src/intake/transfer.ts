/** One file on its way: tus keeps the protocol; here are its phases. */
import { DetailedError, Upload } from "tus-js-client";

import type { Server, ServerUpload } from "./server";
import { detailOf } from "./server";
import { gettext } from "../text/text";

export type Phase =
  | "waiting"
  | "sending"
  | "paused"
  | "filing"
  | "filed"
  | "duplicate"
  | "unpacked"
  | "refused"
  | "failed"
  | "cancelled";

const CHUNK = 8 * 1024 * 1024; // below the server's limit for one request
const RETRIES = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000]; // a dropped connection is taken up again
const ENDED: ReadonlySet<Phase> = new Set(["filed", "duplicate", "unpacked", "refused", "failed", "cancelled"]);

export class Transfer {
  phase: Phase = "waiting";
  sent = 0;
  say = "";
  exam: string | null = null;
  label = "";
  private upload: Upload | null = null;

  constructor(
    readonly name: string,
    readonly total: number,
    private readonly file: File | null,
    private readonly changed: (transfer: Transfer) => void,
    private given: string | null = null,
  ) {}

  /** What the server calls it: known as soon as sending begins, so before the server first lists it. */
  get serverId(): string | null {
    return this.given ?? this.upload?.url?.split("/").filter(Boolean).pop() ?? null;
  }

  get ended(): boolean {
    return ENDED.has(this.phase);
  }

  /** Begin, or go on after a pause; what an earlier page sent of this file is not sent again. */
  async start(server: Server, submission: string): Promise<void> {
    this.become("sending");
    if (this.upload === null) {
      this.upload = this.prepare(server, submission);
      const earlier = await this.upload.findPreviousUploads();
      const same = earlier.find((one) => one.metadata["submission"] === submission);
      if (same !== undefined) this.upload.resumeFromPreviousUpload(same);
    }
    if (this.phase === "sending") this.upload.start();
  }

  async pause(): Promise<void> {
    if (this.phase === "waiting") return this.become("paused");
    await this.upload?.abort();
    this.become("paused");
  }

  /** Put it back in line. */
  resume(): void {
    this.become("waiting");
  }

  /** Stop, and let the server delete what it has. */
  async cancel(): Promise<void> {
    this.become("cancelled");
    try {
      await this.upload?.abort(true);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.say = gettext("Cancelled. What was sent is deleted within a day.");
      this.become("cancelled");
    }
  }

  /** Take over what the server says of this file. */
  settle(upload: ServerUpload): void {
    this.given = upload.id;
    this.exam = upload.exam;
    this.label = upload.label;
    this.say = upload.say;
    this.become(upload.state === "received" ? "filing" : upload.state);
  }

  become(phase: Phase): void {
    this.phase = phase;
    this.changed(this);
  }

  private prepare(server: Server, submission: string): Upload {
    const file = this.file;
    if (file === null) throw new Error("a file of an archive is sent with its archive");
    return new Upload(file, {
      endpoint: server.uploads,
      chunkSize: CHUNK,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      metadata: { filename: this.name, submission },
      headers: { "X-CSRFToken": server.csrf },
      onProgress: (sent) => {
        this.sent = sent;
        this.changed(this);
      },
      onSuccess: () => this.arrived(),
      onError: (error) => this.failed(error),
    });
  }

  private arrived(): void {
    this.sent = this.total;
    this.become(this.ended ? this.phase : "filing"); // the server may have told the end before the last answer came
  }

  private failed(error: Error | DetailedError): void {
    const body = error instanceof DetailedError ? (error.originalResponse?.getBody() ?? "") : "";
    this.say = detailOf(body) ?? gettext("The connection was lost. Resume when the network is back.");
    this.become(detailOf(body) === null ? "paused" : "failed");
  }
}
