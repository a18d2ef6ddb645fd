/** Undo and redo of the reader's own acts on marks. Pure: what to do with a step is the store's business. */
import type { Mark } from "../data/types";

/** One act: the mark before it (null: there was none) and after it (null: it was removed). */
export interface Act {
  id: string;
  before: Mark | null;
  after: Mark | null;
}

const LIMIT = 200;

export class History {
  private done: Act[] = [];
  private undone: Act[] = [];

  /** A new act; whatever was undone cannot come back after it. */
  add(act: Act): void {
    this.done = [...this.done, act].slice(-LIMIT);
    this.undone = [];
  }

  /** The last act that still stands: `now` tells what there is of a mark. What the read form has dropped since is passed over. */
  undo(now: (id: string) => Mark | null): Act | null {
    for (let act = this.done.pop(); act; act = this.done.pop()) {
      const held = now(act.id);
      if ((held === null) !== (act.after === null)) continue;
      this.undone.push({ ...act, after: held }); // with the finding that has taken it up since
      return act;
    }
    return null;
  }

  /** The act undone last, to be done again. */
  redo(now: (id: string) => Mark | null): Act | null {
    for (let act = this.undone.pop(); act; act = this.undone.pop()) {
      if ((now(act.id) === null) !== (act.before === null)) continue;
      this.done.push(act);
      return act;
    }
    return null;
  }
}
