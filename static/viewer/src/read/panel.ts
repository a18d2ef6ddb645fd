/** The panel's way through a read: draft, locked, revealed, closed. The portal renders each state. */
import { Autosave } from "./autosave";
import { forViewer } from "./body";
import { el } from "./dom";
import { ReadForm } from "./form";
import { KeyImages } from "./keyimages";
import { leave, listen } from "./keys";
import { lesions } from "./lesions";
import { minutes } from "./meeting";
import { onAsked, onLandmarks, onLeaving, onMarks, tell } from "./seam";
import { type Answer, fragment, send } from "./server";
import type { Body, ReadData } from "./types";
import { gettext, locale } from "../text/text";
import { ahead, waiting } from "./waiting";

let alive = new AbortController();
/** The form that is open for answers, if one is. */
let asking: ReadForm | null = null;

/** Bring whatever the panel shows to life. */
export function start(panel: HTMLElement): void {
  alive.abort();
  alive = new AbortController();
  asking = null;
  leave(panel, alive.signal);
  onAsked(() => come(panel), alive.signal);
  const data = dataOf(panel);
  if (data?.state === "draft") draft(panel, data, alive.signal);
  if (data?.state === "revealed") revealed(panel, data, alive.signal);
  const locked = panel.querySelector<HTMLElement>('[data-panel="locked"]');
  minutes(panel, alive.signal);
  lesions(panel, alive.signal);
  if (locked) reveal(panel, locked.dataset["read"] ?? "", alive.signal, () => Promise.resolve(true));
}

/** The focus comes to what is to be done next; false where nothing is. */
function come(panel: HTMLElement): boolean {
  const to = asking?.root.closest("[hidden]") === null ? waiting(asking.root, asking.body) : ahead(panel);
  to?.focus();
  return to !== null;
}

function dataOf(panel: HTMLElement): ReadData | null {
  const script = panel.querySelector("#read-data");
  return script?.textContent ? (JSON.parse(script.textContent) as ReadData) : null;
}

/** Draw the panel again as the portal has it now, and let the viewer look at the manifest. */
async function next(panel: HTMLElement, url: string): Promise<void> {
  const html = await fragment(url);
  if (!panel.isConnected) return; // the page has gone on to another case
  if (html === null) return say(panel, gettext("The panel could not be loaded. Reload the page; nothing is lost."));
  panel.innerHTML = html;
  start(panel);
  tell("refresh");
  panel.querySelector<HTMLElement>(".btn-primary")?.focus({ preventScroll: true });
  // what was opened just now is above, and is what to look at; else what comes next is at the end
  if (!panel.querySelector('[data-panel="revealed"]')) panel.scrollIntoView({ block: "end" });
}

function say(panel: HTMLElement, words: string, ...more: (Node | string)[]): void {
  const alert = panel.querySelector("#read-alert, #read-alert-decide");
  alert?.replaceChildren(...(words ? [el("p", { class: "flash flash-error" }, words)] : []), ...more);
}

function status(panel: HTMLElement, words: string): void {
  const line = panel.querySelector("#read-status");
  if (line) line.textContent = words;
}

function on(panel: HTMLElement, act: string, run: () => void): void {
  panel.querySelector(`[data-act="${act}"]`)?.addEventListener("click", run);
}

const clock = (at: string): string => new Date(at).toLocaleTimeString(locale(), { hourCycle: "h23" });

function show(panel: HTMLElement, selector: string, visible: boolean): void {
  const part = panel.querySelector<HTMLElement>(selector);
  if (part) part.hidden = !visible;
}

/** Wire a form: its marks, its keys, its buttons that both kinds share. */
function form(panel: HTMLElement, data: ReadData, changed: (body: Body) => void, lock: () => void, signal: AbortSignal): ReadForm {
  const root = panel.querySelector<HTMLFormElement>("#read-form");
  if (!root) throw new Error("the panel has no read form");
  const made = new ReadForm(root, data, (body) => (tell("marks", forViewer(body)), changed(body)));
  asking = made;
  onMarks((mark) => made.findings.take(mark), (id) => made.findings.drop(id), signal);
  onLandmarks((landmarks) => ((made.body.landmarks = landmarks), changed(made.body)), signal);
  document.addEventListener("overread:manifest", () => (made.findings.draw(), tell("marks", forViewer(made.body))), { signal, once: true });
  tell("marks", forViewer(made.body));
  on(panel, "add-finding", () => made.findings.add());
  listen(panel, made, lock, signal);
  const list = root.querySelector<HTMLElement>("#key-images");
  const pictures = list && new KeyImages(list, made.body, () => (made.clearAt("key_images"), changed(made.body)), signal);
  document.addEventListener("overread:manifest", () => pictures?.draw(), { signal, once: true });
  return made;
}

