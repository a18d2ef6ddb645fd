/** What the uploader says to the portal, and the shapes of its answers. */
import { gettext } from "../text/text";

export type UploadState = "received" | "filed" | "duplicate" | "unpacked" | "refused";

export interface ServerUpload {
  id: string;
  name: string;
  bytes: number;
  state: UploadState;
  code: string;
  say: string;
  exam: string | null;
  label: string;
}

export interface Submission {
  id: string;
  closed_at: string | null;
  finished_at: string | null;
  sums: Record<UploadState, number>;
  exams: string[];
  uploads: ServerUpload[];
}

/** A refusal in the server's own words. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export class Server {
  constructor(
    private readonly submissions: string,
    readonly uploads: string,
    readonly csrf: string,
  ) {}

  /** Begin a submission; its files follow. */
  async open(): Promise<string> {
    const opened = (await this.send(this.submissions, "POST")) as { id: string };
    return opened.id;
  }

  async read(id: string): Promise<Submission> {
    return (await this.send(`${this.submissions}${id}/`, "GET")) as Submission;
  }

  /** No more files come: the exams are analysed. */
  async finish(id: string): Promise<Submission> {
    return (await this.send(`${this.submissions}${id}/finish/`, "POST")) as Submission;
  }

  private async send(url: string, method: string): Promise<unknown> {
    const answer = await fetch(url, {
      method,
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": this.csrf },
    });
    if (!answer.ok) throw new Refusal(await sentence(answer), answer.status);
    return answer.json();
  }
}

async function sentence(answer: Response): Promise<string> {
  const text = await answer.text();
  return detailOf(text) ?? gettext("The server answered %(status)s. Reload the page and try again.", { status: answer.status });
}

/** The `detail` of a JSON answer, null when there is none. */
export function detailOf(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    if (body !== null && typeof body === "object" && "detail" in body) return String(body.detail);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return null;
}
