/** The saliency over one image: a small canvas stretched by a CSS matrix, so that zoom, flip and window never move it. */
import { svg } from "../dom";
import { type Affine, chain, css, scale, translate } from "../geometry/affine";
import { colours, type MapName } from "./colormap";
import { contour } from "./contour";
import { gettext } from "../../text/text";

export interface HeatSettings {
  on: boolean;
  opacity: number;
  /** Saliency below it is not drawn, 0..1. */
  threshold: number;
  map: MapName;
  /** Lines of equal saliency only: nothing of the image is covered. */
  lines: boolean;
}

/** Below it a line would follow the noise of an empty map. */
const FAINTEST = 0.05;

export class Heat {
  readonly canvas = document.createElement("canvas");
  readonly contours = svg("g", { class: "contours" });
  private traced = "";
  private grid: ImageData | null = null;
  private url = "";
  private cell = 1;

  constructor() {
    this.canvas.className = "heat";
    this.canvas.hidden = true;
  }

  /** Fetch once; throws when the server refuses. */
  async load(url: string, cell: number): Promise<void> {
    if (this.url === url) return;
    this.url = url;
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(gettext("the saliency map could not be fetched (%(status)s)", { status: String(answer.status) }));
      const bitmap = await createImageBitmap(await answer.blob(), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
      this.grid = pixelsOf(bitmap);
      this.cell = cell;
    } catch (error) {
      this.url = "";
      throw error;
    }
  }

  get ready(): boolean {
    return this.grid !== null;
  }

  paint(settings: HeatSettings): void {
    this.canvas.hidden = !settings.on || !this.grid || settings.lines;
    this.canvas.style.opacity = String(settings.opacity);
    this.trace(settings);
    if (!this.grid || this.canvas.hidden) return;
    this.canvas.width = this.grid.width;
    this.canvas.height = this.grid.height;
    this.canvas.getContext("2d")?.putImageData(tinted(this.grid, settings), 0, 0);
  }

  /** Two lines: where the map begins, and half way from there to certainty. */
  private trace({ on, lines, threshold, map, opacity }: HeatSettings): void {
    const { grid } = this;
    const wanted = on && lines && grid ? `${this.url} ${threshold} ${map} ${opacity}` : "";
    if (wanted === this.traced) return;
    this.traced = wanted;
    if (!wanted || !grid) return this.contours.replaceChildren();
    const first = Math.max(FAINTEST, threshold);
    const table = colours(map);
    const paths = [first, (first + 1) / 2].map((part) => {
      const stroke = (table[Math.round(255 * (0.4 + 0.6 * part))] as number[]).map(Math.round);
      return svg("path", { d: contour(grid, 255 * part), stroke: `rgb(${stroke.join(" ")})` });
    });
    this.contours.setAttribute("opacity", String(0.4 + 0.6 * opacity));
    this.contours.replaceChildren(...paths);
  }

  /** Lay cell (i, j) over stored pixels [cell i, cell (i+1)): its edge is half a pixel before its first pixel's centre. */
  place(storedToCanvas: Affine): void {
    const place = css(chain(gridToStored(this.cell), storedToCanvas));
    this.canvas.style.transform = place;
    this.contours.setAttribute("transform", place);
  }
}

/** Edges of the saliency grid -> stored points (pixel-centre convention). */
export const gridToStored = (cell: number): Affine => chain(scale(cell), translate(-0.5, -0.5));

function pixelsOf(bitmap: ImageBitmap): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error(gettext("this browser has no 2-D canvas"));
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** Colour by saliency; its strength also sets how much of the image shows through. */
export function tinted(grid: ImageData, settings: Pick<HeatSettings, "threshold" | "map">): ImageData {
  const table = colours(settings.map);
  const out = new ImageData(grid.width, grid.height);
  for (let at = 0; at < grid.data.length; at += 4) {
    const level = grid.data[at] as number;
    if (level === 0 || level < settings.threshold * 255) continue;
    const [red, green, blue] = table[level] as [number, number, number];
    out.data.set([red, green, blue, Math.min(255, level * 1.6)], at);
  }
  return out;
}
