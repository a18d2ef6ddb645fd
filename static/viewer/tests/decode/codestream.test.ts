import { describe, expect, it } from "vitest";
import { firstLook, headerOf, isWhole } from "../../src/viewer/decode/codestream";

const short = (value: number): number[] => [value >> 8, value & 255];
const long = (value: number): number[] => [...short(value >>> 16), ...short(value & 0xffff)];
const segment = (marker: number, ...body: number[]): number[] => [...short(marker), ...short(body.length + 2), ...body];

const SIZ = segment(0xff51, ...short(0x4000), ...[2624, 4736, 0, 0, 2624, 4736, 0, 0].flatMap(long), ...short(1), 15, 1, 1);
const cod = (order: number): number[] => segment(0xff52, 0, order, 0, 1, 0, 2, 4, 4, 0x40, 1);
const PARTS = [40, 60, 100];
const tlm = (parts: number[], tiles = parts.map(() => 0)): number[] => segment(0xff55, 0, 0x60, ...parts.flatMap((length, at) => [...short(tiles[at] as number), ...long(length)]));
const part = (length: number, said = length): number[] => [...segment(0xff90, ...short(0), ...long(said), 0, 1), ...Array.from({ length: length - 12 }, () => 7)];
const stream = (head: number[], parts: number[][], end = [0xff, 0xd9]): Uint8Array => Uint8Array.from([0xff, 0x4f, ...head, ...parts.flat(), ...end]);

const HEAD = [...SIZ, ...cod(2), ...tlm(PARTS)];
const WHOLE = stream(HEAD, PARTS.map((length) => part(length)));

describe("the header of a codestream", () => {
  it("says shape, precision, levels, and where each resolution ends", () => {
    const start = 2 + HEAD.length;
    expect(headerOf(WHOLE)).toEqual({ columns: 2624, rows: 4736, bits: 16, signed: false, components: 1, levels: 2, ends: [start + 40, start + 100, start + 200] });
  });

  it("is not there before all of it is", () => {
    for (let length = 0; length < 2 + HEAD.length + 2; length++) expect(headerOf(WHOLE.subarray(0, length))).toBeNull();
    expect(headerOf(WHOLE.subarray(0, 2 + HEAD.length + 4))).not.toBeNull();
  });

  it.each([
    ["another order of packets", [...SIZ, ...cod(1), ...tlm(PARTS)]],
    ["no table", [...SIZ, ...cod(2)]],
    ["fewer parts than resolutions", [...SIZ, ...cod(2), ...tlm([200])]],
    ["parts of several tiles", [...SIZ, ...cod(2), ...tlm(PARTS, [0, 1, 2])]],
  ])("promises no resolution with %s", (_, head) => {
    expect(headerOf(stream(head, [part(200)]))?.ends).toEqual([]);
  });

  it.each([["nothing", []], ["junk", [1, 2, 3, 4, 5, 6]], ["a broken segment", [0xff, 0x4f, 0, 0, 0, 0, 0, 0]]])("is refused for %s", (_, bytes) => {
    expect(headerOf(Uint8Array.from(bytes))).toBeNull();
  });
});

describe("a first look", () => {
  const header = { columns: 2624, rows: 4736, bits: 16, signed: false, components: 1, levels: 5, ends: [10, 20, 30, 40, 50, 60] };
  it.each([[8, 3, 30], [5, 2, 40], [2, 1, 50], [1000, 5, 10]])("for %f stored pixels to one of the screen halves %i times and needs %i bytes", (coarse, reduce, bytes) => {
    expect(firstLook(header, coarse)).toEqual({ reduce, bytes });
  });

  it("is none where the pane shows every pixel anyway, or the stream does not say", () => {
    for (const coarse of [0.2, 1, 1.3]) expect(firstLook(header, coarse)).toBeNull();
    expect(firstLook({ ...header, ends: [] }, 8)).toBeNull();
  });
});

describe("a whole codestream", () => {
  it("ends behind its last part, padded to an even length or not", () => {
    expect(isWhole(WHOLE)).toBe(true);
    expect(isWhole(Uint8Array.from([...WHOLE, 0]))).toBe(true);
  });

  it("is not one that is cut, wherever it is cut", () => {
    for (let length = 0; length < WHOLE.length; length++) expect(isWhole(WHOLE.subarray(0, length))).toBe(false);
  });

  it("may leave its last part's length open, and then ends with its marker", () => {
    const open = stream(HEAD, [part(40), part(160, 0)]);
    expect(isWhole(open)).toBe(true);
    expect(isWhole(Uint8Array.from([...open, 0]))).toBe(true);
    expect(isWhole(open.subarray(0, -2))).toBe(false);
  });

  it("is not one whose part says a length of its own that leads nowhere", () => {
    expect(isWhole(stream(HEAD, [part(40, 3)]))).toBe(false);
  });
});
