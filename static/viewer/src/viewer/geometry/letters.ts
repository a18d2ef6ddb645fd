/** Orientation letters at the edges of a hung mammogram (PS3.3 C.7.6.1.1.1; IHE MAMMO's hanging). */
import type { ImageInfo } from "../data/types";

export interface Letters {
  left: string;
  right: string;
  top: string;
  bottom: string;
}

const FROM_ABOVE = new Set(["CC", "XCCL", "XCCM", "FB", "XCC"]);

/** CC views look from above (top is lateral), the others from the side (top is the head). Empty without a laterality. */
export function letters(image: ImageInfo): Letters {
  if (image.letters) return image.letters;
  if (!image.laterality || image.companion) return { left: "", right: "", top: "", bottom: "" };
  const anterior = image.chest_wall === "right" ? "left" : "right";
  const across = { left: anterior === "left" ? "A" : "P", right: anterior === "right" ? "A" : "P" };
  if (!FROM_ABOVE.has(image.view)) return { ...across, top: "H", bottom: "F" };
  return { ...across, top: image.laterality, bottom: image.laterality === "L" ? "R" : "L" };
}
