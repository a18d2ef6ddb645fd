/** One frame's codestream over the network, looked at while it arrives. */
import { Failure, failureOf } from "./failure";

export interface Arriving {
  signal?: AbortSignal | undefined;
  /** Nobody waits for it, and the browser keeps none of it. */
  spare?: boolean;
  /** The validator of the bytes, before they come. */
  tagged?(tag: string): void;
  /** All bytes so far, each time that some came; the view is good only until the function returns. */
  came?(bytes: Uint8Array): void;
}

const ACCEPT = "image/jphc; transfer-syntax=*";
const START = 2 ** 20;

/** All bytes of the answer; throws Failure, or AbortError where the signal ended it. */
export async function read(url: string, { signal, came, spare, tagged }: Arriving = {}): Promise<Uint8Array<ArrayBuffer>> {
  const cut = (error: unknown): never => {
    throw signal?.aborted ? error : new Failure("network");
  };
  const how: RequestInit = spare ? { priority: "low", cache: "no-store" } : {};
  const answer = await fetch(url, { ...how, headers: { Accept: ACCEPT }, signal: signal ?? null }).catch(cut);
  if (!answer.ok || !answer.body) throw failureOf(answer.status);
  tagged?.(answer.headers.get("ETag") ?? "");
  const reader = answer.body.getReader();
  let bytes = new Uint8Array(Number(answer.headers.get("Content-Length")) || START);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(cut);
    if (done) return bytes.length === length ? bytes : bytes.slice(0, length);
    bytes = grown(bytes, length, length + value.length);
    bytes.set(value, length);
    length += value.length;
    came?.(bytes.subarray(0, length));
  }
}

/** Say to the server that bytes which it has sent before, known by `tag`, are looked at now; throws Failure where they may not be. */
export async function confirm(url: string, tag: string): Promise<void> {
  const headers = { Accept: ACCEPT, ...(tag ? { "If-None-Match": tag } : {}) };
  const answer = await fetch(url, { headers, cache: "no-store" }).catch(() => {
    throw new Failure("network");
  });
  void answer.body?.cancel();
  if (!answer.ok && answer.status !== 304) throw failureOf(answer.status);
}

/** Room for `wanted` bytes, with the first `length` as they are. */
function grown(bytes: Uint8Array<ArrayBuffer>, length: number, wanted: number): Uint8Array<ArrayBuffer> {
  if (wanted <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(wanted, 2 * bytes.length));
  larger.set(bytes.subarray(0, length));
  return larger;
}
