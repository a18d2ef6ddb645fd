/** The events between the viewer and the read form, which share the page (docs/manifest.md). */
import { focusMark } from "./commands";
import { toImages } from "./input/page";
import { goToLesion, type Place, takeOpinions } from "./lesions";
import type { Poller } from "./data/poller";
import { isMarkTool } from "./marks/shape";
import type { Mark } from "./data/types";
import type { OpinionMark } from "./overlay/opinions";
import type { Viewer } from "./viewer";

interface Details {
  "overread:images": Record<string, never>;
  "overread:marks": { findings: { id: string; marks?: Mark[] }[]; landmarks?: Mark[] };
  "overread:focus-mark": { id: string };
  "overread:opinions": { marks: OpinionMark[] };
  "overread:focus-lesion": { lesion: number; places: Place[] };
  "overread:arm": { tool: string; finding: string };
  "overread:refresh": Record<string, never>;
}

/** Listen to the read form. */
export function listen(viewer: Viewer, poller: Poller): void {
  const { signal } = viewer;
  const on = <K extends keyof Details>(name: K, run: (detail: Details[K]) => void): void =>
    document.addEventListener(name, (event) => run((event as CustomEvent<Details[K]>).detail), { signal });
  on("overread:images", () => toImages(viewer));
  on("overread:marks", ({ findings, landmarks }) => viewer.marks.adopt(findings, landmarks));
  on("overread:focus-mark", ({ id }) => focusMark(viewer, id));
  on("overread:opinions", ({ marks }) => takeOpinions(viewer, marks));
  on("overread:focus-lesion", ({ lesion, places }) => goToLesion(viewer, lesion, places));
  on("overread:refresh", () => void poller.look());
  on("overread:arm", ({ tool, finding }) => {
    if (!isMarkTool(tool)) return;
    viewer.armed = { finding, before: viewer.armed?.before ?? viewer.tool };
    viewer.take(tool);
    toImages(viewer); // whoever asked by key draws by key
  });
}