function draft(panel: HTMLElement, data: ReadData, signal: AbortSignal): void {
  const save = new Autosave(`${data.url}draft/`, data.version, data.broken, {
    saving: () => status(panel, gettext("Saving")),
    saved: (at) => (say(panel, ""), status(panel, gettext("Saved %(time)s", { time: clock(at) }))),
    refused: (detail, errors) => say(panel, [detail, ...made.complain(errors)].join(" ")),
    edited: (detail, version, body) => choose(panel, save, { ...data, version, body }, detail),
  }, signal);
  const changed = (body: Body): void => (show(panel, "#lock-sure", false), save.change(structuredClone(body)));
  const made = form(panel, data, changed, () => void sure(panel, made, save, signal), signal);
  on(panel, "lock", () => void sure(panel, made, save, signal));
  on(panel, "lock-not", () => show(panel, "#lock-sure", false));
  on(panel, "lock-now", () => void lock(panel, data, made, save));
  window.addEventListener("beforeunload", (event) => save.dirty && event.preventDefault(), { signal });
  onLeaving(() => save.flush(), signal);
  reveal(panel, data.id, signal, () => save.flush()); // where the analysis ended after an open read was begun
  status(panel, data.version ? gettext("Draft opened as it was saved") : gettext("Saved as you go"));
}

/** Saved from another window: load that, or keep this. */
function choose(panel: HTMLElement, save: Autosave, kept: ReadData, detail: string): void {
  const load = el("button", { type: "button", class: "btn btn-quiet btn-sm" }, gettext("Load what is saved"));
  load.addEventListener("click", () => void next(panel, kept.panel));
  const keep = el("button", { type: "button", class: "btn btn-quiet btn-sm" }, gettext("Keep what is here"));
  keep.addEventListener("click", () => (say(panel, ""), save.resume(kept.version)));
  say(panel, detail, load, " ", keep);
}

/** Ask once more before the read becomes final; what it lacks is said first. */
async function sure(panel: HTMLElement, made: ReadForm, save: Autosave, signal: AbortSignal): Promise<void> {
  const at = document.activeElement;
  if (!(await save.flush()) || signal.aborted || document.activeElement !== at) return; // or went on while it was saved
  if (Object.keys(save.broken).length) {
    const lost = made.complain(save.broken);
    return say(panel, [gettext("The read cannot be locked yet: see the sentences beside the fields."), ...lost].join(" "));
  }
  say(panel, "");
  show(panel, "#lock-sure", true);
  panel.querySelector<HTMLElement>('[data-act="lock-now"]')?.focus();
}

async function lock(panel: HTMLElement, data: ReadData, made: ReadForm, save: Autosave): Promise<void> {
  if (!(await save.flush())) return;
  const answer = await send<object>("POST", `${data.url}lock/`, { version: save.version });
  if (answer.ok) return next(panel, data.panel);
  show(panel, "#lock-sure", false);
  complain(panel, made, answer);
}

function complain(panel: HTMLElement, made: ReadForm, answer: Answer<object>): void {
  const lost = made.complain(answer.body.errors ?? {});
  say(panel, [answer.body.detail ?? "", ...lost].join(" "));
}

function reveal(panel: HTMLElement, read: string, signal: AbortSignal, kept: () => Promise<boolean>): void {
  const ask = async (without: boolean): Promise<void> => {
    if (!(await kept())) return;
    const answer = await send<object>("POST", `/api/v1/reads/${read}/reveal/`, { without });
    if (signal.aborted) return;
    if (answer.ok) return next(panel, `/reads/${read}/panel/`);
    say(panel, answer.body.detail ?? "");
    show(panel, '[data-act="reveal-without"]', answer.body.code === "no-analysis");
  };
  on(panel, "reveal", () => void ask(false));
  on(panel, "reveal-without", () => void ask(true));
}

function revealed(panel: HTMLElement, data: ReadData, signal: AbortSignal): void {
  const made = form(panel, data, () => undefined, () => undefined, signal);
  const amending = (open: boolean) => () => {
    show(panel, "#amend", open);
    show(panel, "#decide", !open);
    panel.querySelector(open ? "#amend" : "#decide")?.scrollIntoView({ block: "start" });
    panel.querySelector<HTMLElement>(open ? "#amend input" : '[data-act="confirm"]')?.focus({ preventScroll: true });
  };
  on(panel, "amend-open", amending(true));
  on(panel, "amend-not", amending(false));
  on(panel, "confirm", () => void decide(panel, data, made, "confirm", {}));
  on(panel, "amend", () => {
    const reason = made.part<HTMLTextAreaElement>("[name=reason]").value;
    void decide(panel, data, made, "amend", { reason, body: made.body });
  });
}

async function decide(panel: HTMLElement, data: ReadData, made: ReadForm, step: "confirm" | "amend", body: object): Promise<void> {
  const answer = await send<object>("POST", `${data.url}${step}/`, body);
  if (answer.ok) return next(panel, data.panel);
  complain(panel, made, answer);
}
