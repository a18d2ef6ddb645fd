/** What the markers of an HTJ2K codestream say (ITU-T T.800 annex A), read without decoding: its shape, whether it is whole, and where each resolution ends. Pure. */

export interface Codestream {
  columns: number;
  rows: number;
  bits: number;
  signed: boolean;
  components: number;
  /** Wavelet levels: the picture can be had at 1/2, 1/4 .. 1/2^levels. */
  levels: number;
  /** Bytes that hold resolution 0, 1 .. levels and all below it; empty where no tile-part table parts them. */
  ends: number[];
}

const SOC = 0xff4f;
const SIZ = 0xff51;
const COD = 0xff52;
const TLM = 0xff55;
const SOT = 0xff90;
const EOC = 0xffd9;
const RPCL = 2;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The main header, or null while `bytes` do not hold all of it or are no codestream. */
export function headerOf(bytes: Uint8Array): Codestream | null {
  const view = viewOf(bytes);
  const found: Codestream = { columns: 0, rows: 0, bits: 0, signed: false, components: 0, levels: 0, ends: [] };
  let ordered = false;
  const parts: number[] = [];
  if (bytes.length < 4 || view.getUint16(0) !== SOC) return null;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker === SOT) return { ...found, ends: ordered && parts.length === found.levels + 1 ? sums(parts, at) : [] };
    const length = view.getUint16(at + 2);
    if (marker < 0xff01 || at + 2 + length > bytes.length) return null;
    if (marker === SIZ) Object.assign(found, shape(view, at));
    if (marker === COD) [ordered, found.levels] = [view.getUint8(at + 5) === RPCL, view.getUint8(at + 9)];
    if (marker === TLM) parts.push(...lengths(view, at, length));
    at += 2 + length;
  }
  return null;
}

/** Whether every tile-part is there and the end of the codestream follows; DICOM may pad with a zero (PS3.5 A.4). */
export function isWhole(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  if (bytes.length < 4 || view.getUint16(0) !== SOC) return false;
  for (let at = 2; at + 2 <= bytes.length; ) {
    const marker = view.getUint16(at);
    if (marker === EOC) return true;
    if (marker !== SOT) at += at + 4 <= bytes.length ? 2 + view.getUint16(at + 2) : bytes.length;
    else if (at + 12 > bytes.length) return false;
    else if (view.getUint32(at + 6) === 0) return endsWithMarker(bytes); // the last tile-part, as long as the stream
    else at += view.getUint32(at + 6);
  }
  return false;
}

/** How much a first look may be coarser than the screen. */
const COARSER = 1.4;

/** Halvings for a screen that has `coarse` stored pixels for one of its own, and the bytes they need; null where the stream does not say, or none is worth it. */
export function firstLook({ levels, ends }: Codestream, coarse: number): { reduce: number; bytes: number } | null {
  const reduce = Math.min(levels, Math.floor(Math.log2(coarse * COARSER)));
  const bytes = ends[levels - reduce];
  return reduce > 0 && bytes ? { reduce, bytes } : null;
}

/** A.5.1: extent on the reference grid less the offset; the one component's precision. */
function shape(view: DataView, at: number): Partial<Codestream> {
  const long = (offset: number): number => view.getUint32(at + offset);
  const precision = view.getUint8(at + 40);
  return {
    columns: long(6) - long(14),
    rows: long(10) - long(18),
    components: view.getUint16(at + 38),
    bits: (precision & 0x7f) + 1,
    signed: precision > 0x7f,
  };
}

/** A.7.1: lengths of one tile's parts; [] where they belong to several tiles. */
function lengths(view: DataView, at: number, length: number): number[] {
  const kind = view.getUint8(at + 5);
  const tile = (kind >> 4) & 3; // bytes of a tile's number
  const size = kind & 0x40 ? 4 : 2;
  const count = Math.floor((length - 4) / (tile + size));
  const from = (step: number): number => at + 6 + step * (tile + size);
  const tiles = new Set(Array.from({ length: count }, (_, step) => (tile === 2 ? view.getUint16(from(step)) : tile ? view.getUint8(from(step)) : step)));
  if (tiles.size > 1) return [];
  return Array.from({ length: count }, (_, step) => (size === 4 ? view.getUint32(from(step) + tile) : view.getUint16(from(step) + tile)));
}

function sums(parts: number[], start: number): number[] {
  let end = start;
  return parts.map((length) => (end += length));
}

/** FFD9, perhaps with a byte of padding behind it. */
function endsWithMarker(bytes: Uint8Array): boolean {
  const end = bytes[bytes.length - 1] === 0 ? bytes.length - 1 : bytes.length;
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
}
