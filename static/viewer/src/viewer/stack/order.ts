/** In which order the slices of a stack are wanted: the one being read, then outwards, two ahead for each one behind. Pure. */

export type Way = -1 | 0 | 1;

/** Every slice, counted from 0, the most wanted first. `at`: where the reader is; `way`: where the last steps went. */
export function* order(count: number, at: number, way: Way): Generator<number> {
  const inside = (index: number): boolean => index >= 0 && index < count;
  const ahead = way === 0 ? 1 : way;
  const share = way === 0 ? 1 : 2;
  if (inside(at)) yield at;
  for (let front = 1, back = 1; front <= count || back <= count; ) {
    for (let step = 0; step < share; step++, front++) if (inside(at + ahead * front)) yield at + ahead * front;
    if (inside(at - ahead * back)) yield at - ahead * back;
    back += 1;
  }
}

/** The first slice in that order for which `wanted` holds; null when there is none. */
export function firstOf(count: number, at: number, way: Way, wanted: (index: number) => boolean): number | null {
  for (const index of order(count, at, way)) if (wanted(index)) return index;
  return null;
}

/** Of the slices that are there, the one nearest to `at`; of two as near the one ahead. */
export const nearest = (count: number, at: number, way: Way, there: (index: number) => boolean): number | null => {
  const ahead = way < 0 ? -1 : 1;
  for (let apart = 0; apart < count; apart++) {
    for (const index of [at + ahead * apart, at - ahead * apart]) if (index >= 0 && index < count && there(index)) return index;
  }
  return null;
};
