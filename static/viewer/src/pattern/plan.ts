/** The test pattern as rectangles and letters of one grey each, after the ideas of AAPM TG18-QC (Samei et al. 2005). Pure. */

export interface Patch {
  x: number;
  y: number;
  width: number;
  height: number;
  /** 0 to 255. */
  grey: number;
}

export interface Letter {
  x: number;
  y: number;
  text: string;
  grey: number;
}

export interface Plan {
  patches: Patch[];
  letters: Letter[];
}

export const STEPS = 18;
export const LETTERS = "QUALITYX";
/** Ground of the three rows of letters. */
export const ROWS = { dark: 13, middle: 128, bright: 242 } as const;

const LEVELS = 255;

/** All of the pattern for a canvas of this many device pixels. */
export function plan(width: number, height: number): Plan {
  const band = Math.floor(height / 5);
  const edge = (at: number): number => Math.round((at * width) / STEPS);
  const steps = Array.from({ length: STEPS }, (_, at): Patch => ({ x: edge(at), y: 0, width: edge(at + 1) - edge(at), height: band, grey: Math.round((LEVELS * at) / (STEPS - 1)) }));
  return { patches: [...steps, ...squares(width, band), ...ramp(width, band), ...grounds(width, band)], letters: letters(width, band) };
}

/** 5 % in 0 %, and 95 % in 100 %. */
function squares(width: number, band: number): Patch[] {
  const [half, inner] = [Math.floor(width / 2), Math.floor(band / 2)];
  const top = band + Math.floor((band - inner) / 2);
  const square = (at: number, ground: number, grey: number): Patch[] => [
    { x: at * half, y: band, width: half, height: band, grey: ground },
    { x: at * half + Math.floor((half - inner) / 2), y: top, width: inner, height: inner, grey },
  ];
  return [...square(0, 0, 13), ...square(1, LEVELS, 242)];
}

/** Every grey from black to white, each as wide as the next. */
function ramp(width: number, band: number): Patch[] {
  return Array.from({ length: LEVELS + 1 }, (_, grey) => {
    const [from, to] = [grey, grey + 1].map((level) => Math.round((level * width) / (LEVELS + 1))) as [number, number];
    return { x: from, y: 2 * band, width: to - from, height: band, grey };
  });
}

const grounds = (width: number, band: number): Patch[] =>
  Object.values(ROWS).map((grey, at) => ({ x: 0, y: 3 * band + Math.floor((at * 2 * band) / 3), width, height: Math.ceil((2 * band) / 3), grey }));

/** Each letter stands out from its ground by less than the one before: 8 greys down to 1. */
function letters(width: number, band: number): Letter[] {
  return Object.values(ROWS).flatMap((ground, row) =>
    [...LETTERS].map((text, at) => ({ text, x: ((at + 0.5) * width) / LETTERS.length, y: 3 * band + ((row + 0.5) * 2 * band) / 3, grey: ground + (LETTERS.length - at) })),
  );
}
