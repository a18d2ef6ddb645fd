/** Another case's page as the server sent it: whether this page can take it in, and taking it in. No script of it runs. */
import { byId } from "../dom";

export interface Page {
  /** Where the way to it led. */
  url: string;
  content: Document;
}

const PARTS = ["main", "viewer", "read-panel"];
const TIMEOUT = 20_000; // ms; what takes longer is the browser's affair

/** The page behind an address, or null where an ordinary way there is called for: no answer, or another kind of page. */
export async function fetched(address: string): Promise<Page | null> {
  const asked = { credentials: "same-origin", cache: "no-store", headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(TIMEOUT) } as const;
  const answer = await fetch(address, asked).catch(() => null);
  if (answer?.status !== 200 || !answer.headers.get("Content-Type")?.startsWith("text/html")) return null;
  const text = await answer.text().catch(() => null);
  const content = text === null ? null : new DOMParser().parseFromString(text, "text/html");
  return content && fits(content, document) ? { url: answer.url, content } : null;
}

/** Whether the content is a case in the viewer, for the same person, in the same language, by the same scripts as those that run here. */
export function fits(content: Document, here: Document): boolean {
  const [next, now] = [content.getElementById("viewer"), here.getElementById("viewer")];
  const there = PARTS.every((id) => content.getElementById(id) && here.getElementById(id));
  const same = next?.dataset["person"] === now?.dataset["person"] && content.documentElement.lang === here.documentElement.lang;
  const known = new Set(assets(here));
  return there && same && Boolean(next?.dataset["case"]) && !next?.dataset["window"] && assets(content).every((asset) => known.has(asset));
}

/** Scripts and styles, as the pages name them. */
function assets(page: Document): string[] {
  const named = [...page.querySelectorAll("head script[src], head link[rel=stylesheet]")];
  return named.map((element) => element.getAttribute("src") ?? element.getAttribute("href") ?? "");
}

/** Put the content in the place of what is here. */
export function take({ url, content }: Page): void {
  const main = content.getElementById("main");
  document.title = content.title;
  const headers = content.body.getAttribute("hx-headers");
  if (headers) document.body.setAttribute("hx-headers", headers);
  byId("main").replaceChildren(...(main?.childNodes ?? []));
  history.pushState(null, "", url);
}
