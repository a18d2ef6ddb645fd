/** The way to the renderer without its weight: Cornerstone is loaded when the first image is there to be drawn. */
import { Failure } from "../data/failure";

type Drawing = typeof import("./gpu");

let loading: Promise<Drawing> | null = null;
let drawing: Drawing | null = null;
let onGpu = true;
let looks = 0;
let lost: () => void = () => undefined;
let failed = false;

/** Whether this browser can draw on the graphics card at all. */
export function webgl(): boolean {
  const probe = document.createElement("canvas").getContext("webgl2");
  probe?.getExtension("WEBGL_lose_context")?.loseContext(); // browsers hand out few contexts: give this one back
  return probe !== null;
}

/** Say once, before anything is drawn, whether the graphics card draws. */
export const choose = (gpu: boolean): void => void (onGpu = gpu);

/** The renderer, started; throws Failure where its code cannot be fetched. */
export function ready(): Promise<Drawing> {
  loading ??= import("./gpu").then(
    (found) => {
      drawing = found;
      found.engine.start(onGpu);
      found.engine.onContextLost(() => ((failed = true), lost()));
      return found;
    },
    () => {
      loading = null; // asked for again, it is fetched again
      throw new Failure(navigator.onLine ? "server" : "network");
    },
  );
  return loading;
}

/**
 * Say that a first look is on its way; the answer says that it is drawn, or will not come.
 *
 * The renderer takes the main thread up while it starts: it waits until every first look is drawn, and starts while the whole images are decoded.
 */
export function hold(): () => void {
  let held = true;
  looks += 1;
  return () => {
    if (!held) return;
    held = false;
    looks -= 1;
    if (looks === 0 && onGpu) requestAnimationFrame(() => window.setTimeout(() => looks === 0 && void ready().catch(() => undefined)));
  };
}

/** Whether the graphics card has ever dropped our context. */
export const lostOnce = (): boolean => failed;

/** The renderer if it has been started. */
export const now = (): Drawing["engine"] | null => drawing?.engine ?? null;

/** The same, with what draws by it. */
export const begun = (): Drawing | null => drawing;

/** Called when the graphics card drops our context. */
export const onContextLost = (told: () => void): void => void (lost = told);
