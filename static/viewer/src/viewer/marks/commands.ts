/** Verbs on marks: walk through them, tie two of them to one finding, propose where the nipples are. */
import { announce } from "../announce";
import { focusMark } from "../commands";
import { type Mark, nameOf } from "../data/types";
import { outermost } from "../geometry/breast";
import { airMask, gridOf } from "../overlay/air";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { nippleOn } from "./guides";
import { freshId } from "./store";
import { gettext } from "../../text/text";

const CELL = 8; // stored pixels of the air mask's grid

export function stepMark(viewer: Viewer, by: 1 | -1): void {
  const all = viewer.marks.all();
  if (!all.length) return announce(gettext("There is no mark to go to"));
  const now = all.findIndex(({ id }) => id === viewer.marks.chosen);
  const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length] as Mark;
  focusMark(viewer, next.id);
  const pane = viewer.panes.get(next.image);
  announce(`${next.tool}${next.finding ? ` of ${next.finding}` : ""}${pane ? ` on ${nameOf(pane.image)}` : ""}`);
  viewer.tell();
}

/** First press: the chosen mark is to be linked. Second press, or a click on a mark: the two belong to one finding. */
export function linkMarks(viewer: Viewer): void {
  const chosen = viewer.marks.chosen ? viewer.marks.get(viewer.marks.chosen) : undefined;
  if (viewer.linking && chosen && chosen.id !== viewer.linking) return join(viewer, chosen);
  if (!chosen || !viewer.marks.holdable(chosen)) return announce(gettext("Choose a mark on the exam being read first"));
  viewer.linking = chosen.id;
  announce(gettext("Now choose the same finding in the other view: click its mark, or go to it by key and press the same key again. Escape leaves it."));
  viewer.tell();
}

/** Tie `other` to the finding of the mark that is waiting to be linked. */
export function join(viewer: Viewer, other: Mark): void {
  const first = viewer.linking ? viewer.marks.get(viewer.linking) : undefined;
  viewer.linking = null;
  if (!first || first.id === other.id) return;
  if (!viewer.marks.holdable(other)) return announce(gettext("This mark cannot belong to a finding: it is a landmark, or of an earlier exam"));
  const finding = first.finding ?? other.finding ?? pairName(viewer);
  for (const mark of [first, other]) if (mark.finding !== finding) viewer.marks.put({ ...mark, finding });
  announce(gettext("Linked: both marks belong to %(finding)s", { finding }));
  viewer.tell();
}

/** Where no read takes findings, two marks are a pair by themselves. */
function pairName(viewer: Viewer): string {
  const held = new Set(viewer.marks.all().map(({ finding }) => finding));
  let number = 1;
  while (held.has(`pair ${number}`)) number++;
  return `pair ${number}`;
}

/** Where the tissue reaches farthest from the chest wall, as a proposal on each image that has no nipple yet. */
export function proposeNipples(viewer: Viewer): void {
  const found = viewer.visible().filter((pane) => nippleOn(viewer, pane.image.id) === null && propose(viewer, pane));
  const names = found.map(({ image }) => nameOf(image)).join(", ");
  announce(found.length ? gettext("Nipple proposed on %(names)s: check each, and drag it where it is", { names }) : gettext("There is nothing to propose a nipple on"));
  viewer.tell();
}

function propose(viewer: Viewer, { frame, image }: Pane): boolean {
  if (!frame || !image.laterality) return false;
  const grid = gridOf(frame, image.photometric === "MONOCHROME1");
  const air = airMask(grid);
  const cells = [...air.keys()].filter((at) => !air[at]).map((at): [number, number] => [(at % grid.columns) * CELL + 3.5, Math.floor(at / grid.columns) * CELL + 3.5]);
  const at = outermost(image, cells, CELL);
  if (!at) return false;
  viewer.marks.put({ id: freshId(), image: image.id, tool: "nipple", points: [at], mm: null, proposed: true });
  return true;
}
