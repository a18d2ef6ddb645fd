/** Writing to the portal in the signed-in person's name. */

/** The CSRF token that every page of the portal carries for its scripts. */
function token(): string {
  const headers = document.body.getAttribute("hx-headers") ?? "{}";
  return (JSON.parse(headers) as Record<string, string>)["X-CSRFToken"] ?? "";
}

/** Whether the portal took it; a lost connection is a no. */
export async function send(method: "PATCH" | "POST", url: string, data: unknown): Promise<boolean> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  const answer = await fetch(url, { method, credentials: "same-origin", keepalive: true, headers, body: JSON.stringify(data) }).catch(() => null);
  return answer?.ok ?? false;
}

/** The data that the page carries under this id; null where there is none. */
export function carried<T>(id: string): T | null {
  const script = document.getElementById(id);
  return script?.textContent ? (JSON.parse(script.textContent) as T) : null;
}
