/** Talking to the portal: JSON with the CSRF token, and refusals as values. */
import type { Errors } from "./types";
import { gettext } from "../text/text";

export interface Answer<T> {
  ok: boolean;
  status: number;
  body: T & { detail?: string; code?: string; errors?: Errors };
}

const WORDS: Record<number, string> = {
  0: gettext("The portal cannot be reached. Your last changes are kept here and sent again."),
  401: gettext("You are signed out. Sign in again in another window, then go on here."),
  403: gettext("You are signed out or may not do this. Sign in again in another window, then go on here."),
  404: gettext("This read is no longer yours to see. Go back to the worklist."),
};

function token(): string {
  const field = document.querySelector<HTMLInputElement>("#read-panel input[name=csrfmiddlewaretoken]");
  return field?.value ?? "";
}

/** One request; a lost connection is status 0, and every refusal has a sentence in `detail`. */
export async function send<T>(method: string, url: string, data?: unknown): Promise<Answer<T>> {
  try {
    const response = await fetch(url, {
      method,
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      ...(data === undefined ? {} : { body: JSON.stringify(data) }),
    });
    const body = (await response.json().catch(() => ({}))) as Answer<T>["body"];
    return { ok: response.ok, status: response.status, body: explained(body, response.status) };
  } catch {
    return { ok: false, status: 0, body: explained({} as Answer<T>["body"], 0) };
  }
}

function explained<T extends { detail?: string }>(body: T, status: number): T {
  const known = WORDS[status];
  if (known) return { ...body, detail: known };
  if (status >= 400 && !body.detail) return { ...body, detail: gettext("The portal could not do this. Try again; if it fails again, tell your admin.") };
  return body;
}

/** A piece of page that the portal renders. */
export async function fragment(url: string): Promise<string | null> {
  const response = await fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  return response?.ok ? response.text() : null;
}
