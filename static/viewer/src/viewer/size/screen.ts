/** How large this screen's pixels are, measured once by a card held against it. Kept per screen, in device pixels per mm. */
import type { ImageInfo } from "../data/types";
import type { View } from "../geometry/pose";
import { keep, kept } from "../state/person";
import { decimal, gettext } from "../../text/text";

/** Width and height of a bank or identity card in mm (ISO/IEC 7810 ID-1). */
export const CARD = { width: 85.6, height: 53.98 } as const;

type Screens = Record<string, number>;

/** What tells one screen from another: its size, and where it stands beside the others. */
export function screenName(at: Screen = window.screen): string {
  const place = at as Screen & { availLeft?: number; availTop?: number };
  return `${at.width}x${at.height}+${place.availLeft ?? 0}+${place.availTop ?? 0}`;
}

const ratio = (): number => window.devicePixelRatio || 1;

/** Device pixels per mm on this screen; null until it was calibrated. */
export function devicePixelsPerMm(): number | null {
  const device = (kept<Screens>("screens") ?? {})[screenName()];
  return typeof device === "number" && device > 0 ? device : null;
}

/** CSS pixels per mm on this screen at the browser's present zoom; null until it was calibrated. */
export function pixelsPerMm(): number | null {
  const device = devicePixelsPerMm();
  return device === null ? null : device / ratio();
}

/** This screen is one that was measured before, in another browser. */
export function takeUp(device: number): void {
  keep("screens", { ...(kept<Screens>("screens") ?? {}), [screenName()]: device });
}

/** `card`: how many CSS pixels wide the card's outline was when it fitted; null forgets this screen. */
export function calibrate(card: number | null): void {
  const { [screenName()]: _before, ...others } = kept<Screens>("screens") ?? {};
  keep("screens", card === null ? others : { ...others, [screenName()]: (card * ratio()) / CARD.width });
}

/** "true size", "2.1 × true size"; "" on a screen or of an image whose millimetres are unknown. */
export function timesTrue(image: ImageInfo, view: View): string {
  const scale = pixelsPerMm();
  if (scale === null || image.spacing.mm === null) return "";
  const times = view.scale / scale;
  return Math.abs(times - 1) < 0.005 ? gettext("true size") : gettext("%(times)s × true size", { times: decimal(times, times < 10 ? 1 : 0) });
}
