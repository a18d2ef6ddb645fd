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

export function tell(name: "marks" | "focus-mark" | "refresh" | "arm", detail: Record<string, unknown> = {}): void {
  document.dispatchEvent(new CustomEvent(`overread:${name}`, { detail }));
}

export function onMarks(added: (mark: Mark) => void, removed: (id: string) => void, signal: AbortSignal): void {
  const put = (event: Event): void => added((event as CustomEvent<{ mark: Mark }>).detail.mark);
  document.addEventListener("overread:mark-added", put, { signal });
  document.addEventListener("overread:mark-changed", put, { signal });
  document.addEventListener("overread:mark-removed", (event) => removed((event as CustomEvent<{ id: string }>).detail.id), { signal });
}
