/** The events between this form and the viewer beside it (docs/manifest.md). */
import type { Mark, Side } from "./types";

interface Manifest {
  images: { id: string; label: string; laterality: string }[];
}

const images = new Map<string, { label: string; laterality: string }>();

document.addEventListener("overread:manifest", (event) => {
  const { manifest } = (event as CustomEvent<{ manifest: Manifest }>).detail;
  for (const { id, label, laterality } of manifest.images) images.set(id, { label, laterality });
});

/** The view's name, as the viewer writes it: "L CC". */
export const labelOf = (image: string): string => images.get(image)?.label ?? "image";

export function sideOf(image: string): Side | null {
  const side = images.get(image)?.laterality;
  return side === "L" || side === "R" ? side : null;
}

export function tell(name: "images" | "marks" | "focus-mark" | "opinions" | "focus-lesion" | "refresh" | "arm", detail: Record<string, unknown> = {}): void {
  document.dispatchEvent(new CustomEvent(`overread:${name}`, { detail }));
}

/** The viewer asks for the form by key; `go` puts the focus there and answers whether it could. */
export function onAsked(go: () => boolean, signal: AbortSignal): void {
  document.addEventListener("overread:read-form", (event) => go() && event.preventDefault(), { signal });
}

/** The page goes on to another case: `save` answers whether nothing is left to save. */
export function onLeaving(save: () => Promise<boolean>, signal: AbortSignal): void {
  document.addEventListener("overread:leaving", (event) => (event as CustomEvent<{ wait(done: Promise<boolean>): void }>).detail.wait(save()), { signal });
}

export function onMarks(added: (mark: Mark) => void, removed: (id: string) => void, signal: AbortSignal): void {
  const put = (event: Event): void => added((event as CustomEvent<{ mark: Mark }>).detail.mark);
  document.addEventListener("overread:mark-added", put, { signal });
  document.addEventListener("overread:mark-changed", put, { signal });
  document.addEventListener("overread:mark-removed", (event) => removed((event as CustomEvent<{ id: string }>).detail.id), { signal });
}

/** The landmarks as they are now, after each change of one. */
export function onLandmarks(changed: (landmarks: Mark[]) => void, signal: AbortSignal): void {
  document.addEventListener("overread:landmarks", (event) => changed((event as CustomEvent<{ landmarks: Mark[] }>).detail.landmarks), { signal });
}
