/**
 * What people read, in their language. The catalogue, if the page brings one, is a script that runs before every module:
 * English has none and costs nothing. Stored codes, keys of storage and names of events never go through here.
 */
export type Values = Record<string, string | number | null | undefined>;

interface Catalogue {
  gettext(message: string): string;
  ngettext(one: string, many: string, count: number): string;
}

const catalogue = (): Catalogue | undefined => (globalThis as { django?: Catalogue }).django;

/** `message` in the page's language, with `%(name)s` filled from `values`. */
export function gettext(message: string, values: Values = {}): string {
  return interpolate(catalogue()?.gettext(message) ?? message, values);
}

/** The form of a sentence that fits `count`, which also fills `%(count)s`. */
export function ngettext(one: string, many: string, count: number, values: Values = {}): string {
  const sentence = catalogue()?.ngettext(one, many, count) ?? (count === 1 ? one : many);
  return interpolate(sentence, { count, ...values });
}

/** `%(name)s` by its value; a name that has none stays as it is, so that it is seen. */
export function interpolate(sentence: string, values: Values): string {
  return sentence.replace(/%\((\w+)\)s/g, (hole, name: string) => (name in values ? String(values[name]) : hole));
}

/** The page's language; English outside of a page. */
export const language = (): string => globalThis.document?.documentElement.lang || "en";

/** For the browser's own formats of dates: in English as the person has set their browser. */
export const locale = (): string | undefined => (language() === "en" ? undefined : language());

/** A date such as "2026-03-01" as a page of this language writes it; in English as it is. */
export function day(iso: string): string {
  const [year, month, date] = iso.split("-");
  if (!date) return iso;
  return language() === "de" ? `${date}.${month}.${year}` : language() === "es" ? `${date}/${month}/${year}` : iso;
}

/** A number as a person of the page's language writes it; never for what a program reads again. */
export function decimal(value: number, digits: number): string {
  const written = value.toFixed(digits);
  return ["de", "es"].includes(language()) ? written.replace(".", ",") : written;
}
