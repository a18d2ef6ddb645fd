/** Why an image is not on the screen, and what the reader can do about it. */
import { gettext } from "../../text/text";

export type Cause = "network" | "gone" | "refused" | "server" | "decode" | "metadata" | "failed" | "transcoding";

const SENTENCES: Record<Cause, [title: string, advice: string]> = {
  network: [gettext("No connection to the server"), gettext("Check the network, then try again. What you have written is kept.")],
  gone: [gettext("This image is not on the server any more"), gettext("It may have been withdrawn. Ask the person who handed in the exam.")],
  refused: [gettext("You may not see this image"), gettext("Sign in again; if it stays so, ask your coordinator.")],
  server: [gettext("The server could not send this image"), gettext("Try again in a moment. If it stays so, tell your administrator.")],
  decode: [gettext("This image could not be decoded"), gettext("Its pixel data may be damaged. Try again, or ask for the exam to be sent anew.")],
  metadata: [gettext("The image's header could not be read"), gettext("Try again. If it stays so, tell your administrator.")],
  failed: [gettext("This image could not be prepared"), gettext("The exam page says why. Ask for it to be sent anew.")],
  transcoding: [gettext("This image is being prepared"), gettext("It appears here by itself as soon as it is ready.")],
};

/** An image that cannot be shown, with a cause that has words. */
export class Failure extends Error {
  readonly title: string;
  readonly advice: string;

  /** `said`: the server's own words, in place of our advice. */
  constructor(readonly reason: Cause, said = "") {
    super(SENTENCES[reason][0]);
    [this.title, this.advice] = SENTENCES[reason];
    this.advice = said || this.advice;
  }
}

/** From an HTTP status, a failed XMLHttpRequest or whatever a decoder threw. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const status = typeof error === "number" ? error : (statusOf(error) ?? statusOf((error as { error?: unknown })?.error));
  if (status === undefined) return new Failure("decode");
  if (status === 0) return new Failure("network");
  if (status === 404 || status === 410) return new Failure("gone");
  if (status === 401 || status === 403) return new Failure("refused");
  return new Failure("server");
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" ? status : undefined;
}
