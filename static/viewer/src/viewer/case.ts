/** One case or exam in the viewer: opens its manifest, ties panels, keys and pointer to one viewer. */
import { type Action, ACTIONS } from "./actions";
import { frames } from "./data/frames";
import { Poller } from "./data/poller";
import { refusals } from "./data/source";
import type { Manifest } from "./data/types";
import { inspection } from "./debug";
import { byId } from "./dom";
import { Keyboard } from "./input/keyboard";
import { Keymap } from "./input/keymap";
import { Magnifier } from "./input/magnifier";
import { Pointer } from "./input/pointer";
import { watchCard } from "./pane/card";
import { drawAttachedList } from "./panel/attached";
import { drawCase } from "./panel/case";
import { Help } from "./panel/help";
import { drawResults } from "./panel/results";
import { Steps } from "./panel/steps";
import { Toolbar } from "./panel/toolbar";
import { listen } from "./seam";
import { SINGLE_SLICES, slabSettings } from "./stack/view";
import { stage } from "./stage";
import { watch } from "./state/memory";
import { type Display, openDisplays } from "./size/displays";
import { setPerson, share } from "./state/person";
import { carried, send } from "./state/server";
import { accompany, lead } from "./two/windows";
import { Viewer } from "./viewer";
import { gettext } from "../text/text";

function pageActions(help: () => void, side: () => void): Action[] {
  return [
    { id: "side", label: gettext("Side panel"), keys: ["s"], group: "Page", icon: "layout-sidebar-reverse", run: side, pressed: () => !byId("viewer-side").hidden },
    { id: "help", label: gettext("Keys and help"), keys: ["?"], group: "Page", icon: "question-circle", run: help, pressed: () => !byId("viewer-help").hidden },
  ];
}

/** What the person keeps on the server; a page without a desk (nobody is signed in) keeps all of it in the browser. */
function recallPerson(root: HTMLElement): void {
  setPerson(root.dataset["person"] ?? "");
  const url = root.dataset["deskUrl"];
  if (!url) return;
  const own = carried<Record<string, unknown>>("viewer-own");
  share(own, (change) => send("PATCH", url, change));
  openDisplays((own?.["displays"] ?? {}) as Record<string, Display>, (change) => void send("PATCH", url, change));
}

/** Bring the case or exam of this page to life; all of it ends with `signal`. `gpu`: whether the graphics card draws. */
export function begin(root: HTMLElement, gpu: boolean, signal: AbortSignal): Viewer {
  const { grid, steps, renderings, warn, stale, clock, say } = stage(root, gpu);
  const address = root.dataset["manifestUrl"] ?? "";
  recallPerson(root);
  const viewer = new Viewer(grid, gpu, signal);
  frames.inUse = (imageId) => viewer.visible().some((pane) => pane.frame?.imageId === imageId);
  refusals.tell = (imageId, failure) => viewer.panes.forEach((pane) => pane.refuse(imageId, failure));
  frames.onForgotten((imageId) => viewer.panes.forEach((pane) => pane.forget(imageId)), signal);
  const second = root.dataset["window"] === "2";
  viewer.left = watch(viewer, `${second ? "beside" : "desk"}.${address}`);
  const actions: Action[] = pageActions(
    () => (help.toggle(), viewer.tell()),
    () => ((byId("viewer-side").hidden = !byId("viewer-side").hidden), viewer.tell()),
  );
  const keys = new Keymap([...ACTIONS, ...actions]);
  const help = new Help(byId("viewer-help"), keys, () => viewer.tell());
  new Toolbar(viewer, byId("viewer-toolbar"), keys);
  const lens = (viewer.lens = new Magnifier());
  new Steps(viewer, steps, keys);
  new Pointer(viewer, lens, grid);
  new Keyboard(viewer, lens, keys);
  viewer.onChange(() => viewer.manifest && drawPanels(viewer, viewer.manifest));
  const poller = new Poller(address, {
    changed: (manifest) => (say(null), viewer.adopt(manifest)),
    // Without a manifest there is nothing to show; with one, what is on the screen stays.
    failed: (failure) => (viewer.manifest ? stale(failure) : say(failure)),
    fresh: () => stale(null),
    clock,
  }, signal);
  listen(viewer, poller);
  window.addEventListener("online", () => viewer.reopen(), { signal });
  const person = root.dataset["person"] ?? "";
  if (second) accompany(viewer, person, poller, root);
  else lead(viewer, person);
  watchCard(viewer, warn);
  Object.assign(slabSettings, SINGLE_SLICES);
  renderings.addEventListener("click", () => viewer.visible().forEach((pane) => pane.render()));
  Object.defineProperty(window, "overreadViewer", { value: inspection(viewer), writable: false, configurable: true });
  // A manifest that the page brought along is there before the read form's script has run.
  document.addEventListener("DOMContentLoaded", () => viewer.introduce(), { once: true, signal });
  signal.addEventListener("abort", () => viewer.end());
  poller.start(carried<Manifest>("viewer-manifest"), root.dataset["manifestTag"] ?? "");
  return viewer;
}

function drawPanels(viewer: Viewer, manifest: Manifest): void {
  drawCase(byId("viewer-case"), byId("viewer-title"), manifest);
  drawAttachedList(byId("viewer-attached"), viewer);
  drawResults(byId("viewer-results"), viewer, manifest);
}
