/** The manifest as the server sends it (docs/manifest.md). Points are stored pixels, (0,0) the centre of the first. */
import { gettext } from "../../text/text";

export type Point = [number, number];
export type Side = "L" | "R" | "";

export interface Pose {
  /** Degrees clockwise, applied to the stored pixels before `flip`. */
  rotate: 0 | 90 | 180 | 270;
  /** Mirrored left to right after the rotation. */
  flip: boolean;
}

export type VoiFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

export interface VoiWindow {
  label: string;
  center: number;
  width: number;
  function?: VoiFunction;
}

export interface VoiLut {
  label: string;
  /** First stored value mapped (LUT Descriptor, second value). */
  first: number;
  bits: number;
  data: number[];
}

export interface Spacing {
  /** [row, column] distance in mm (between rows first), or null when the file says nothing. */
  mm: [number, number] | null;
  source: string;
  calibrated: boolean;
}

/** What the frames of an image are to one another; absent or null where they are only frames. */
export interface StackInfo {
  kind: "tomosynthesis" | "clip" | "series" | "stills";
  /** mm between the centres of neighbouring slices, and of one slice; null where the header does not say. */
  spacing_mm: number | null;
  thickness_mm: number | null;
  /** Where these come from. */
  source: string;
  /** Frames a second, of a clip that says so. */
  rate: number | null;
}

export interface ImageInfo {
  id: string;
  label: string;
  laterality: Side;
  view: string;
  modifiers: string[];
  view_source: string;
  rows: number;
  columns: number;
  frames: number;
  bits_stored: number;
  photometric: string;
  metadata_url: string;
  frame_urls: string[];
  /** Where the server draws this image for a browser that cannot; absent in older manifests. */
  rendering_url?: string;
  status: "ready" | "transcoding" | "failed";
  /** Why it failed, for people. */
  status_say?: string;
  /** BurnedInAnnotation. */
  burnt_in?: "yes" | "no" | "unknown";
  transfer_syntax: string;
  pose: Pose;
  chest_wall: "left" | "right";
  spacing: Spacing;
  voi: VoiWindow[];
  voi_luts: VoiLut[];
  auto_voi: { center: number; width: number } | null;
  rescale: { slope: number; intercept: number };
  padding: number | null;
  technique: string[];
  stack?: StackInfo | null;
  /** Of ultrasound or MRI: which study it is of. It is shown beside the mammograms, at a size and grey of its own. */
  companion?: { name: string; say: string; modality: "US" | "MR" } | null;
  /** Where the edges of the stored image point in the patient, of MRI. */
  letters?: { left: string; right: string; top: string; bottom: string } | null;
  /** Ultrasound regions: box [x0, y0, x1, y1] in stored pixels, [down, across] mm a pixel or null. */
  regions?: { box: [number, number, number, number]; mm: [number, number] | null }[];
  /** Of which earlier exam it is; null for an image of the exam being read. */
  prior: { name: string; say: string } | null;
}

/** How an image is called among others: "R CC", "R CC, Prior 2009-03-01". */
export const nameOf = (image: ImageInfo): string => [image.label || gettext("Image"), image.prior?.name ?? image.companion?.name].filter(Boolean).join(", ");

export interface Cell {
  image: string | null;
  say?: string | null;
}

export interface Layout {
  id: string;
  label: string;
  rows: number;
  columns: number;
  cells: Cell[];
  /** What the layout as a whole has to say: which breast no image shows. */
  say?: string;
  /** Walked by Space; the others are reached from one of these. */
  step?: boolean;
  /** The layout that shows the earlier (or again the present) exam in the same places. */
  back?: string | null;
}

/** An earlier exam of the same woman. */
export interface Prior {
  id: string;
  study_date: string | null;
  name: string;
  say: string;
  missing: string[];
  url: string;
  images: ImageInfo[];
}

export interface Reason {
  code: string;
  text: string;
}

export interface Finding {
  id: string;
  score: number;
  polygon: Point[];
  box: [number, number, number, number];
  pairs_with: string | null;
  area_mm2: number | null;
  /** Absent in runs of older releases; null where view or header do not say. */
  score_100?: number | null;
  size_mm?: [number, number] | null;
  height?: "upper" | "lower" | "level" | null;
  across?: "outer" | "inner" | "level" | null;
  depth?: "anterior" | "middle" | "posterior" | null;
}

/** A reference image of a public set that the exam's most suspicious image is like; named, never shown. */
export interface SimilarCase {
  dataset: string;
  image: string;
  label: string;
  similarity: number;
}

export interface Suggestion {
  category: string | null;
  interval: [string, string] | null;
  text: string;
  abstained: boolean;
  /** Answers that the score leaves open at the coverage `confidence`; absent in runs of older releases. */
  open?: string[];
  confidence?: number | null;
  probability_interval?: [number, number] | null;
}

