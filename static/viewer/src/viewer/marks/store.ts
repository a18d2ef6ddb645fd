/** The reader's marks: those of the read's findings, and loose ones that no finding has taken up. */
import { FOR_FINDINGS, isLandmark, type Mark } from "../data/types";
import { History } from "./history";

interface FormFinding {
  id: string;
  marks?: Mark[];
}

type Listener = () => void;

export class MarkStore {
  private marks = new Map<string, Mark>();
  /** Ids that the read form has listed: when it drops one, it is gone here too. */
  private tied = new Set<string>();
  private readonly history = new History();
  private acted: (id: string, mark: Mark | null) => void = () => undefined;
  chosen: string | null = null;

  /** `ours`: whether an image belongs to the exam being read; marks on earlier exams are measurements only. */
  constructor(
    private readonly changed: Listener,
    private readonly ours: (image: string) => boolean = () => true,
  ) {}

  all(): Mark[] {
    return [...this.marks.values()];
  }

  on(image: string): Mark[] {
    return this.all().filter((mark) => mark.image === image);
  }

  get(id: string): Mark | undefined {
    return this.marks.get(id);
  }

  /** Marks that no finding holds: only this page knows them. */
  loose(): Mark[] {
    return this.all().filter((mark) => !this.tied.has(mark.id));
  }

  /** A new or changed mark of the reader. */
  put(mark: Mark): void {
    this.history.add({ id: mark.id, before: this.marks.get(mark.id) ?? null, after: mark });
    this.write(mark);
  }

  remove(id: string): void {
    const before = this.marks.get(id);
    if (!before) return;
    this.history.add({ id, before, after: null });
    this.erase(before);
  }

  /** Take back the reader's last act; false when there is none. */
  undo(): boolean {
    const act = this.history.undo((id) => this.marks.get(id) ?? null);
    if (act) this.become(act.id, act.before);
    return act !== null;
  }

  redo(): boolean {
    const act = this.history.redo((id) => this.marks.get(id) ?? null);
    if (act) this.become(act.id, act.after);
    return act !== null;
  }

  choose(id: string | null): void {
    this.chosen = id;
    this.changed();
  }

  /** Nipples and pectoral muscles of the exam being read; no finding holds them, the read does. */
  landmarks(): Mark[] {
    return this.all().filter((mark) => this.landmark(mark));
  }

  /** What the form holds now. Loose marks stay, marks that the form has dropped go. `landmarks`: those of the read, where it keeps any. */
  adopt(findings: FormFinding[], landmarks?: Mark[]): void {
    for (const mark of landmarks ? this.landmarks() : []) this.marks.delete(mark.id);
    for (const mark of landmarks ?? []) this.marks.set(mark.id, mark);
    const listed = findings.flatMap((finding) => (finding.marks ?? []).map((mark): Mark => ({ ...mark, finding: finding.id })));
    const loose = this.loose();
    this.tied = new Set(listed.map((mark) => mark.id));
    this.marks = new Map([...loose, ...listed].map((mark) => [mark.id, mark]));
    this.changed();
  }

  /** Loose marks of before a reload; those that there are already win. */
  restore(marks: Mark[]): void {
    const taken = new Set(this.landmarks().map(place));
    const left = marks.filter((mark) => !this.landmark(mark) || !taken.has(place(mark)));
    this.marks = new Map([...left.map((mark): [string, Mark] => [mark.id, mark]), ...this.marks]);
    this.changed();
  }

  /** `told` runs after each act of the reader here: the mark as it is now, or null for one that is gone. */
  onAct(told: (id: string, mark: Mark | null) => void): void {
    this.acted = told;
  }

  /** Exactly what another window holds. */
  mirror(findings: FormFinding[], loose: Mark[]): void {
    this.tied = new Set();
    this.marks = new Map(loose.map((mark) => [mark.id, mark]));
    this.adopt(findings);
  }

  private become(id: string, mark: Mark | null): void {
    const held = this.marks.get(id);
    if (mark) this.write(mark);
    else if (held) this.erase(held);
  }

  private write(mark: Mark): void {
    const before = this.marks.get(mark.id);
    // A mark that goes to another finding leaves the first: the form keeps a mark where its id is.
    const moved = before !== undefined && before.finding !== mark.finding;
    if (moved && this.forRead(mark)) announce("overread:mark-removed", { id: mark.id });
    this.marks.set(mark.id, mark);
    this.choose(mark.id);
    if (this.forRead(mark)) announce(`overread:mark-${before && !moved ? "changed" : "added"}`, { mark });
    if (this.landmark(mark)) announce("overread:landmarks", { landmarks: this.landmarks() });
    this.acted(mark.id, mark);
  }

  private erase(mark: Mark): void {
    this.marks.delete(mark.id);
    if (this.chosen === mark.id) this.chosen = null;
    this.changed();
    if (this.forRead(mark)) announce("overread:mark-removed", { id: mark.id });
    if (this.landmark(mark)) announce("overread:landmarks", { landmarks: this.landmarks() });
    this.acted(mark.id, null);
  }

  /** Whether a finding can hold this mark. */
  holdable(mark: Mark): boolean {
    return this.forRead(mark);
  }

  private landmark(mark: Mark): boolean {
    return isLandmark(mark.tool) && this.ours(mark.image);
  }

  /** Whether the read form can hold it: marks of the present exam, of the kinds that a finding knows. */
  private forRead(mark: Mark): boolean {
    return this.ours(mark.image) && (FOR_FINDINGS as readonly string[]).includes(mark.tool);
  }
}

/** One of each kind on an image. */
const place = ({ image, tool }: Mark): string => `${tool} ${image}`;

/** An id that no mark has, here or in another window. (randomUUID is missing where the portal is served without TLS.) */
export function freshId(): string {
  const [one, other] = crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number];
  return `k${one.toString(36)}${other.toString(36)}`;
}

/** Tell the read form, which lives on the same page. */
export function announce(name: string, detail: Record<string, unknown>): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}
