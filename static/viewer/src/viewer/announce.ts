/** What a command did, in words: for screen readers in a live region, for everybody else at the end of the strip of steps. */
let seen: HTMLElement | null = null;

/** Where the words stand for those who look. */
export const showIn = (element: HTMLElement): void => void (seen = element);

export function announce(text: string): void {
  const region = document.getElementById("viewer-live");
  if (region) region.textContent = text;
  if (seen) seen.textContent = text;
}
