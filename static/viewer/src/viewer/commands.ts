/** What a reader can ask for by button or key: each a verb on the viewer. */
import { announce } from "./announce";
import type { Finding, Layout } from "./data/types";
import { middle, oneToOneScale, panBy, zoomAt } from "./geometry/pose";
import { dragged, greyName, presets } from "./grey/grey";
import { MAP_NAMES } from "./overlay/colormap";
import type { Pane } from "./pane/pane";
import { keep, kept } from "./state/person";
import type { Viewer } from "./viewer";
import { gettext } from "../text/text";

/** The next (or previous) step of the hanging. */
export function stepLayout(viewer: Viewer, by: 1 | -1): void {
  const all = viewer.manifest?.hanging.layouts ?? [];
  const steps = stepsOf(viewer);
  const at = (wanted: string | null | undefined): number => steps.findIndex(({ id }) => id === wanted);
  const now = at(viewer.layout?.id) < 0 ? at(viewer.layout?.back) : at(viewer.layout?.id);
  const from = now < 0 ? steps.indexOf(all.find(({ id }) => id === viewer.manifest?.hanging.initial) ?? (steps[0] as Layout)) : now;
  const next = steps[(from + by + steps.length) % steps.length];
  if (next) viewer.show(next.id);
}

/** The layouts that Space walks through, in their order. */
export const stepsOf = (viewer: Viewer): Layout[] => (viewer.manifest?.hanging.layouts ?? []).filter(({ id, step }) => step ?? !id.startsWith("single:"));

/** The earlier exam in the same places, at the same zoom, and back. */
export function swapPrior(viewer: Viewer): void {
  const { layout } = viewer;
  if (layout?.back) return viewer.show(layout.back);
  const none = viewer.manifest?.priors?.length ? gettext("No earlier image hangs in these places") : gettext("There is no earlier exam here");
  announce(layout?.id.endsWith(":over") ? gettext("The earlier exam is on the screen already") : none);
}

/** Start every exam with this step, for this person; again: as the practice does. */
export function startHere(viewer: Viewer): void {
  const here = viewer.layout;
  if (!here || !stepsOf(viewer).includes(here)) return announce(gettext("Go to one of the steps first"));
  const already = kept<string>("start") === here.id;
  keep("start", already ? null : here.id);
  announce(already ? gettext("Exams start as the practice has it") : gettext("Exams start with %(label)s, where they have it", { label: here.label }));
}

/** The active image alone, or back to where we came from. */
export function toggleSingle(viewer: Viewer): void {
  const layouts = viewer.manifest?.hanging.layouts ?? [];
  const alone = viewer.layout?.id.startsWith("single:") ?? false;
  const wanted = alone ? viewer.manifest?.hanging.initial : `single:${viewer.active?.image.id}`;
  if (layouts.some(({ id }) => id === wanted)) viewer.show(wanted ?? "");
}

export function stepPane(viewer: Viewer, by: 1 | -1): void {
  const panes = viewer.visible();
  const now = viewer.active ? panes.indexOf(viewer.active) : -1;
  const next = panes[(now + by + panes.length) % panes.length];
  next?.element.focus();
  viewer.activate(next ?? null);
}

/** Back to how it was hung: view, window, inversion, tool. */
export function reset(viewer: Viewer): void {
  for (const pane of viewer.visible()) {
    const [first] = presets(pane.image);
    pane.setView(pane.hung);
    if (first) pane.setGrey({ ...first, invert: false });
  }
  viewer.moved(null);
  viewer.take("window");
}

/** Each image whole, at the shared size. */
export function fit(viewer: Viewer): void {
  for (const pane of viewer.targets()) pane.setView(pane.hung);
  if (viewer.linked) viewer.moved(null);
  viewer.tell();
}

/** One stored pixel on one device pixel, around the middle of what is seen. */
export function oneToOne(viewer: Viewer): void {
  const pane = viewer.active;
  if (!pane) return;
  const scale = oneToOneScale(pane.image, window.devicePixelRatio || 1);
  const { width, height } = pane.size;
  viewer.moveView(pane, zoomAt(pane.image, pane.view, pane.size, scale / pane.view.scale, [width / 2, height / 2]));
  viewer.tell();
}

