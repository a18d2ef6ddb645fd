/** Every command with its name, icon and keys: the toolbar, the keyboard and the help panel all read this one table. */
import * as commands from "./commands";
import { exportPdf, exportPng } from "./export/commands";
import { linkMarks, proposeNipples, stepMark } from "./marks/commands";
import { calibrateScreen, trueSize } from "./size/commands";
import type { Tool, Viewer } from "./viewer";

export interface Action {
  id: string;
  label: string;
  /** Keys as `nameOfKey` writes them: "Shift+", "Ctrl+" before those that need it. The first one is shown; a person may put another in its place. */
  keys: string[];
  group: "Layout" | "Tools" | "Marks" | "Grey" | "Size" | "Suggestion" | "Page";
  /** Name of its icon; without one it is not on the toolbar. */
  icon?: string;
  run(viewer: Viewer): void;
  pressed?(viewer: Viewer): boolean;
  /** Why it cannot be used now, in words; null when it can. */
  refused?(viewer: Viewer): string | null;
}

const sealed = (viewer: Viewer): string | null =>
  commands.revealed(viewer) ? null : (viewer.manifest?.analysis.say ?? "There is no suggestion for this exam yet");

/** A tool; with an `icon` it is on the toolbar. */
function tool(id: Tool, label: string, key: string, icon: string, group: Action["group"]): Action {
  return { id, label, keys: [key], group, ...(icon ? { icon } : {}), run: (viewer) => viewer.take(id), pressed: (viewer) => viewer.tool === id };
}

function layout(id: string, label: string, key: string): Action {
  return { id: `layout-${id}`, label, keys: [key], group: "Layout", run: (viewer) => viewer.show(id) };
}

