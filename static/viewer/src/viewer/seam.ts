/** The events between the viewer and the read form, which share the page (docs/manifest.md). */
import { focusMark } from "./commands";
import type { Poller } from "./data/poller";
import { isMarkTool } from "./marks/shape";
import type { Mark } from "./data/types";
import type { Viewer } from "./viewer";

interface Details {
  "overread:marks": { findings: { id: string; marks?: Mark[] }[] };
  "overread:focus-mark": { id: string };
  "overread:arm": { tool: string; finding: string };
  "overread:refresh": Record<string, never>;
}

function on<K extends keyof Details>(name: K, run: (detail: Details[K]) => void): void {
  document.addEventListener(name, (event) => run((event as CustomEvent<Details[K]>).detail));
}

/** Listen to the read form. */
export function listen(viewer: Viewer, poller: Poller): void {
  on("overread:marks", ({ findings }) => viewer.marks.adopt(findings));
  on("overread:focus-mark", ({ id }) => focusMark(viewer, id));
  on("overread:refresh", () => void poller.look());
  on("overread:arm", ({ tool, finding }) => {
    if (!isMarkTool(tool)) return;
    viewer.armed = { finding, before: viewer.armed?.before ?? viewer.tool };
    viewer.take(tool);
  });
}
