/** Displays by the names that their person gave them: kept on the server, so that another browser can take one up by choice. */
import { keep, kept } from "../state/person";
import { screenName } from "./screen";
import { gettext } from "../../text/text";

/** What a person saw of the test pattern. */
export interface Check {
  at: string;
  all: boolean;
  steps: number;
}

export interface Display {
  /** In CSS pixels of an unzoomed browser, "1920x1080". */
  size: string;
  /** Device pixels per mm; absent where only the pattern was looked at. */
  per_mm?: number;
  check?: Check;
}

type Displays = Record<string, Display>;

let known: Displays = {};
let tell: (change: Record<string, unknown>) => void = () => undefined;

/** Called once with what the server keeps, and with the way to tell it of changes. */
export function openDisplays(displays: Displays, send: (change: Record<string, unknown>) => void): void {
  known = displays;
  tell = send;
}

export const sizeOfScreen = ({ width, height }: Screen = window.screen): string => `${width}x${height}`;

/** The displays that this screen could be: those with as many pixels that were calibrated. */
export const alike = (): [string, Display][] => Object.entries(known).filter(([, { size, per_mm }]) => size === sizeOfScreen() && per_mm !== undefined);

/** How this screen is called; what else tells it from the others of its size stays in this browser. */
export const nameHere = (): string => (kept<Record<string, string>>("names") ?? {})[screenName()] ?? gettext("Display %(sizeOfScreen)s", { sizeOfScreen: sizeOfScreen() });

export function nameScreen(name: string): void {
  keep("names", { ...(kept<Record<string, string>>("names") ?? {}), [screenName()]: name });
}

/** When the pattern was last looked at here, null when never. */
export const checkHere = (): Check | null => known[nameHere()]?.check ?? null;

/** The server learns what was measured here, or that this display is to be forgotten. */
export function publish(perMm: number | null): void {
  const name = nameHere();
  if (perMm === null) {
    delete known[name];
    return tell({ forget_display: name });
  }
  known[name] = { ...known[name], size: sizeOfScreen(), per_mm: perMm };
  tell({ display: { name, size: sizeOfScreen(), per_mm: perMm } });
}