export function zoomBy(viewer: Viewer, factor: number): void {
  const pane = viewer.active;
  if (pane) viewer.moveView(pane, zoomAt(pane.image, pane.view, pane.size, factor, [pane.size.width / 2, pane.size.height / 2]));
}

export function pan(viewer: Viewer, dx: number, dy: number): void {
  const pane = viewer.active;
  if (pane) viewer.moveView(pane, panBy(pane.image, pane.view, pane.size, dx, dy));
}

/** Window by keyboard: steps of a fiftieth of the viewport's width. */
export function windowBy(viewer: Viewer, dx: number, dy: number): void {
  const pane = viewer.active;
  if (pane) viewer.moveGrey(pane, dragged(pane.grey, dx / 50, dy / 50));
}

export function invert(viewer: Viewer): void {
  const on = !viewer.active?.grey.invert;
  for (const pane of viewer.targets(true)) pane.setGrey({ ...pane.grey, invert: on });
  announce(on ? gettext("Inverted") : gettext("Not inverted"));
  viewer.tell();
}

/** The next window or curve that the header offers; linked images take theirs of the same place in the list. */
export function nextPreset(viewer: Viewer): void {
  if (!viewer.active) return;
  const all = presets(viewer.active.image);
  usePreset(viewer, (all.findIndex(({ label }) => label === viewer.active?.grey.label) + 1) % all.length);
}

/** `last`: counted from the end, where the automatic window stands whatever else a header offers. */
export function usePreset(viewer: Viewer, index: number, last = false): void {
  for (const pane of viewer.targets(true)) {
    const own = presets(pane.image);
    const preset = own[last ? own.length - 1 : Math.min(index, own.length - 1)];
    if (preset) pane.setGrey({ ...preset, invert: pane.grey.invert });
  }
  announce(gettext("Window %(label)s", { label: greyName(viewer.active?.grey.label ?? "") }));
  viewer.tell();
}

/** The window over the breast, of each image its own. */
export function autoWindow(viewer: Viewer): void {
  if (viewer.active) usePreset(viewer, presets(viewer.active.image).length - 1, true);
}

export function toggleGreyLink(viewer: Viewer): void {
  viewer.linkedGrey = !viewer.linkedGrey;
  announce(viewer.linkedGrey ? gettext("Windows linked") : gettext("Each image has its own window"));
  viewer.tell();
}

export function toggleLink(viewer: Viewer): void {
  viewer.linked = !viewer.linked;
  announce(viewer.linked ? gettext("Views linked") : gettext("Views not linked"));
  viewer.tell();
}

export const revealed = (viewer: Viewer): boolean => Boolean(viewer.manifest?.results);

export function toggleHeat(viewer: Viewer): void {
  if (!revealed(viewer)) return announce(viewer.manifest?.analysis.say ?? gettext("There is no suggestion to show"));
  viewer.heat.on = !viewer.heat.on;
  viewer.refreshFindings();
  announce(viewer.heat.on ? gettext("Saliency shown") : gettext("Saliency hidden"));
  viewer.tell();
}

export function toggleOutlines(viewer: Viewer): void {
  if (!revealed(viewer)) return announce(viewer.manifest?.analysis.say ?? gettext("There is no suggestion to show"));
  viewer.outlines = !viewer.outlines;
  viewer.refreshFindings();
  announce(viewer.outlines ? gettext("Outlines shown") : gettext("Outlines hidden"));
  viewer.tell();
}

export function changeOpacity(viewer: Viewer, by: number): void {
  viewer.heat.opacity = Math.min(1, Math.max(0.05, viewer.heat.opacity + by));
  viewer.refreshFindings();
  viewer.tell();
}

/** The map as lines of equal saliency, or filled. */
export function toggleLines(viewer: Viewer): void {
  viewer.heat.lines = !viewer.heat.lines;
  viewer.refreshFindings();
  announce(viewer.heat.lines ? gettext("Saliency as lines") : gettext("Saliency filled"));
  viewer.tell();
}

