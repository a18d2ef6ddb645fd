/** Lines of equal saliency (marching squares): what the map says with nothing of the image covered. */

interface Grey {
  width: number;
  height: number;
  /** RGBA; the red channel is the level. */
  data: ArrayLike<number>;
}

// By corners above the level (1 top left, 2 top right, 4 bottom right, 8 bottom left): pairs of edges that a line joins.
// Edges: 0 top, 1 right, 2 bottom, 3 left. Of the two saddles the corners below the level are joined.
const JOINED: number[][] = [[], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2], [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], []];

/** The line at `level` (0..255) as an SVG path, in cells: the middle of cell (0, 0) is (0.5, 0.5). A level at the border closes there. */
export function contour(grid: Grey, level: number): string {
  const parts: string[] = [];
  for (let row = -1; row < grid.height; row++) {
    for (let column = -1; column < grid.width; column++) square(grid, level, column, row, parts);
  }
  return parts.join("");
}

function square(grid: Grey, level: number, column: number, row: number, out: string[]): void {
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= grid.width || y >= grid.height ? 0 : (grid.data[(y * grid.width + x) * 4] as number));
  const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)] as const;
  const joined = JOINED[corners.reduce((sum, value, bit) => sum + (value >= level ? 2 ** bit : 0), 0)] ?? [];
  for (let end = 0; end < joined.length; end += 2) {
    const [from, to] = [joined[end], joined[end + 1]].map((edge) => crossing(edge as number, corners, level));
    const say = ([x, y]: [number, number]): string => `${(column + 0.5 + x).toFixed(2)} ${(row + 0.5 + y).toFixed(2)}`;
    out.push(`M${say(from as [number, number])}L${say(to as [number, number])}`);
  }
}

/** Where the level lies on an edge of the unit square between four cell centres. */
function crossing(edge: number, [a, b, c, d]: readonly [number, number, number, number], level: number): [number, number] {
  const part = (from: number, to: number): number => (level - from) / (to - from);
  if (edge === 0) return [part(a, b), 0];
  if (edge === 1) return [1, part(b, c)];
  return edge === 2 ? [part(d, c), 1] : [0, part(a, d)];
}
