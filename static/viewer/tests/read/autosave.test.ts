import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Autosave } from "../../src/read/autosave";
import { send } from "../../src/read/server";
import type { Body } from "../../src/read/types";

vi.mock("../../src/read/server", () => ({ send: vi.fn() }));

const body = (text: string): Body => ({ text }) as Body;
const listener = { saving: vi.fn(), saved: vi.fn(), refused: vi.fn(), edited: vi.fn() };
const answers = vi.mocked(send);
const fine = (version: number) => ({ ok: true, status: 200, body: { version, saved_at: "now" } });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  vi.clearAllMocks();
  answers.mockReset();
});
afterEach(() => vi.useRealTimers());

describe("the draft", () => {
  it("is saved once the typing stops, with the version that it was made from", async () => {
    answers.mockResolvedValue(fine(4) as never);
    const save = new Autosave("/draft/", 3, {}, listener, new AbortController().signal);
    save.change(body("a"));
    save.change(body("ab"));
    await vi.advanceTimersByTimeAsync(800);
    expect(answers.mock.calls).toEqual([["PUT", "/draft/", { version: 3, body: body("ab") }]]);
    expect(save.version).toBe(4);
    expect(save.dirty).toBe(false);
  });

  it("is sent again after a lost connection, the newest words only", async () => {
    answers.mockResolvedValueOnce({ ok: false, status: 0, body: { detail: "lost" } } as never).mockResolvedValue(fine(1) as never);
    const save = new Autosave("/draft/", 0, {}, listener, new AbortController().signal);
    save.change(body("a"));
    await vi.advanceTimersByTimeAsync(800);
    expect(listener.refused).toHaveBeenCalledWith("lost", {});
    expect(save.dirty).toBe(true);
    await vi.advanceTimersByTimeAsync(2100);
    expect(answers).toHaveBeenCalledTimes(2);
    expect(save.version).toBe(1);
  });

  it("stops when another window saved, and goes on from its version when told to", async () => {
    const kept = { code: "edited", detail: "elsewhere", version: 7, body: body("theirs") };
    answers.mockResolvedValueOnce({ ok: false, status: 409, body: kept } as never).mockResolvedValue(fine(8) as never);
    const save = new Autosave("/draft/", 5, {}, listener, new AbortController().signal);
    save.change(body("mine"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(answers).toHaveBeenCalledTimes(1);
    expect(listener.edited).toHaveBeenCalledWith("elsewhere", 7, body("theirs"));
    save.resume(7);
    await vi.advanceTimersByTimeAsync(10);
    expect(answers.mock.calls[1]).toEqual(["PUT", "/draft/", { version: 7, body: body("mine") }]);
  });

  it("is flushed before the lock: true only when everything is saved", async () => {
    answers.mockResolvedValueOnce(fine(1) as never).mockResolvedValueOnce({ ok: false, status: 400, body: { detail: "no" } } as never);
    const save = new Autosave("/draft/", 0, {}, listener, new AbortController().signal);
    save.change(body("a"));
    expect(await save.flush()).toBe(true);
    save.change(body("b"));
    expect(await save.flush()).toBe(false);
  });
});
