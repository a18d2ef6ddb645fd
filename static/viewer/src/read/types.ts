/** The read as the server keeps it (docs/manifest.md). Points are stored pixels, (0,0) the centre of the first. */

export type Side = "L" | "R";

export interface Mark {
  frame?: number; // of a stack: the slice, from 1
  id: string;
  image: string;
  tool: "point" | "ellipse" | "length" | "arrow" | "angle" | "pencil";
  points: [number, number][];
  mm: number | null;
  finding?: string;
}

export interface Finding {
  id: string;
  kind: string | null;
  laterality: Side | null;
  descriptors: Record<string, string>;
  quadrant: string | null;
  clock: number | null;
  depth: string | null;
  nipple_mm: number | null;
  size_mm: number | null;
  size_mark: string | null; // the length that the size follows
  features: string[];
  change: string | null;
  category: string | null;
  note: string;
  marks: Mark[];
}

/** An image for the report as it was windowed; `lut` is the header's curve in place of a window. */
export interface KeyImage {
  image: string;
  frame: number;
  center: number;
  width: number;
  function: string;
  lut: number | null;
  invert: boolean;
}

export interface Body {
  density: string | null;
  breasts: Record<Side, { category: string | null }>;
  recall: boolean | null;
  recall_sides: Side[];
  management: string | null;
  comparison: string | null;
  prior: string | null;
  confidence: number | null;
  text: string;
  findings: Finding[];
  key_images?: KeyImage[];
  /** Nipples and pectoral muscles as marked; absent before the first. */
  landmarks?: Mark[];
}

/** What a version does not ask is empty. */
export interface Lexicon {
  code: string;
  density: Record<string, string>;
  categories: Record<string, string>;
  confidence: Record<string, string>;
  quadrants: Record<string, string>;
  depths: Record<string, string>;
  hours: number[];
  features: Record<string, string>;
  changes: Record<string, string>;
  sides: Record<Side, string>;
  kinds: Record<string, { title: string; descriptors: Record<string, string[]> }>;
  words: Record<string, string>; // descriptors and their names in the page's language, by what is stored
}

/** What the panel's template hands over. */
export interface ReadData {
  id: string;
  url: string;
  panel: string;
  state: "draft" | "locked" | "revealed" | "closed";
  version: number;
  broken: Errors;
  body: Body;
  sides: Side[];
  lexicon: Lexicon;
}

/** Sentences by the path of the field they belong to, e.g. "breasts.L" or "findings.0.kind". */
export type Errors = Record<string, string[]>;
