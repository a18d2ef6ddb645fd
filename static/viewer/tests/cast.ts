/** The images that the geometry tests talk about. */
import type { ImageInfo, Pose } from "../src/viewer/data/types";

/** A right CC of 100 columns and 200 rows, 0.1 mm, stored as it is hung, unless the test says otherwise. */
export function image(facts: Partial<ImageInfo> = {}): ImageInfo {
  return {
    id: "i1", label: "R CC", laterality: "R", view: "CC", modifiers: [], view_source: "ViewPosition",
    rows: 200, columns: 100, frames: 1, bits_stored: 12, photometric: "MONOCHROME2", metadata_url: "", frame_urls: [],
    status: "ready", transfer_syntax: "", pose: { rotate: 0, flip: false }, chest_wall: "right",
    spacing: { mm: [0.1, 0.1], source: "Imager Pixel Spacing", calibrated: true },
    voi: [{ label: "NORMAL", center: 2048, width: 4096 }], voi_luts: [], auto_voi: { center: 1000, width: 500 },
    rescale: { slope: 1, intercept: 0 }, padding: null, technique: [], prior: null, ...facts,
  };
}

export const POSES: Pose[] = ([0, 90, 180, 270] as const).flatMap((rotate) => [{ rotate, flip: false }, { rotate, flip: true }]);
