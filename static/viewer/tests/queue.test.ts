import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Queue, type Screen } from "../src/intake/queue";
import type { Server, ServerUpload, Submission } from "../src/intake/server";

interface Wire {
  url: string | null;
  options: { onSuccess(): void };
}

const wires: Wire[] = [];

vi.mock("tus-js-client", () => ({
  DetailedError: class extends Error {},
  Upload: class {
    url: string | null = null;
    constructor(_file: File, readonly options: Wire["options"]) {
      wires.push(this);
    }
    findPreviousUploads = async (): Promise<never[]> => [];
    start(): void {
      this.url = "https://portal.example/api/v1/uploads/u1/";
    }
  },
}));

const listed = (state: string): ServerUpload => ({ id: "u1", name: "LCC.dcm", state, exam: null, label: "LCC", say: "" }) as unknown as ServerUpload;
const submission = (state: string, finished: string | null): Submission =>
  ({ uploads: [listed(state)], exams: [], sums: { refused: 0 }, closed_at: finished, finished_at: finished }) as unknown as Submission;

describe("a file that the server lists before the answer to its last bytes has come", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", globalThis);
    vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
    wires.length = 0;
  });

  it("has one line, which ends as the server says", async () => {
    let now = submission("received", null);
    const answer = async (): Promise<Submission> => now;
    const server = { uploads: "", csrf: "", open: async () => "s1", read: answer, finish: answer } as unknown as Server;
    const lines: unknown[] = [];
    const finished = vi.fn();
    const screen: Screen = { added: (transfer) => void lines.push(transfer), changed: () => undefined, finished, trouble: () => undefined };
    const queue = new Queue(server, screen);
    queue.add([new File(["bytes"], "other.dcm"), new File(["bytes"], "LCC.dcm")]);
    await vi.advanceTimersByTimeAsync(0);
    expect(wires).toHaveLength(2);
    (wires[1] as Wire).url = "https://portal.example/api/v1/uploads/u2/";
    (wires[1] as Wire).options.onSuccess(); // one is there: from now on the server is asked
    await vi.advanceTimersByTimeAsync(600);
    expect(queue.transfers.map((one) => [one.name, one.phase])).toEqual([["other.dcm", "filing"], ["LCC.dcm", "filing"]]);
    now = submission("filed", null);
    await vi.advanceTimersByTimeAsync(600);
    (wires[0] as Wire).options.onSuccess();
    expect(queue.transfers[0]?.phase).toBe("filed");
    expect(lines).toHaveLength(2);
    expect(finished).not.toHaveBeenCalled();
  });
});
