/** From case to case by key, on pages without the viewer, which has its own keys. */
const WAYS: Record<string, string> = { ")": "next", "(": "previous" };

export function start(): void {
  document.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey || (event.target as Element).closest("input, select, textarea")) return;
    const link = document.querySelector<HTMLAnchorElement>(`[data-go="${way}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}
