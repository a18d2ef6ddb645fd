/** Key images as files: the trail is told first, and without its word nothing is written. */
import { announce } from "../announce";
import { type ImageInfo, nameOf } from "../data/types";
import type { Pane } from "../pane/pane";
import { send } from "../state/server";
import type { Viewer } from "../viewer";
import { pdfOf, type Picture } from "./pdf";
import { picture } from "./picture";
import { gettext, ngettext } from "../../text/text";

const JPEG = 0.92;

/** The active image as PNG. */
export const exportPng = (viewer: Viewer): void => void exported(viewer, "png", viewer.active ? [viewer.active] : []);

/** All images on the screen as PDF, each on a page of its own. */
export const exportPdf = (viewer: Viewer): void => void exported(viewer, "pdf", viewer.visible());

/** The findings of one's own read as DICOM: presentation states and a structured report, written by the server. */
export const exportObjects = (viewer: Viewer): void => void objects(viewer);

async function objects({ manifest }: Viewer): Promise<void> {
  if (!manifest?.read) return announce(gettext("There is no read of yours here to save"));
  announce(gettext("The read is being written as DICOM"));
  const answer = await fetch(`${manifest.read.url}objects/`, { cache: "no-store" }).catch(() => null);
  if (!answer) return announce(gettext("Not saved: no connection to the server"));
  if (answer.ok) {
    save(await answer.blob(), `overread-${manifest.case?.number ?? "read"}-dicom.zip`);
    return announce(gettext("Read saved as DICOM (presentation states, structured report); the trail has it"));
  }
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
  announce(gettext("Not saved: %(detail)s", { detail: detail ?? gettext("the server could not write it") }));
}

async function exported(viewer: Viewer, format: "png" | "pdf", panes: Pane[]): Promise<void> {
  const { manifest } = viewer;
  const ready = panes.filter(({ frame, failure }) => frame && !failure);
  if (!manifest || !ready.length) return announce(gettext("There is no image to export"));
  const named = ready.filter(({ image }) => image.burnt_in === "yes" || (image.companion && image.burnt_in !== "no")).map(({ image }) => nameOf(image));
  if (named.length) return announce(gettext("Not exported: text is burnt into %(images)s, and it may hold a name", { images: named.join(", ") }));
  const url = `/api/v1/exams/${manifest.exam.id}/exports/`;
  if (!(await send("POST", url, { format, images: ready.map(({ image }) => image.id) }))) return announce(gettext("Not exported: the trail could not be told"));
  try {
    const lines = (image: ImageInfo): string[] => [[image.label, image.prior ? gettext("earlier exam") : "", manifest.case ? gettext("case %(number)s", { number: manifest.case.number }) : ""].filter(Boolean).join(" · "), manifest.notice];
    const pictures = await Promise.all(ready.map((pane) => picture(pane, lines(pane.image))));
    const name = ["overread", manifest.case?.number ?? "exam", format === "png" ? (ready[0] as Pane).image.label.replace(/\W+/g, "-") : "key-images"].join("-");
    save(format === "png" ? await blobOf(pictures[0] as HTMLCanvasElement, "image/png") : await pdfBlob(pictures), `${name}.${format}`);
    announce(ngettext("Image exported as %(format)s; the trail has it", "%(count)s images exported as %(format)s; the trail has it", ready.length, { format: format.toUpperCase() }));
  } catch (error) {
    announce(gettext("Not exported: %(message)s", { message: (error as Error).message }));
  }
}

async function pdfBlob(pictures: HTMLCanvasElement[]): Promise<Blob> {
  const jpegs = pictures.map(async (canvas): Promise<Picture> => {
    const blob = await blobOf(canvas, "image/jpeg");
    return { jpeg: new Uint8Array(await blob.arrayBuffer()), width: canvas.width, height: canvas.height };
  });
  return new Blob([pdfOf(await Promise.all(jpegs)) as BlobPart], { type: "application/pdf" });
}

const blobOf = (canvas: HTMLCanvasElement, kind: string): Promise<Blob> =>
  new Promise((done, refused) => canvas.toBlob((blob) => (blob ? done(blob) : refused(new Error(gettext("this browser cannot write the picture")))), kind, JPEG));

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
