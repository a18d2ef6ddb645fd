/** The presentation states and reports of the exam: listed, each shown on the images or not, what it says in its own lines. */
import { announce } from "../announce";
import type { Attached } from "../data/types";
import { el } from "../dom";
import type { Viewer } from "../viewer";
import { gettext } from "../../text/text";

/** What each list was last drawn from. */
const shown = new WeakMap<HTMLElement, string>();

/** Redraw the list where it has changed; a pressed button draws that object's graphics. */
export function drawAttachedList(root: HTMLElement, viewer: Viewer): void {
  const objects = viewer.manifest?.objects ?? [];
  root.hidden = objects.length === 0;
  const signature = JSON.stringify([objects, [...viewer.attached]]);
  if (signature === shown.get(root)) return;
  shown.set(root, signature);
  const open = root.querySelector("details")?.open ?? true;
  const focused = (document.activeElement as HTMLElement | null)?.dataset["attached"];
  root.replaceChildren(el("details", { open }, el("summary", {}, gettext("Came with the exam (%(objects)s)", { objects: objects.length })), ...objects.map((one) => entry(one, viewer))));
  if (focused) root.querySelector<HTMLElement>(`[data-attached="${focused}"]`)?.focus();
}

function entry(one: Attached, viewer: Viewer): HTMLElement {
  const parts: HTMLElement[] = [el("p", { class: "attached-title" }, el("strong", {}, one.title)), el("p", { class: "attached-say" }, one.say)];
  if (one.graphics.length) parts.push(button(one, viewer));
  if (one.lines.length) parts.push(el("details", { class: "attached-lines" }, el("summary", {}, gettext("What it says")), el("pre", { tabindex: 0 }, one.lines.join("\n"))));
  return el("div", { class: "attached" }, ...parts);
}

function button(one: Attached, viewer: Viewer): HTMLElement {
  const made = el("button", { type: "button", class: "btn btn-sm btn-quiet", "aria-pressed": String(viewer.attached.has(one.id)), "data-attached": one.id }, gettext("Show %(graphics)s on the images", { graphics: one.graphics.length }));
  made.addEventListener("click", () => toggleAttached(viewer, [one]));
  return made;
}

/** Draw these objects, or take them off where all of them are drawn. */
export function toggleAttached(viewer: Viewer, objects: Attached[] = viewer.manifest?.objects ?? []): void {
  const drawn = objects.filter(({ graphics }) => graphics.length);
  if (!drawn.length) return announce(objects.some(({ sealed }) => sealed) ? gettext("What came with the exam is sealed until your read is locked") : gettext("Nothing came with the exam that could be drawn"));
  const all = drawn.every(({ id }) => viewer.attached.has(id));
  for (const { id } of drawn) all ? viewer.attached.delete(id) : viewer.attached.add(id);
  announce(all ? gettext("Marks that came with the exam hidden") : gettext("Marks that came with the exam shown, dashed"));
  viewer.refreshFindings();
  viewer.tell();
}