export interface ImageResult {
  scored: boolean;
  /** Why not; of a scored image: what to bear in mind. */
  reasons: Reason[];
  malignancy: number | null;
  findings: Finding[];
  saliency: { url: string; cell: number } | null;
  /** Of a stack: the slice, from 1, in the middle of the slab that findings and map are of. */
  frame_number?: number | null;
}

export interface Results {
  release: { name: string; version: string; digest: string; card_url: string | null; summary: string };
  run: string;
  scored: boolean;
  /** Why not; of a scored exam: what to bear in mind. */
  reasons: Reason[] | null;
  exam_score: number | null;
  score_band: number | null;
  triage: string | null;
  breasts: Partial<Record<"L" | "R", { score: number | null; band: number | null }>> | null;
  density: { letter: string | null; A?: number; B?: number; C?: number; D?: number } | null;
  suggestion: Suggestion | null;
  images: Record<string, ImageResult>;
  /** The exams whose deciles the bands are. */
  band_reference?: string | null;
  /** What is marked where, and what the scores mean, in sentences. */
  explanation?: string | null;
  similar?: SimilarCase[] | null;
  trust?: Trust | null;
}

/** What became of exams of this practice that the release put in the same band. */
export interface Trust {
  triage: string;
  /** Exams whose outcome is known. */
  known: number;
  /** Those of them with cancer; null where there are fewer than `least`. */
  cancers: number | null;
  /** Share with cancer and the ends of its 95 % interval. */
  share: [number, number, number] | null;
  least: number;
}

/** A graphic of an object that came in with the exam; points as `Point`. CIRCLE: centre and a point on it; ELLIPSE: ends of both axes. */
export interface Graphic {
  image: string;
  /** From 1. */
  frame: number;
  kind: "POINT" | "MULTIPOINT" | "POLYLINE" | "INTERPOLATED" | "CIRCLE" | "ELLIPSE";
  points: Point[];
  label: string;
}

/** A presentation state or structured report that came in with the exam. */
export interface Attached {
  id: string;
  kind: "presentation-state" | "cad-report" | "report";
  title: string;
  say: string;
  sealed: boolean;
  lines: string[];
  graphics: Graphic[];
}

export interface Analysis {
  state: "none" | "waiting" | "running" | "failed" | "ready" | "sealed";
  progress: number | null;
  stage: string | null;
  say: string | null;
}

export interface CaseInfo {
  id: string;
  number: string;
  question: string;
  history: string;
  first_opinion: string | null;
  urgency: string;
  due_at: string | null;
  protocol: { code: string; title: string; blind: boolean } | null;
  url: string;
}

export interface Manifest {
  version: number;
  notice: string;
  case: CaseInfo | null;
  exam: {
    id: string;
    patient: string;
    study_date: string | null;
    age: number | null;
    title: string;
    missing: string[];
    notes: string[];
  };
  images: ImageInfo[];
  priors: Prior[];
  /** Ultrasound and MRI of the same woman. */
  companions?: { id: string; name: string; say: string; modality: "US" | "MR"; url: string; images: ImageInfo[] }[];
  hanging: { initial: string; layouts: Layout[] };
  read: { id: string; url: string; state: "draft" | "locked" | "revealed" | "closed"; kind: string } | null;
  /** Absent from manifests of before there were any. */
  objects?: Attached[];
  analysis: Analysis;
  results: Results | null;
}

/** Every image that may be on the screen: the exam's own, those of earlier exams, then ultrasound and MRI. */
export const imagesOf = ({ images, priors, companions }: Manifest): ImageInfo[] => [...images, ...[...(priors ?? []), ...(companions ?? [])].flatMap((exam) => exam.images)];

/** The kinds of marks that a finding of the read can hold. */
export const FOR_FINDINGS = ["point", "ellipse", "length", "arrow", "angle", "pencil"] as const;

/** Marks of the breast itself, one of each kind on an image: no finding holds them. */
export const LANDMARKS = ["nipple", "pectoral"] as const;

export type MarkTool = (typeof FOR_FINDINGS)[number] | (typeof LANDMARKS)[number];

export const isLandmark = (tool: string): boolean => (LANDMARKS as readonly string[]).includes(tool);

/** A mark on one image: ellipse = centre and the two end points of its axes; angle = end, vertex, end; others = their points. */
export interface Mark {
  id: string;
  image: string;
  tool: MarkTool;
  points: Point[];
  mm: number | null;
  /** Of a stack: the slice it was drawn on, from 1; absent where it is of the image as a whole. */
  frame?: number;
  /** The read's finding that the mark was armed for, when there is one. */
  finding?: string;
  /** A landmark that the pixels proposed and nobody has touched yet. */
  proposed?: boolean;
}
