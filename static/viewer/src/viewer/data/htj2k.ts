/** HTJ2K frames by our own workers: a first look from the beginning of the bytes, then the whole. */
import { type Codestream, firstLook, headerOf, isWhole } from "../decode/codestream";
import type { Decoded } from "../decode/order";
import { type DecodePool, PRIORITY, type Priority } from "../decode/pool";
import { Failure } from "./failure";
import type { Frame } from "./frames";
import { read } from "./stream";
import type { ImageInfo } from "./types";

/** HTJ2K lossless, lossless RPCL and HTJ2K. */
const SYNTAXES = ["201", "202", "203"].map((end) => `1.2.840.10008.1.2.4.${end}`);

/** Whether our workers read this image: one grey component in HTJ2K. */
export const isOurs = ({ transfer_syntax, photometric }: ImageInfo): boolean => SYNTAXES.includes(transfer_syntax) && photometric.startsWith("MONOCHROME");

/** A frame fetched ahead: from where, the validator of its bytes once that is known, and whether it could not be had. */
export interface Early {
  url: string;
  tag: string;
  failed: boolean;
}

export interface Wish {
  priority?: Priority;
  signal?: AbortSignal | undefined;
  /** Called at most once, before the whole is there, where the codestream says how far a lower resolution reaches. */
  look?: ((frame: Frame) => void) | undefined;
  /** Stored pixels for one of the screen's. */
  coarse?: number;
  /** It is fetched before its case is opened. */
  ahead?: Early;
}

/** Fetch and decode one frame; throws Failure "decode" where the codestream is cut, damaged or of another shape than the image. */
export async function decoded(pool: DecodePool, image: ImageInfo, url: string, imageId: string, wish: Wish): Promise<Frame> {
  const { signal, ahead, priority = PRIORITY.shown } = wish;
  const order = { rescale: image.rescale, signal };
  let looked = wish.look === undefined;
  let ended = false;
  const came = (bytes: Uint8Array): void => {
    const header = looked ? null : headerOf(bytes);
    if (!header) return;
    const first = firstLook(header, wish.coarse ?? 4);
    looked = first === null || bytes.length >= first.bytes;
    if (!first || !looked || !fits(header, image)) return;
    const start = bytes.slice(0, first.bytes).buffer;
    pool.decode(start, { ...order, reduce: first.reduce, priority: PRIORITY.look }).then(
      (found) => ended || wish.look?.(framed(imageId, found, 2 ** first.reduce)),
      () => undefined, // whatever is wrong is said of the whole
    );
  };
  const early = ahead && { spare: true, tagged: (tag: string) => void (ahead.tag = tag) };
  const bytes = await read(ahead?.url ?? url, { signal, came, ...early });
  const header = isWhole(bytes) ? headerOf(bytes) : null;
  if (!header || !fits(header, image)) throw new Failure("decode");
  const whole = await pool.decode(bytes.buffer, { ...order, priority }).catch((error: unknown) => {
    throw signal?.aborted ? error : new Failure("decode");
  });
  ended = true;
  // OpenJPH answers some damaged codestreams with an empty picture; a slice of many may be empty by right.
  if (whole.low === whole.high && image.frames === 1) throw new Failure("decode");
  return framed(imageId, whole, 1);
}

const fits = ({ columns, rows, components }: Codestream, image: ImageInfo): boolean => columns === image.columns && rows === image.rows && components === 1;

const framed = (imageId: string, { values, columns, rows, low, high }: Decoded, step: number): Frame => ({ imageId, values, columns, rows, low, high, step });
