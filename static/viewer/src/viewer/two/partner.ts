/** What the second window shows beside the first: pure. */
import type { Layout } from "../data/types";

const BESIDE: Record<string, string> = { cc: "mlo", mlo: "cc" };

/**
 * The layout beside `shown`: the same places of the earlier exam (or of the present one, where the first window shows the earlier);
 * without an earlier exam the other view, else the step that comes next.
 */
export function partnerOf(layouts: Layout[], shown: string): Layout | null {
  const named = (id: string | null | undefined): Layout | undefined => layouts.find((layout) => layout.id === id);
  const back = named(named(shown)?.back);
  if (back) return back;
  const steps = layouts.filter(({ id, step }) => step ?? !id.startsWith("single:"));
  const other = named(BESIDE[shown]);
  if (other) return other;
  const at = steps.findIndex(({ id }) => id === shown);
  return steps[(at + 1) % steps.length] ?? null;
}
