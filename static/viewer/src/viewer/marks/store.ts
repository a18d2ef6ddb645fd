/** The reader's marks: those of the read's findings, and loose ones that no finding has taken up. */
import type { Mark } from "../data/types";

interface FormFinding {
  id: string;
  marks?: Mark[];
}

type Listener = () => void;

export class MarkStore {
  private marks = new Map<string, Mark>();
  /** Ids that the read form has listed: when it drops one, it is gone here too. */
  private tied = new Set<string>();
  chosen: string | null = null;

  constructor(private readonly changed: Listener) {}

  all(): Mark[] {
    return [...this.marks.values()];
  }

  on(image: string): Mark[] {
    return this.all().filter((mark) => mark.image === image);
  }

  get(id: string): Mark | undefined {
    return this.marks.get(id);
  }

  /** A new or changed mark of the reader; announced to the read form. */
  put(mark: Mark): void {
    const kind = this.marks.has(mark.id) ? "changed" : "added";
    this.marks.set(mark.id, mark);
    this.choose(mark.id);
    announce(`overread:mark-${kind}`, { mark });
  }

  remove(id: string): void {
    if (!this.marks.delete(id)) return;
    if (this.chosen === id) this.chosen = null;
    this.changed();
    announce("overread:mark-removed", { id });
  }

  choose(id: string | null): void {
    this.chosen = id;
    this.changed();
  }

  /** What the form holds now. Loose marks stay, marks that the form has dropped go. */
  adopt(findings: FormFinding[]): void {
    const listed = findings.flatMap((finding) => (finding.marks ?? []).map((mark): Mark => ({ ...mark, finding: finding.id })));
    const loose = this.all().filter((mark) => !this.tied.has(mark.id));
    this.tied = new Set(listed.map((mark) => mark.id));
    this.marks = new Map([...loose, ...listed].map((mark) => [mark.id, mark]));
    this.changed();
  }
}

/** An id that no mark has, here or in another window. (randomUUID is missing where the portal is served without TLS.) */
export function freshId(): string {
  const [one, other] = crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number];
  return `k${one.toString(36)}${other.toString(36)}`;
}

/** Tell the read form, which lives on the same page. */
export function announce(name: string, detail: Record<string, unknown>): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}