export function nextMap(viewer: Viewer): void {
  const next = (MAP_NAMES.indexOf(viewer.heat.map) + 1) % MAP_NAMES.length;
  viewer.heat.map = MAP_NAMES[next] ?? "ember";
  viewer.refreshFindings();
  viewer.tell();
}

/** Every suggested region, most suspicious first. */
export function findings(viewer: Viewer): { image: string; finding: Finding }[] {
  const images = Object.entries(viewer.manifest?.results?.images ?? {});
  const all = images.flatMap(([image, result]) => result.findings.map((finding) => ({ image, finding })));
  return all.sort((a, b) => b.finding.score - a.finding.score);
}

export function stepFinding(viewer: Viewer, by: 1 | -1): void {
  const all = findings(viewer);
  if (!all.length) return announce(gettext("There is no suggested region to go to"));
  const now = all.findIndex(({ finding, image }) => isChosen(viewer, image, finding.id));
  const next = all[(now + by + all.length) % all.length];
  if (next) goToFinding(viewer, next.image, next.finding);
}

export const isChosen = ({ chosenFinding }: Viewer, image: string, finding: string): boolean =>
  chosenFinding?.image === image && chosenFinding.finding === finding;

function lookAt(pane: Pane, { box: [x0, y0, x1, y1] }: Finding): void {
  pane.setView({ scale: pane.hung.scale * 3, centre: [(x0 + x1) / 2, (y0 + y1) / 2] });
}

/** Bring a suggested region to the middle of its pane, at three times the hung size; the one it is linked to in the other view, too. */
export function goToFinding(viewer: Viewer, image: string, finding: Finding): void {
  const pane = shownPane(viewer, image);
  if (!pane) return;
  viewer.chosenFinding = { image, finding: finding.id };
  viewer.outlines = true;
  lookAt(pane, finding);
  const slice = viewer.manifest?.results?.images[image]?.frame_number;
  if (slice && pane.stack) pane.showFrame(slice - 1);
  const pair = findings(viewer).find((one) => one.image !== image && one.finding.id === finding.pairs_with);
  const beside = pair && viewer.visible().find((one) => one.image.id === pair.image);
  if (pair && beside) lookAt(beside, pair.finding);
  viewer.refreshFindings();
  announce(gettext("%(label)s, suggested region, score %(value)s", { label: pane.image.label, value: Math.round(finding.score * 100) }));
  viewer.tell();
}

/** The pane of an image, on the screen and active: alone when the present layout does not have it. */
export function shownPane(viewer: Viewer, image: string): Pane | null {
  const pane = viewer.panes.get(image) ?? null;
  if (pane && !viewer.visible().includes(pane)) viewer.show(`${pane.image.companion ? "beside" : "single"}:${image}`);
  viewer.activate(pane);
  return pane;
}

/** Bring one of the reader's own marks into view. */
export function focusMark(viewer: Viewer, id: string): void {
  const mark = viewer.marks.get(id);
  const pane = mark && shownPane(viewer, mark.image);
  if (!mark || !pane) return;
  if (mark.frame) pane.showFrame(mark.frame - 1);
  pane.setView({ scale: Math.max(pane.view.scale, pane.hung.scale * 2), centre: mark.points[0] ?? middle(pane.image) });
  viewer.marks.choose(id);
}

export function removeChosenMark(viewer: Viewer): void {
  if (viewer.marks.chosen) viewer.marks.remove(viewer.marks.chosen);
}

export function undo(viewer: Viewer): void {
  announce(viewer.marks.undo() ? gettext("Taken back") : gettext("There is no mark to take back"));
  viewer.tell();
}

export function redo(viewer: Viewer): void {
  announce(viewer.marks.redo() ? gettext("Made again") : gettext("There is nothing to make again"));
  viewer.tell();
}

export function toggleCoverage(viewer: Viewer): void {
  viewer.sweep.show(!viewer.sweep.on);
  announce(viewer.sweep.on ? gettext("What was seen at one to one is shown") : gettext("What was seen is hidden"));
  viewer.tell();
}

export function toggleCorners(viewer: Viewer): void {
  viewer.corners = !viewer.corners;
  document.body.classList.toggle("no-corners", !viewer.corners);
  viewer.tell();
}
