/** The cover over an ultrasound outside its regions: machines write names there (`portal/exams/deidentify.py` changes no pixel). */
import type { ImageInfo, Point } from "../data/types";
import { type Affine, apply } from "../geometry/affine";

/** Whether something has to be covered: the header does not rule text out, and says where the scan itself lies. */
export const veiled = (image: ImageInfo): boolean => image.companion?.modality === "US" && image.burnt_in !== "no" && Boolean(image.regions?.length);

/** The whole image, and each region out of it (drawn with the even-odd rule). */
export function drawVeil(path: SVGPathElement, image: ImageInfo, toCanvas: Affine): void {
  const outline = (corners: Point[]): string => `M${corners.map((corner) => apply(toCanvas, corner).join(",")).join("L")}Z`;
  const box = (x0: number, y0: number, x1: number, y1: number): string => outline([[x0 - 0.5, y0 - 0.5], [x1 + 0.5, y0 - 0.5], [x1 + 0.5, y1 + 0.5], [x0 - 0.5, y1 + 0.5]]);
  const holes = veiled(image) ? (image.regions ?? []).map((region) => box(...region.box)) : [];
  path.setAttribute("d", holes.length ? box(-1, -1, image.columns, image.rows) + holes.join("") : "");
}
