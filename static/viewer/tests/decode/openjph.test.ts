import openJph, { type OpenJph } from "@cornerstonejs/codec-openjph/wasmjs";
import { beforeAll, describe, expect, it } from "vitest";
import { firstLook, headerOf, isWhole } from "../../src/viewer/decode/codestream";
import { decode, rescaled } from "../../src/viewer/decode/openjph";

interface Encoder {
  getDecodedBuffer(info: object): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  setDecompositions(count: number): void;
  setTLMMarker(on: boolean): void;
  setTilePartDivisionsAtResolutions(on: boolean): void;
  setProgressionOrder(order: number): void;
  setQuality(reversible: boolean, step: number): void;
  encode(): void;
  delete(): void;
}

const [COLUMNS, ROWS] = [350, 450];
const BLOB = [215, 143] as const;
const NONE = { slope: 1, intercept: 0 };
let codec: OpenJph & { HTJ2KEncoder: new () => Encoder };

beforeAll(async () => {
  codec = (await openJph()) as typeof codec;
});

/** A blob over noise, as the portal stores it: RPCL, a tile-part for each resolution. */
function coded(signed = false): { values: Int32Array; bytes: Uint8Array } {
  const values = Int32Array.from({ length: COLUMNS * ROWS }, (_, at) => {
    const [x, y] = [at % COLUMNS, Math.floor(at / COLUMNS)];
    return Math.round(60_000 * Math.exp(-((x - BLOB[0]) ** 2 + (y - BLOB[1]) ** 2) / 1800)) + ((at * 7919) % 97) - (signed ? 30_000 : 0);
  });
  const encoder = new codec.HTJ2KEncoder();
  const room = encoder.getDecodedBuffer({ width: COLUMNS, height: ROWS, bitsPerSample: 16, componentCount: 1, isSigned: signed, isUsingColorTransform: false });
  room.set(new Uint8Array(Int16Array.from(values).buffer));
  encoder.setDecompositions(4);
  encoder.setTLMMarker(true);
  encoder.setTilePartDivisionsAtResolutions(true);
  encoder.setProgressionOrder(2);
  encoder.setQuality(true, 0);
  encoder.encode();
  const bytes = encoder.getEncodedBuffer().slice();
  encoder.delete();
  return { values, bytes };
}

describe("OpenJPH", () => {
  it.each([false, true])("gives 16-bit values back as they were, padded or not (signed: %s)", (signed) => {
    const { values, bytes } = coded(signed);
    for (const stream of [bytes, Uint8Array.from([...bytes, 0])]) {
      expect(isWhole(stream)).toBe(true);
      const found = decode(codec, stream, { reduce: 0, rescale: NONE });
      expect([found.columns, found.rows]).toEqual([COLUMNS, ROWS]);
      expect(found.values.every((value, at) => value === values[at])).toBe(true);
      expect(found.low).toBe(values.reduce((a, b) => Math.min(a, b)));
      expect(found.high).toBe(values.reduce((a, b) => Math.max(a, b)));
    }
  });

  it.each([1, 2, 3])("gives the same picture, halved %i times, from the beginning of the bytes as from all of them", (reduce) => {
    const { bytes } = coded();
    const header = headerOf(bytes);
    const look = header && firstLook(header, 2 ** reduce);
    expect(look?.reduce).toBe(reduce);
    const beginning = bytes.subarray(0, look?.bytes);
    expect(beginning.length).toBeLessThan(bytes.length);
    expect(isWhole(beginning)).toBe(false);
    const [part, whole] = [beginning, bytes].map((stream) => decode(codec, stream, { reduce, rescale: NONE }));
    expect([part?.columns, part?.rows, part?.low, part?.high]).toEqual([whole?.columns, whole?.rows, whole?.low, whole?.high]);
    expect(part?.values.every((value, at) => value === whole?.values[at])).toBe(true);
  });

  it.each([1, 2, 3])("puts value (i, j) of a picture halved %i times on stored pixel (step i, step j)", (reduce) => {
    const { columns, rows, values } = decode(codec, coded().bytes, { reduce, rescale: NONE });
    expect([columns, rows]).toEqual([Math.ceil(COLUMNS / 2 ** reduce), Math.ceil(ROWS / 2 ** reduce)]);
    let [sum, x, y] = [0, 0, 0];
    values.forEach((value, at) => {
      const weight = value > 5000 ? value : 0;
      [sum, x, y] = [sum + weight, x + weight * (at % columns), y + weight * Math.floor(at / columns)];
    });
    expect((x / sum) * 2 ** reduce).toBeCloseTo(BLOB[0], 0);
    expect((y / sum) * 2 ** reduce).toBeCloseTo(BLOB[1], 0);
  });

  it("throws where the header is damaged", () => {
    const { bytes } = coded();
    expect(() => decode(codec, bytes.map((byte, at) => (at > 50 && at < 90 ? byte ^ 0x5a : byte)), { reduce: 0, rescale: NONE })).toThrow();
  });
});

describe("modality values", () => {
  const stored = Uint16Array.of(0, 100, 4000);
  it.each([
    [1, 0, Uint16Array.of(0, 100, 4000)],
    [2, -1000, Int16Array.of(-1000, -800, 7000)],
    [0.5, 0, Float32Array.of(0, 50, 2000)],
    [100, 0, Float32Array.of(0, 10_000, 400_000)],
    [-1, 4000, Uint16Array.of(4000, 3900, 0)],
  ])("of slope %f and intercept %f keep a type that holds them", (slope, intercept, expected) => {
    expect(rescaled(stored, { slope, intercept })).toEqual(expected);
  });
});
