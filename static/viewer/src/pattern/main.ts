/** The page on which a person looks at a test pattern and says what they see of it. */
import "./pattern.css";
import { nameHere, nameScreen, sizeOfScreen } from "../viewer/size/displays";
import { setPerson } from "../viewer/state/person";
import { send } from "../viewer/state/server";
import { plan } from "./plan";
import { gettext } from "../text/text";

/** One canvas pixel on one device pixel, whatever the browser's zoom. */
function draw(canvas: HTMLCanvasElement): void {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  if (!context) return;
  const { patches, letters } = plan(width, height);
  for (const { x, y, width: across, height: down, grey } of patches) {
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.fillRect(x, y, across, down);
  }
  context.font = `600 ${Math.round(height / 12)}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { x, y, text, grey } of letters) {
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.fillText(text, x, y);
  }
}

const number = (data: FormData, name: string): number => Number(data.get(name) ?? 0);

async function keep(form: HTMLFormElement, said: HTMLElement): Promise<void> {
  const data = new FormData(form);
  const name = String(data.get("name") ?? "").trim();
  if (!name) return void (said.textContent = gettext("Give this display a name."));
  nameScreen(name);
  const seen = {
    name, size: sizeOfScreen(), ratio: window.devicePixelRatio || 1, steps: number(data, "steps"),
    dark_square: data.has("dark_square"), bright_square: data.has("bright_square"), smooth: data.has("smooth"),
    letters: ["dark", "middle", "bright"].map((row) => number(data, `letters_${row}`)),
  };
  if (await send("POST", form.dataset["url"] ?? "", seen)) location.reload();
  else said.textContent = gettext("It could not be kept. Look at the numbers, and try again.");
}

const canvas = document.querySelector<HTMLCanvasElement>("#pattern");
const form = document.querySelector<HTMLFormElement>("#pattern-form");
const said = document.querySelector<HTMLElement>("#pattern-said");
if (canvas && form && said) {
  setPerson(form.dataset["person"] ?? "");
  const name = form.querySelector<HTMLInputElement>("[name=name]");
  if (name) name.value = nameHere();
  form.addEventListener("submit", (event) => (event.preventDefault(), void keep(form, said)));
  new ResizeObserver(() => draw(canvas)).observe(canvas);
}
