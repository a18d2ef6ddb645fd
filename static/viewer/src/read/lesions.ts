/** The rows of the comparison, one for each lesion: their marks go to the images, a row's button brings its lesion into view. */
import { tell } from "./seam";

interface Linked {
  lesions: { number: number; places: object[] }[];
  marks: object[];
}

export function lesions(panel: HTMLElement, signal: AbortSignal): void {
  const held = panel.querySelector("#lesions-data")?.textContent;
  const linked: Linked = held ? (JSON.parse(held) as Linked) : { lesions: [], marks: [] };
  const show = (): void => tell("opinions", { marks: linked.marks });
  show();
  document.addEventListener("overread:manifest", show, { signal });
  for (const button of panel.querySelectorAll<HTMLElement>("[data-lesion]")) {
    const number = Number(button.dataset["lesion"]);
    const places = linked.lesions.find((one) => one.number === number)?.places ?? [];
    button.addEventListener("click", () => tell("focus-lesion", { lesion: number, places }), { signal });
  }
}
