/** Where the read form waits for an answer. */
import type { Body, Side } from "./types";

/** Whether the field of this path asks for something that nobody has said yet. */
export function unanswered(body: Body, path: string): boolean {
  const [name = "", part = "", field = ""] = path.split(".");
  const finding = name === "findings" && part ? body.findings[Number(part)] : undefined;
  if (finding) return (field === "kind" || field === "laterality") && finding[field] === null;
  if (name === "breasts") return body.breasts[part as Side].category === null;
  if (name === "recall_sides") return body.recall === true && body.recall_sides.length === 0;
  if (name === "prior") return Boolean(body.comparison) && body.comparison !== "none" && body.prior === null;
  if (name === "density" || name === "recall" || name === "management" || name === "comparison" || name === "confidence") return body[name] === null;
  return false;
}

/** What in a field takes the focus: the choice that is made, else its first one. */
const control = (field: Element): HTMLElement | null => field.querySelector("input:checked") ?? field.querySelector<HTMLElement>("input, select, textarea");

/** The first field that waits, else the button with which the form ends. */
export function waiting(root: ParentNode, body: Body): HTMLElement | null {
  const fields = [...root.querySelectorAll<HTMLElement>("[data-path]")];
  const first = fields.find(({ dataset }) => unanswered(body, dataset["path"] ?? ""));
  return (first && control(first)) ?? root.querySelector<HTMLElement>('[data-act="lock"], [data-act="amend"]');
}

/** The same where no form is open: what the panel's state asks for next. */
export const ahead = (panel: ParentNode): HTMLElement | null => [...panel.querySelectorAll<HTMLElement>(".btn-primary")].find((each) => !each.closest("[hidden]")) ?? null;
