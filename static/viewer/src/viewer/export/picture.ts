/** An image as it hangs, at its stored resolution, with the reader's marks on it and its view's name below. No word of the patient. */
import { svg } from "../dom";
import { chain, scale } from "../geometry/affine";
import { hungSize, middle, storedToCanvas, unit } from "../geometry/pose";
import { display } from "../grey/grey";
import { drawMarks, placed } from "../marks/draw";
import type { Pane } from "../pane/pane";
import { paint, tableOf } from "../pane/sampler";
import { gettext } from "../../text/text";

/** Marks are drawn as on a picture of this many pixels across, so that lines and words can be read on any. */
const ACROSS = 700;
const MARK = "#86e0ef";

/** `lines`: what stands below the image. Throws Error where the image is not decoded. */
export async function picture({ image, frame, grey, marks: all, stack }: Pane, lines: string[]): Promise<HTMLCanvasElement> {
  const marks = all.filter((mark) => placed(mark, stack?.at ?? null) === "here");
  if (!frame) throw new Error(gettext("The image is not there yet"));
  const per = unit(image.spacing)[0];
  const hung = hungSize(image);
  const [width, height] = [Math.round(hung.width / per), Math.round(hung.height / per)];
  const line = Math.round(width / 28);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height + line * (lines.length + 1)];
  const context = canvas.getContext("2d");
  if (!context) throw new Error(gettext("This browser gives no canvas of that size"));
  const toCanvas = storedToCanvas(image, { centre: middle(image), scale: 1 / per }, { width, height });
  const pixels = context.createImageData(width, height);
  paint(pixels, frame, toCanvas, tableOf(frame, display(image, grey)));
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.putImageData(pixels, 0, 0);
  const zoom = width / ACROSS;
  const layer = svg("g");
  drawMarks(layer, image, marks, chain(toCanvas, scale(1 / zoom)), null);
  if (marks.length) context.drawImage(await rendered(layer, width, height, zoom), 0, 0);
  context.fillStyle = "#eef3f7";
  context.font = `${Math.round(line * 0.7)}px sans-serif`;
  lines.forEach((text, at) => context.fillText(text, line / 2, height + line * (at + 1), width - line));
  return canvas;
}

/** The marks as a picture: their looks as attributes, since no style sheet reaches into it. */
async function rendered(layer: SVGGElement, width: number, height: number, zoom: number): Promise<HTMLImageElement> {
  for (const item of layer.querySelectorAll<SVGElement>("line, ellipse, circle, path")) {
    const halo = item.classList.contains("halo");
    item.setAttribute("fill", "none");
    item.setAttribute("stroke", halo ? "#000" : MARK);
    item.setAttribute("stroke-width", halo ? "4" : "1.5");
    if (halo) item.setAttribute("stroke-opacity", "0.6");
  }
  for (const text of layer.querySelectorAll("text")) {
    const looks = { fill: "#b5edf6", stroke: "#000", "stroke-width": "3", "paint-order": "stroke", "font-family": "sans-serif", "font-size": "13" };
    for (const [name, value] of Object.entries(looks)) text.setAttribute(name, value);
  }
  const whole = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width / zoom} ${height / zoom}` }, layer);
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(whole)], { type: "image/svg+xml" }));
  const drawn = new Image();
  drawn.src = url;
  await drawn.decode().finally(() => URL.revokeObjectURL(url));
  return drawn;
}
