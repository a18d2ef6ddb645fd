/** The minutes beside the images: kept by a button, each time as another version. */
import { send } from "./server";
import { gettext } from "../text/text";

interface Kept {
  version: number;
}

export function minutes(panel: HTMLElement, signal: AbortSignal): void {
  const form = panel.querySelector<HTMLFormElement>("form[data-minutes]");
  form?.addEventListener("submit", (event) => (event.preventDefault(), void keep(form)), { signal });
}

async function keep(form: HTMLFormElement): Promise<void> {
  const text = form.querySelector("textarea")?.value ?? "";
  const version = Number(form.dataset["version"]);
  const answer = await send<Kept>("POST", form.dataset["minutes"] ?? "", { text, version });
  if (answer.ok) form.dataset["version"] = String(answer.body.version);
  const line = form.querySelector('[role="status"]');
  const refused = answer.body.errors?.["text"]?.join(" ") ?? answer.body.detail ?? "";
  line?.classList.toggle("field-error", !answer.ok);
  if (line) line.textContent = answer.ok ? gettext("Version %(version)s is kept", { version: answer.body.version }) : refused;
}
