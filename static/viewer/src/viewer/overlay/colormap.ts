/** Colour maps for the saliency, made in OKLab (Ottosson 2020) with even steps of lightness: perceptually uniform by construction. */

export type MapName = "ember" | "ice";
export type Rgb = [number, number, number];

interface Stop {
  lightness: number;
  chroma: number;
  /** Degrees. */
  hue: number;
}

// Both grow lighter all the way, so they also read in grey; ice runs blue to yellow for red-green colour blindness.
const PATHS: Record<MapName, [from: Stop, to: Stop]> = {
  ember: [{ lightness: 0.35, chroma: 0.13, hue: 325 }, { lightness: 0.92, chroma: 0.13, hue: 455 }],
  ice: [{ lightness: 0.35, chroma: 0.1, hue: 262 }, { lightness: 0.93, chroma: 0.13, hue: 105 }],
};

export const MAP_NAMES = Object.keys(PATHS) as MapName[];

const gamma = (value: number): number => {
  const linear = Math.min(1, Math.max(0, value));
  return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
};

/** OKLab -> sRGB, 0..255. */
export function rgb(lightness: number, a: number, b: number): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const polar = ({ lightness, chroma, hue }: Stop): [number, number, number] => {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
};

/** ember goes round the hues (purple, red, orange, yellow); ice goes straight through grey-green. */
function lab(name: MapName, t: number): [number, number, number] {
  const [from, to] = PATHS[name];
  const mix = (a: number, b: number): number => a + (b - a) * t;
  if (name === "ember") {
    return polar({ lightness: mix(from.lightness, to.lightness), chroma: mix(from.chroma, to.chroma), hue: mix(from.hue, to.hue) });
  }
  const [l0, a0, b0] = polar(from);
  const [l1, a1, b1] = polar(to);
  return [mix(l0, l1), mix(a0, a1), mix(b0, b1)];
}

/** 256 colours, from 0 to 1. */
export function colours(name: MapName): Rgb[] {
  return Array.from({ length: 256 }, (_, step) => rgb(...lab(name, step / 255)));
}
