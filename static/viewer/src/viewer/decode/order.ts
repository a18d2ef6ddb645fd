/** What goes to a decoding worker and what comes back. */

export type Pixels = Uint8Array | Int8Array | Uint16Array | Int16Array | Float32Array;

export interface Rescale {
  slope: number;
  intercept: number;
}

/** A decoded picture: modality values, row by row. */
export interface Decoded {
  values: Pixels;
  columns: number;
  rows: number;
  low: number;
  high: number;
}

export interface Order {
  id: number;
  bytes: ArrayBuffer;
  /** Halvings: 0 is the stored resolution. */
  reduce: number;
  rescale: Rescale;
}

export type Answer = { id: number } & ({ decoded: Decoded; error?: undefined } | { error: string; decoded?: undefined });
