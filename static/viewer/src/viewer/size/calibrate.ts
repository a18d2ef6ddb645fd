/** The sheet on which a screen is calibrated: an outline that is made as large as a real card held against it. */
import { announce } from "../announce";
import { el } from "../dom";
import { alike, nameHere, nameScreen, publish } from "./displays";
import { calibrate, CARD, devicePixelsPerMm, pixelsPerMm, takeUp } from "./screen";
import { decimal, gettext } from "../../text/text";

const USUAL = 96 / 25.4; // CSS pixels per mm of a screen that keeps to the CSS inch

/** Opens the sheet; `done` is called once a size was saved or forgotten. */
export function openCalibration(done: () => void): void {
  const known = pixelsPerMm();
  const sheet = el("dialog", { class: "calibrate", "aria-labelledby": "calibrate-title" });
  const card = el("div", { class: "card-outline", "aria-hidden": "true" }, el("span", {}, `${decimal(85.6, 2)} mm`));
  const width = el("input", { type: "range", class: "form-range", id: "card-width", min: 150, max: 1600, step: 0.5 });
  const figure = el("output", { for: "card-width", class: "num" });
  const draw = (): void => {
    const pixels = Number(width.value);
    card.style.inlineSize = `${pixels}px`;
    card.style.blockSize = `${(pixels * CARD.height) / CARD.width}px`;
    figure.textContent = gettext("%(value)s pixels per mm", { value: decimal(pixels / CARD.width, 2) });
  };
  width.value = String((known ?? USUAL) * CARD.width);
  width.addEventListener("input", draw);
  const name = el("input", { type: "text", class: "form-control form-control-sm", id: "display-name", maxlength: 40 });
  name.value = nameHere();
  const close = (said: string): void => (sheet.close(), announce(said), done());
  const end = (size: number | null, said: string): void => {
    nameScreen(name.value.trim() || nameHere());
    calibrate(size);
    publish(devicePixelsPerMm());
    close(said);
  };
  sheet.append(
    el("h2", { id: "calibrate-title" }, known === null ? gettext("This screen is uncalibrated") : gettext("How large is this screen?")),
    el("p", {}, gettext("Hold a bank or identity card (85.60 mm wide) flat against the screen. Move the slider, or press the arrow keys, until the outline is exactly as large. It counts for this screen; under its name you can take it up in another browser.")),
    ...knownOnes((display, device) => (nameScreen(display), takeUp(device), close(gettext("This screen is %(display)s", { display })))),
    card,
    el("label", { for: "card-width" }, gettext("Width of the outline")),
    width,
    figure,
    el("label", { for: "display-name", class: "calibrate-name" }, gettext("Name of this display")),
    name,
    el("div", { class: "calibrate-ends" }, ...buttons(known, () => end(Number(width.value), gettext("This screen is calibrated")), () => end(null, gettext("This screen is not calibrated any more")), () => sheet.close())),
  );
  sheet.addEventListener("close", () => sheet.remove());
  sheet.addEventListener("keydown", (event) => event.stopPropagation()); // the viewer's keys stay out of it
  document.querySelector(".desk")?.append(sheet);
  sheet.showModal();
  draw();
  width.focus();
}

function buttons(known: number | null, save: () => void, forget: () => void, leave: () => void): HTMLElement[] {
  const made = (words: string, kind: string, run: () => void): HTMLElement => {
    const button = el("button", { type: "button", class: `btn btn-sm ${kind}` }, words);
    button.addEventListener("click", run);
    return button;
  };
  const all = [made(gettext("It fits: save"), "btn-primary", save), made(gettext("Cancel"), "btn-outline-light", leave)];
  return known === null ? all : [...all, made(gettext("Forget this screen"), "btn-outline-light", forget)];
}

/** Displays of this size that were measured before: one may be this very one, which only its person can know. */
function knownOnes(use: (name: string, device: number) => void): HTMLElement[] {
  const found = alike().filter(([name]) => name !== nameHere() || devicePixelsPerMm() === null);
  if (!found.length) return [];
  const made = found.map(([name, { per_mm = 1 }]) => {
    const button = el("button", { type: "button", class: "btn btn-sm btn-outline-light" }, name);
    button.addEventListener("click", () => use(name, per_mm));
    return button;
  });
  return [el("p", { class: "calibrate-known" }, gettext("Measured before, with as many pixels. Press one only if it is this very display: "), ...made)];
}
