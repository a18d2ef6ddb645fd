/** Building elements; text always goes in as text. */
type Attributes = Record<string, string | number | boolean | null | undefined>;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** A select with an empty first choice; `change` gets null for it. Choices by code, or in pairs where codes are numbers, which an object would put first. */
export function choice(label: string, choices: Record<string, string> | [string, string][], value: string | null, change: (value: string | null) => void): HTMLLabelElement {
  const options = (Array.isArray(choices) ? choices : Object.entries(choices)).map(([code, words]) => el("option", { value: code, selected: code === value }, words));
  const select = el("select", { class: "form-select form-select-sm" }, el("option", { value: "" }, "–"), ...options);
  select.addEventListener("change", () => change(select.value || null));
  return el("label", { class: "rf-part" }, el("span", {}, label), select);
}

export function button(words: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = el("button", { type: "button", class: "btn btn-quiet btn-sm", ...attributes }, words);
  made.addEventListener("click", act);
  return made;
}
