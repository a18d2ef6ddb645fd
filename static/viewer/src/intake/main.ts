/** The page for handing in exams: files, folders and ZIPs, each with its own progress. */
import "./intake.css";

import { outcomeInWords, sumsInWords } from "./format";
import { filesOf, isDebris } from "./pick";
import { Queue } from "./queue";
import { Row } from "./row";
import { Server, type Submission } from "./server";
import type { Transfer } from "./transfer";
import { gettext } from "../text/text";

function part<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

class Page {
  private readonly root = part("intake");
  private readonly rows = new Map<Transfer, Row>();
  private readonly queue: Queue;

  constructor() {
    const { submissions, uploads, csrf } = this.root.dataset;
    const server = new Server(submissions ?? "", new URL(uploads ?? "", location.href).href, csrf ?? "");
    this.queue = new Queue(server, this);
    this.listen(part("intake-drop"));
    for (const id of ["intake-files", "intake-folder"]) this.listenTo(part<HTMLInputElement>(id));
    addEventListener("beforeunload", (event) => {
      if (this.queue.busy) event.preventDefault();
    });
    void this.queue.takeUp().then((open) => {
      if (open) this.trouble(gettext("An earlier hand-in is unfinished. Choose the same files again and they go on where they stopped."));
      document.documentElement.dataset["intake"] = "ready";
    });
  }

  added(transfer: Transfer): void {
    const row = new Row(part<HTMLTemplateElement>("intake-row"), transfer);
    this.rows.set(transfer, row);
    part("intake-rows").append(row.element);
    part("intake-list").hidden = false;
    this.sum();
  }

  changed(transfer: Transfer): void {
    this.rows.get(transfer)?.draw();
    this.sum();
  }

  finished(submission: Submission): void {
    const links = submission.exams.map((id, index) => {
      const link = document.createElement("a");
      link.className = "btn btn-primary";
      link.href = `${this.root.dataset["exams"] ?? "/exams/"}${id}/`;
      link.textContent = submission.exams.length === 1 ? gettext("Open the exam") : gettext("Open exam %(index)s", { index: index + 1 });
      return link;
    });
    part("intake-done-say").textContent = outcomeInWords(links.length, submission.sums.refused);
    part("intake-exams").replaceChildren(...links);
    part("intake-done").hidden = false;
    part("intake-done").focus();
  }

  trouble(sentence: string): void {
    part("intake-trouble").textContent = sentence;
    part("intake-trouble").hidden = sentence === "";
  }

  private sum(): void {
    const words = sumsInWords(this.queue.sums());
    if (part("intake-sums").textContent !== words) part("intake-sums").textContent = words;
  }

  private take(files: File[]): void {
    const wanted = files.filter((file) => !isDebris(file.name));
    this.trouble(wanted.length === 0 ? gettext("There was no file in that. Choose DICOM files, a folder of them, or a ZIP.") : "");
    part("intake-done").hidden = true;
    if (wanted.length > 0) this.queue.add(wanted);
  }

  private listenTo(input: HTMLInputElement): void {
    input.addEventListener("change", () => {
      this.take([...(input.files ?? [])]);
      input.value = "";
    });
  }

  private listen(zone: HTMLElement): void {
    for (const type of ["dragover", "dragleave", "drop"]) {
      zone.addEventListener(type, (event) => {
        event.preventDefault();
        zone.toggleAttribute("data-over", type === "dragover");
      });
    }
    zone.addEventListener("drop", (event) => {
      if (event.dataTransfer !== null) void filesOf(event.dataTransfer).then((files) => this.take(files));
    });
  }
}

new Page();
