/** One HTJ2K codestream to modality values, with a loaded OpenJPH. */
import type { OpenJph } from "@cornerstonejs/codec-openjph/wasmjs";
import type { Decoded, Order, Pixels, Rescale } from "./order";

/** Throws Error where the codestream cannot be read. A cut one is not noticed here: `isWhole` is asked before. */
export function decode(codec: OpenJph, bytes: Uint8Array, { reduce, rescale }: Pick<Order, "reduce" | "rescale">): Decoded {
  const decoder = new codec.HTJ2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    if (reduce > 0) decoder.decodeSubResolution(reduce);
    else decoder.decode();
    const { bitsPerSample, isSigned, componentCount } = decoder.getFrameInfo();
    const { width, height } = decoder.calculateSizeAtDecompositionLevel(reduce);
    if (decoder.getLastErrorMessage() || componentCount !== 1 || width < 1) throw new Error(decoder.getLastErrorMessage() || "no picture");
    const stored = typed(decoder.getDecodedBuffer(), bitsPerSample, isSigned).subarray(0, width * height);
    const values = rescaled(stored, rescale);
    return { values, columns: width, rows: height, ...range(values) };
  } finally {
    decoder.delete();
  }
}

/** A copy out of the decoder's memory, which it takes back. */
function typed(raw: Uint8Array, bits: number, signed: boolean): Pixels {
  const { buffer } = raw.slice();
  if (bits <= 8) return signed ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (bits <= 16) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  throw new Error(`${bits} bits`);
}

/** Modality values (PS3.3 C.11.1.1.2): whole ones keep 16 bits where they fit, others are floats. */
export function rescaled(stored: Pixels, { slope, intercept }: Rescale): Pixels {
  if (slope === 1 && intercept === 0) return stored;
  const { low, high } = range(stored);
  const ends = [low * slope + intercept, high * slope + intercept];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const whole = Number.isInteger(slope) && Number.isInteger(intercept);
  const out = whole && least >= 0 && most <= 65_535 ? new Uint16Array(stored.length)
    : whole && least >= -32_768 && most <= 32_767 ? new Int16Array(stored.length)
    : new Float32Array(stored.length);
  for (let at = 0; at < stored.length; at++) out[at] = (stored[at] as number) * slope + intercept;
  return out;
}

function range(values: Pixels): { low: number; high: number } {
  let [low, high] = [values[0] ?? 0, values[0] ?? 0];
  for (let at = 1; at < values.length; at++) {
    const value = values[at] as number;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return { low, high };
}
