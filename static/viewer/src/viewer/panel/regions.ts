/** The suggested regions as a list: a click or Enter brings one into view; a pair in the other view is named. */
import { findings, goToFinding, isChosen } from "../commands";
import type { Finding, Manifest } from "../data/types";
import { el } from "../dom";
import { percent } from "../overlay/outlines";
import type { Viewer } from "../viewer";
import { place, size } from "./words";
import { gettext } from "../../text/text";

export function regionList(viewer: Viewer, manifest: Manifest): HTMLElement[] {
  const all = findings(viewer);
  if (!all.length) return [el("p", { class: "meta" }, gettext("No region was singled out."))];
  const label = (image: string): string => manifest.images.find(({ id }) => id === image)?.label ?? "";
  const items = all.map(({ image, finding }) => el("li", {}, button(viewer, image, finding, label(image), pair(all, image, finding, label))));
  return [el("h3", {}, gettext("Regions")), el("ol", { class: "regions" }, ...items)];
}

function button(viewer: Viewer, image: string, finding: Finding, label: string, other: string): HTMLElement {
  const words = [label, place(finding), size(finding), other].filter(Boolean).join(" · ");
  const chosen = isChosen(viewer, image, finding.id);
  const go = el("button", { type: "button", class: "region", "data-focus": `${image}/${finding.id}`, "aria-pressed": String(chosen) }, el("strong", { class: "num" }, percent(finding.score)), el("span", {}, words));
  go.addEventListener("click", () => goToFinding(viewer, image, finding));
  return go;
}

function pair(all: { image: string; finding: Finding }[], image: string, finding: Finding, label: (image: string) => string): string {
  const other = all.find((one) => one.image !== image && one.finding.id === finding.pairs_with);
  return other ? gettext("also on %(label)s", { label: label(other.image) }) : "";
}
