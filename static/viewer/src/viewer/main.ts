/** The viewer page: starts the renderer, opens the manifest, ties panels, keys and pointer to one viewer. */
import "./viewer.css";
import { type Action, ACTIONS } from "./actions";
import { Poller } from "./data/poller";
import type { Manifest } from "./data/types";
import { inspection } from "./debug";
import { byId } from "./dom";
import { Keyboard } from "./input/keyboard";
import { Keymap } from "./input/keymap";
import { Magnifier } from "./input/magnifier";
import { Pointer } from "./input/pointer";
import { watchCard } from "./pane/card";
import * as engine from "./pane/engine";
import { drawCase } from "./panel/case";
import { Help } from "./panel/help";
import { drawResults } from "./panel/results";
import { Steps } from "./panel/steps";
import { Toolbar } from "./panel/toolbar";
import { listen } from "./seam";
import { stage } from "./stage";
import { watch } from "./state/memory";
import { type Display, openDisplays } from "./size/displays";
import { setPerson, share } from "./state/person";
import { carried, send } from "./state/server";
import { Viewer } from "./viewer";

function pageActions(help: () => void, side: () => void): Action[] {
  return [
    { id: "side", label: "Side panel", keys: ["s"], group: "Page", icon: "layout-sidebar-reverse", run: side, pressed: () => !byId("viewer-side").hidden },
    { id: "help", label: "Keys and help", keys: ["?"], group: "Page", icon: "question-circle", run: help, pressed: () => !byId("viewer-help").hidden },
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

function begin(root: HTMLElement): void {
  const gpu = engine.webgl();
  engine.start(gpu);
  const { grid, steps, warn, stale, say } = stage(root, gpu);
  const address = root.dataset["manifestUrl"] ?? "";
  recallPerson(root);
  const viewer = new Viewer(grid, gpu);
  viewer.left = watch(viewer, `desk.${address}`);
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
  });
  listen(viewer, poller);
  watchCard(viewer, warn);
  Object.defineProperty(window, "overreadViewer", { value: inspection(viewer), writable: false });
  void poller.look();
}

function drawPanels(viewer: Viewer, manifest: Manifest): void {
  drawCase(byId("viewer-case"), byId("viewer-title"), manifest);
  drawResults(byId("viewer-results"), viewer, manifest);
}

begin(byId("viewer"));
