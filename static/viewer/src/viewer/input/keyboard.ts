/** Single keys run the actions; arrow keys drive the tool in hand. Off while typing, and as a whole when the reader says so. */
import * as commands from "../commands";
import { KeyboardPen } from "../marks/pen";
import { isMarkTool } from "../marks/shape";
import { keep, kept } from "../state/person";
import type { Pane } from "../pane/pane";
import type { Viewer } from "../viewer";
import { type Keymap, nameOfKey } from "./keymap";
import type { Magnifier } from "./magnifier";

const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** WCAG 2.1.4: single-character shortcuts can be turned off. */
export const singleKeys = {
  get on(): boolean {
    return kept<boolean>("single-keys") !== false;
  },
  set on(value: boolean) {
    keep("single-keys", value ? null : false);
  },
};

export class Keyboard {
  private readonly pen = new KeyboardPen();

  constructor(private readonly viewer: Viewer, private readonly lens: Magnifier, private readonly keys: Keymap) {
    document.addEventListener("keydown", (event) => this.pressed(event), { signal: viewer.signal });
  }

  private pressed(event: KeyboardEvent): void {
    if (event.altKey || event.defaultPrevented || typing(event.target)) return;
    const plain = !event.ctrlKey && !event.metaKey;
    const handled = plain ? this.escape(event) || this.arrow(event) || this.pencil(event) || this.action(event) : this.action(event);
    if (handled) event.preventDefault();
  }

  private escape(event: KeyboardEvent): boolean {
    if (event.key !== "Escape") return false;
    this.pen.clear(this.viewer.active);
    this.lens.hide();
    this.viewer.armed = null;
    this.viewer.linking = null;
    this.viewer.point(null);
    this.viewer.marks.choose(null);
    this.viewer.take("window");
    return true;
  }

  private arrow(event: KeyboardEvent): boolean {
    const way = ARROWS[event.key];
    const pane = this.viewer.active;
    if (!way || !pane || !onImages(event.target)) return false;
    const [dx, dy] = way;
    const { tool } = this.viewer;
    const step = event.shiftKey ? 40 : 10;
    if (isMarkTool(tool)) this.pen.nudge(this.viewer, pane, tool, dx * (event.shiftKey ? 10 : 1), dy * (event.shiftKey ? 10 : 1));
    else if (tool === "window") commands.windowBy(this.viewer, dx, dy);
    else if (tool === "zoom") commands.zoomBy(this.viewer, 1.1 ** (dx - dy));
    else if (tool === "pan") commands.pan(this.viewer, -dx * step, -dy * step);
    else if (tool === "locate") this.point(pane, dx * step, dy * step);
    else this.moveLens(dx * step, dy * step);
    return true;
  }

  private point(pane: Pane, dx: number, dy: number): void {
    const { pointing } = this.viewer;
    const [x, y] = pointing?.pane === pane ? pane.toScreen(pointing.at) : [pane.size.width / 2, pane.size.height / 2];
    this.viewer.point({ pane, at: pane.toStored([x + dx, y + dy]) });
  }

  private moveLens(dx: number, dy: number): void {
    const pane = this.viewer.active;
    if (!pane) return;
    const [x, y] = (this.lens.open && this.lens.at) || [pane.size.width / 2, pane.size.height / 2];
    this.lens.show(pane, [x + dx, y + dy]);
  }

  private pencil(event: KeyboardEvent): boolean {
    const { active, tool } = this.viewer;
    if (event.key !== "Enter" || !active || !isMarkTool(tool) || !onImages(event.target)) return false;
    this.pen.enter(this.viewer, active, tool);
    return true;
  }

  private action(event: KeyboardEvent): boolean {
    if (onControl(event.target) && (event.key === "Enter" || event.key === " ")) return false;
    if (!singleKeys.on && event.key.length === 1 && !onPane(event.target)) return false;
    const action = this.keys.find(nameOfKey(event));
    if (!action) return false;
    if (action.once && event.repeat) return true;
    if (action.group === "Tools" || action.group === "Marks") this.pen.clear(this.viewer.active);
    action.run(this.viewer);
    return true;
  }
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || Boolean(target.closest("input, textarea, select")));
}

const onControl = (target: EventTarget | null): boolean => target instanceof Element && Boolean(target.closest("button, a, summary, [role=button]"));

const onPane = (target: EventTarget | null): boolean => target instanceof Element && Boolean(target.closest(".pane"));

/** Focus on an image, or nowhere in particular. */
const onImages = (target: EventTarget | null): boolean => target === document.body || onPane(target);
