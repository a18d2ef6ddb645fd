/** Key images as files: the trail is told first, and without its word nothing is written. */
import { announce } from "../announce";
import { type ImageInfo, nameOf } from "../data/types";
import type { Pane } from "../pane/pane";
import { send } from "../state/server";
import type { Viewer } from "../viewer";
import { pdfOf, type Picture } from "./pdf";
import { picture } from "./picture";

const JPEG = 0.92;

/** The active image as PNG. */
export const exportPng = (viewer: Viewer): void => void exported(viewer, "png", viewer.active ? [viewer.active] : []);

/** All images on the screen as PDF, each on a page of its own. */
export const exportPdf = (viewer: Viewer): void => void exported(viewer, "pdf", viewer.visible());

async function exported(viewer: Viewer, format: "png" | "pdf", panes: Pane[]): Promise<void> {
  const { manifest } = viewer;
  const ready = panes.filter(({ frame, failure }) => frame && !failure);
  if (!manifest || !ready.length) return announce("There is no image to export");
  const named = ready.filter(({ image }) => image.burnt_in === "yes").map(({ image }) => nameOf(image));
  if (named.length) return announce(`Not exported: text is burnt into ${named.join(", ")}, and it may hold a name`);
  const url = `/api/v1/exams/${manifest.exam.id}/exports/`;
  if (!(await send("POST", url, { format, images: ready.map(({ image }) => image.id) }))) return announce("Not exported: the trail could not be told");
  try {
    const lines = (image: ImageInfo): string[] => [[image.label, image.prior ? "earlier exam" : "", manifest.case ? `case ${manifest.case.number}` : ""].filter(Boolean).join(" · "), manifest.notice];
    const pictures = await Promise.all(ready.map((pane) => picture(pane, lines(pane.image))));
    const name = ["overread", manifest.case?.number ?? "exam", format === "png" ? (ready[0] as Pane).image.label.replace(/\W+/g, "-") : "key-images"].join("-");
    save(format === "png" ? await blobOf(pictures[0] as HTMLCanvasElement, "image/png") : await pdfBlob(pictures), `${name}.${format}`);
    announce(`${ready.length === 1 ? "Image" : `${ready.length} images`} exported as ${format.toUpperCase()}; the trail has it`);
  } catch (error) {
    announce(`Not exported: ${(error as Error).message}`);
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
  new Promise((done, refused) => canvas.toBlob((blob) => (blob ? done(blob) : refused(new Error("this browser cannot write the picture"))), kind, JPEG));

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
