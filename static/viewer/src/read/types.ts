/** The read as the server keeps it (docs/manifest.md). Points are stored pixels, (0,0) the centre of the first. */

export type Side = "L" | "R";

export interface Mark {
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
  size_mm: number | null;
  category: string | null;
  note: string;
  marks: Mark[];
}

export interface Body {
  density: string | null;
  breasts: Record<Side, { category: string | null }>;
  recall: boolean | null;
  recall_sides: Side[];
  management: string | null;
  comparison: string | null;
  confidence: number | null;
  text: string;
  findings: Finding[];
}

export interface Lexicon {
  density: Record<string, string>;
  categories: Record<string, string>;
  confidence: Record<string, string>;
  quadrants: Record<string, string>;
  sides: Record<Side, string>;
  kinds: Record<string, { title: string; descriptors: Record<string, string[]> }>;
}

/** What the panel's template hands over. */
export interface ReadData {
  id: string;
  url: string;
  panel: string;
  state: "draft" | "locked" | "revealed" | "closed";
  version: number;
  body: Body;
  sides: Side[];
  lexicon: Lexicon;
}

/** Sentences by the path of the field they belong to, e.g. "breasts.L" or "findings.0.kind". */
export type Errors = Record<string, string[]>;
