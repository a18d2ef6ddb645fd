/** One polite live region: what changed without the reader looking there. */
let region: HTMLElement | null = null;

export function announce(text: string): void {
  region ??= document.getElementById("viewer-live");
  if (region) region.textContent = text;
}