export const ACTIONS: Action[] = [
  layout("4up", "CC and MLO, four images", "1"),
  layout("cc", "CC views", "2"),
  layout("mlo", "MLO views", "3"),
  layout("cc:over", "CC with prior", "4"),
  layout("mlo:over", "MLO with prior", "5"),
  { id: "prior", label: "Prior in the same places, and back", keys: ["v"], group: "Layout", run: commands.swapPrior },
  { id: "start-here", label: "Start exams with this step, or as the practice does", keys: ["Shift+B"], group: "Layout", run: commands.startHere },
  { id: "single", label: "This image alone, and back", keys: ["Enter"], group: "Layout", run: commands.toggleSingle },
  { id: "next-layout", label: "Next step", keys: [" "], group: "Layout", run: (v) => commands.stepLayout(v, 1) },
  { id: "last-layout", label: "Previous step", keys: ["Shift+ "], group: "Layout", run: (v) => commands.stepLayout(v, -1) },
  { id: "next-image", label: "Next image", keys: ["m"], group: "Layout", run: (v) => commands.stepPane(v, 1) },
  { id: "last-image", label: "Previous image", keys: ["Shift+M"], group: "Layout", run: (v) => commands.stepPane(v, -1) },
  { id: "next-slice", label: "Next slice", keys: ["PageDown"], group: "Layout", run: (v) => commands.stepSlice(v, 1) },
  { id: "last-slice", label: "Previous slice", keys: ["PageUp"], group: "Layout", run: (v) => commands.stepSlice(v, -1) },
  tool("window", "Window", "w", "circle-half", "Tools"),
  tool("zoom", "Zoom", "z", "zoom-in", "Tools"),
  tool("pan", "Pan", "p", "arrows-move", "Tools"),
  tool("magnify", "Magnifier", "g", "search", "Tools"),
  tool("locate", "Show this place in the other images", "Shift+F", "", "Tools"),
  { id: "larger-lens", label: "Larger magnifier", keys: ["}", "6"], group: "Tools", run: (v) => v.lens?.resize(1) },
  { id: "smaller-lens", label: "Smaller magnifier", keys: ["{", "7"], group: "Tools", run: (v) => v.lens?.resize(-1) },
  tool("length", "Length", "l", "rulers", "Marks"),
  tool("ellipse", "Ellipse", "e", "circle", "Marks"),
  tool("arrow", "Arrow", "a", "arrow-up-left", "Marks"),
  tool("point", "Point", "t", "crosshair", "Marks"),
  tool("angle", "Angle", "q", "triangle", "Marks"),
  tool("pencil", "Pencil", "y", "pencil", "Marks"),
  tool("nipple", "Nipple", "Shift+T", "", "Marks"),
  tool("pectoral", "Pectoral muscle, along its edge", "Shift+P", "", "Marks"),
  { id: "propose-nipples", label: "Propose the nipples", keys: ["Shift+A"], group: "Marks", run: proposeNipples },
  { id: "next-mark", label: "Next mark", keys: ["Shift+J"], group: "Marks", run: (v) => stepMark(v, 1) },
  { id: "link-marks", label: "Link the chosen mark with one in the other view", keys: ["Shift+L"], group: "Marks", run: linkMarks, pressed: (v) => v.linking !== null },
  { id: "undo", label: "Take back the last mark", keys: ["Ctrl+z"], group: "Marks", icon: "arrow-90deg-left", run: commands.undo },
  { id: "redo", label: "Make it again", keys: ["Ctrl+Shift+Z", "Ctrl+y"], group: "Marks", icon: "arrow-90deg-right", run: commands.redo },
  { id: "remove-mark", label: "Remove the chosen mark", keys: ["Delete", "Backspace"], group: "Marks", run: commands.removeChosenMark },
  { id: "preset", label: "Next window or curve", keys: ["b"], group: "Grey", run: commands.nextPreset },
  { id: "invert", label: "Invert", keys: ["i"], group: "Grey", icon: "yin-yang", run: commands.invert, pressed: (v) => v.active?.grey.invert ?? false },
  { id: "auto-window", label: "Automatic window on the breast", keys: ["Shift+W"], group: "Grey", run: commands.autoWindow },
  { id: "link-grey", label: "Link windows", keys: ["Shift+K"], group: "Grey", icon: "intersect", run: commands.toggleGreyLink, pressed: (v) => v.linkedGrey },
  { id: "link", label: "Link zoom and pan", keys: ["k"], group: "Size", icon: "link-45deg", run: commands.toggleLink, pressed: (v) => v.linked },
  { id: "fit", label: "Fit", keys: ["f"], group: "Size", icon: "arrows-angle-contract", run: commands.fit },
  { id: "one-to-one", label: "One to one pixels", keys: ["x"], group: "Size", icon: "1-square", run: commands.oneToOne },
  { id: "true-size", label: "True size", keys: ["u"], group: "Size", icon: "credit-card-2-front", run: trueSize },
  { id: "calibrate", label: "Calibrate this screen", keys: ["Shift+U"], group: "Size", run: calibrateScreen },
  { id: "sweep", label: "Sweep at one to one, next place", keys: ["."], group: "Size", icon: "grid-3x3", run: (v) => v.sweep.step(1) },
  { id: "sweep-back", label: "Sweep, previous place", keys: [","], group: "Size", run: (v) => v.sweep.step(-1) },
  { id: "coverage", label: "What was seen at one to one", keys: ["j"], group: "Size", run: commands.toggleCoverage, pressed: (v) => v.sweep.on },
  { id: "reset", label: "Reset view and window", keys: ["r"], group: "Size", icon: "arrow-counterclockwise", run: commands.reset },
  { id: "zoom-in", label: "Zoom in", keys: ["+", "="], group: "Size", run: (v) => commands.zoomBy(v, 1.25) },
  { id: "zoom-out", label: "Zoom out", keys: ["-"], group: "Size", run: (v) => commands.zoomBy(v, 0.8) },
  { id: "heat", label: "Saliency", keys: ["o"], group: "Suggestion", icon: "layers-half", run: commands.toggleHeat, pressed: (v) => v.heat.on, refused: sealed },
  { id: "outlines", label: "Outlines", keys: ["d"], group: "Suggestion", icon: "bounding-box-circles", run: commands.toggleOutlines, pressed: (v) => commands.revealed(v) && v.outlines, refused: sealed },
  { id: "next-finding", label: "Next suggested region", keys: ["n"], group: "Suggestion", run: (v) => commands.stepFinding(v, 1) },
  { id: "last-finding", label: "Previous suggested region", keys: ["Shift+N"], group: "Suggestion", run: (v) => commands.stepFinding(v, -1) },
  { id: "more-heat", label: "Stronger saliency", keys: ["]"], group: "Suggestion", run: (v) => commands.changeOpacity(v, 0.1) },
  { id: "less-heat", label: "Fainter saliency", keys: ["["], group: "Suggestion", run: (v) => commands.changeOpacity(v, -0.1) },
  { id: "map", label: "Other colours", keys: ["c"], group: "Suggestion", run: commands.nextMap },
  { id: "export-png", label: "Save this image as PNG, with its marks", keys: ["Shift+E"], group: "Page", run: exportPng },
  { id: "export-pdf", label: "Save the images on the screen as PDF", keys: ["Shift+D"], group: "Page", run: exportPdf },
  { id: "heat-lines", label: "Saliency as lines only", keys: ["Shift+O"], group: "Suggestion", run: commands.toggleLines, pressed: (v) => v.heat.lines, refused: sealed },
  { id: "corners", label: "Words on the images", keys: ["h"], group: "Page", icon: "card-text", run: commands.toggleCorners, pressed: (v) => v.corners },
];
