/** One line of the list: name, progress, state and what can be done about it. */
import { size } from "./format";
import type { Phase, Transfer } from "./transfer";
import { gettext } from "../text/text";

const WORDS: Record<Phase, string> = {
  waiting: gettext("Waiting"),
  sending: gettext("Sending"),
  paused: gettext("Paused"),
  filing: gettext("Filing"),
  filed: gettext("Filed"),
  duplicate: gettext("Already here"),
  unpacked: gettext("Unpacked"),
  refused: gettext("Refused"),
  failed: gettext("Not sent"),
  cancelled: gettext("Cancelled"),
};
const LOOKS: Record<Phase, string> = {
  waiting: "waiting",
  sending: "running",
  paused: "quiet",
  filing: "running",
  filed: "ready",
  duplicate: "ready",
  unpacked: "ready",
  refused: "failed",
  failed: "failed",
  cancelled: "quiet",
};

export class Row {
  readonly element: HTMLTableRowElement;

  constructor(
    template: HTMLTemplateElement,
    private readonly transfer: Transfer,
  ) {
    const copy = template.content.cloneNode(true) as DocumentFragment;
    this.element = copy.querySelector("tr") as HTMLTableRowElement;
    this.part(".intake-name").textContent = transfer.name;
    this.part(".intake-size").textContent = transfer.total > 0 ? size(transfer.total) : "";
    this.button("pause").addEventListener("click", () => void transfer.pause());
    this.button("resume").addEventListener("click", () => transfer.resume());
    this.button("cancel").addEventListener("click", () => void transfer.cancel());
    for (const act of ["pause", "resume", "cancel"]) {
      this.button(act).setAttribute("aria-label", `${act} ${transfer.name}`);
    }
    this.draw();
  }

  draw(): void {
    const { phase, sent, total, say, label } = this.transfer;
    this.element.dataset["phase"] = phase;
    const state = this.part(".state");
    state.className = `state state-${LOOKS[phase]}`;
    const text = phase === "filed" && label !== "" ? gettext("Filed as %(label)s", { label }) : WORDS[phase];
    if (state.textContent !== text) state.textContent = text;
    this.part(".intake-say").textContent = say;
    const percent = total > 0 ? Math.floor((100 * sent) / total) : 0;
    const bar = this.part(".bar");
    bar.hidden = !(phase === "sending" || phase === "paused" || phase === "filing");
    bar.toggleAttribute("data-moving", phase === "filing");
    bar.setAttribute("aria-valuenow", String(percent));
    this.part(".bar-fill").style.inlineSize = phase === "filing" ? "" : `${percent}%`;
    this.show("pause", phase === "sending" || phase === "waiting");
    this.show("resume", phase === "paused");
    this.show("cancel", phase === "sending" || phase === "waiting" || phase === "paused");
  }

  /** Hide a button that does nothing now; keep the focus in the row. */
  private show(act: string, visible: boolean): void {
    const button = this.button(act);
    if (button.hidden === !visible) return;
    const focused = document.activeElement === button;
    button.hidden = !visible;
    if (focused && !visible) this.element.querySelector<HTMLButtonElement>("button:not([hidden])")?.focus();
  }

  private button(act: string): HTMLButtonElement {
    return this.part(`[data-act="${act}"]`) as HTMLButtonElement;
  }

  private part(selector: string): HTMLElement {
    const found = this.element.querySelector<HTMLElement>(selector);
    if (found === null) throw new Error(`the row's template has no ${selector}`);
    return found;
  }
}
