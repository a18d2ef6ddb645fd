/** One frame's codestream over the network, looked at while it arrives. */
import { Failure, failureOf } from "./failure";

export interface Arriving {
  signal?: AbortSignal | undefined;
  /** All bytes so far, each time that some came; the view is good only until the function returns. */
  came?(bytes: Uint8Array): void;
}

const ACCEPT = "image/jphc; transfer-syntax=*";
const START = 2 ** 20;

/** All bytes of the answer; throws Failure, or AbortError where the signal ended it. */
export async function read(url: string, { signal, came }: Arriving = {}): Promise<Uint8Array<ArrayBuffer>> {
  const cut = (error: unknown): never => {
    throw signal?.aborted ? error : new Failure("network");
  };
  const answer = await fetch(url, { headers: { Accept: ACCEPT }, signal: signal ?? null }).catch(cut);
  if (!answer.ok || !answer.body) throw failureOf(answer.status);
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

/** Room for `wanted` bytes, with the first `length` as they are. */
function grown(bytes: Uint8Array<ArrayBuffer>, length: number, wanted: number): Uint8Array<ArrayBuffer> {
  if (wanted <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(wanted, 2 * bytes.length));
  larger.set(bytes.subarray(0, length));
  return larger;
}
