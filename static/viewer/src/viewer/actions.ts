/** Every command with its name, icon and keys: the toolbar, the keyboard and the help panel all read this one table. */
import * as commands from "./commands";
import { exportObjects, exportPdf, exportPng } from "./export/commands";
import { toggleKeyImage } from "./export/keyimage";
import { linkMarks, proposeNipples, stepMark } from "./marks/commands";
import { nextBeside } from "./beside";
import { toCase, toReadForm } from "./input/page";
import { STACK_ACTIONS } from "./stack/commands";
import { calibrateScreen, trueSize } from "./size/commands";
import { toggleAttached } from "./panel/attached";
import { openSecond } from "./two/step";
import type { Tool, Viewer } from "./viewer";
import { gettext } from "../text/text";

export interface Action {
  id: string;
  label: string;
  /** Keys as `nameOfKey` writes them: "Shift+", "Ctrl+" before those that need it. The first one is shown; a person may put another in its place. */
  keys: string[];
  group: "Layout" | "Slices" | "Tools" | "Marks" | "Grey" | "Size" | "Suggestion" | "Page";
  /** Name of its icon; without one it is not on the toolbar. */
  icon?: string;
  run(viewer: Viewer): void;
  /** A key that is held down does it once. */
  once?: boolean;
  pressed?(viewer: Viewer): boolean;
  /** Why it cannot be used now, in words; null when it can. */
  refused?(viewer: Viewer): string | null;
}

export const GROUP_NAMES: Record<Action["group"], string> = {
  Layout: gettext("Layout"),
  Slices: gettext("Slices"),
  Tools: gettext("Tools"),
  Marks: gettext("Marks"),
  Grey: gettext("Grey"),
  Size: gettext("Size"),
  Suggestion: gettext("Suggestion"),
  Page: gettext("Page"),
};

const sealed = (viewer: Viewer): string | null =>
  commands.revealed(viewer) ? null : (viewer.manifest?.analysis.say ?? gettext("There is no suggestion for this exam yet"));

/** A tool; with an `icon` it is on the toolbar. */
function tool(id: Tool, label: string, key: string, icon: string, group: Action["group"]): Action {
  return { id, label, keys: [key], group, ...(icon ? { icon } : {}), run: (viewer) => viewer.take(id), pressed: (viewer) => viewer.tool === id };
}

function layout(id: string, label: string, key: string): Action {
  return { id: `layout-${id}`, label, keys: [key], group: "Layout", run: (viewer) => viewer.show(id) };
}

export const ACTIONS: Action[] = [
  layout("4up", gettext("CC and MLO, four images"), "1"),
  layout("cc", gettext("CC views"), "2"),
  layout("mlo", gettext("MLO views"), "3"),
  layout("cc:over", gettext("CC with prior"), "4"),
  layout("mlo:over", gettext("MLO with prior"), "5"),
  { id: "prior", label: gettext("Prior in the same places, and back"), keys: ["v"], group: "Layout", run: commands.swapPrior },
  { id: "start-here", label: gettext("Start exams with this step, or as the practice does"), keys: ["Shift+B"], group: "Layout", run: commands.startHere },
  { id: "single", label: gettext("This image alone, and back"), keys: ["Enter"], group: "Layout", run: commands.toggleSingle },
  { id: "next-layout", label: gettext("Next step"), keys: [" "], group: "Layout", run: (v) => commands.stepLayout(v, 1) },
  { id: "last-layout", label: gettext("Previous step"), keys: ["Shift+ "], group: "Layout", run: (v) => commands.stepLayout(v, -1) },
  { id: "next-image", label: gettext("Next image"), keys: ["m"], group: "Layout", run: (v) => commands.stepPane(v, 1) },
  { id: "last-image", label: gettext("Previous image"), keys: ["Shift+M"], group: "Layout", run: (v) => commands.stepPane(v, -1) },
  tool("window", gettext("Window"), "w", "circle-half", "Tools"),
  tool("zoom", gettext("Zoom"), "z", "zoom-in", "Tools"),
  tool("pan", gettext("Pan"), "p", "arrows-move", "Tools"),
  tool("magnify", gettext("Magnifier"), "g", "search", "Tools"),
  tool("locate", gettext("Show this place in the other images"), "Shift+F", "", "Tools"),
  { id: "larger-lens", label: gettext("Larger magnifier"), keys: ["}", "6"], group: "Tools", run: (v) => v.lens?.resize(1) },
  { id: "smaller-lens", label: gettext("Smaller magnifier"), keys: ["{", "7"], group: "Tools", run: (v) => v.lens?.resize(-1) },
  tool("length", gettext("Length"), "l", "rulers", "Marks"),
  tool("ellipse", gettext("Ellipse"), "e", "circle", "Marks"),
  tool("arrow", gettext("Arrow"), "a", "arrow-up-left", "Marks"),
  tool("point", gettext("Point"), "t", "crosshair", "Marks"),
  tool("angle", gettext("Angle"), "q", "triangle", "Marks"),
  tool("pencil", gettext("Pencil"), "y", "pencil", "Marks"),
  tool("nipple", gettext("Nipple"), "Shift+T", "", "Marks"),
  tool("pectoral", gettext("Pectoral muscle, along its edge"), "Shift+P", "", "Marks"),
  { id: "propose-nipples", label: gettext("Propose the nipples"), keys: ["Shift+A"], group: "Marks", run: proposeNipples },
  { id: "next-mark", label: gettext("Next mark"), keys: ["Shift+J"], group: "Marks", run: (v) => stepMark(v, 1) },
  { id: "link-marks", label: gettext("Link the chosen mark with one in the other view"), keys: ["Shift+L"], group: "Marks", run: linkMarks, pressed: (v) => v.linking !== null },
  { id: "undo", label: gettext("Take back the last mark"), keys: ["Ctrl+z"], group: "Marks", icon: "arrow-90deg-left", run: commands.undo },
  { id: "redo", label: gettext("Make it again"), keys: ["Ctrl+Shift+Z", "Ctrl+y"], group: "Marks", icon: "arrow-90deg-right", run: commands.redo },
  { id: "remove-mark", label: gettext("Remove the chosen mark"), keys: ["Delete", "Backspace"], group: "Marks", run: commands.removeChosenMark },
  { id: "preset", label: gettext("Next window or curve"), keys: ["b"], group: "Grey", run: commands.nextPreset },
  { id: "invert", label: gettext("Invert"), keys: ["i"], group: "Grey", icon: "yin-yang", run: commands.invert, pressed: (v) => v.active?.grey.invert ?? false },
  { id: "auto-window", label: gettext("Automatic window on the breast"), keys: ["Shift+W"], group: "Grey", run: commands.autoWindow },
  { id: "link-grey", label: gettext("Link windows"), keys: ["Shift+K"], group: "Grey", icon: "intersect", run: commands.toggleGreyLink, pressed: (v) => v.linkedGrey },
  { id: "link", label: gettext("Link zoom and pan"), keys: ["k"], group: "Size", icon: "link-45deg", run: commands.toggleLink, pressed: (v) => v.linked },
  { id: "fit", label: gettext("Fit"), keys: ["f"], group: "Size", icon: "arrows-angle-contract", run: commands.fit },
  { id: "one-to-one", label: gettext("One to one pixels"), keys: ["x"], group: "Size", icon: "1-square", run: commands.oneToOne },
  { id: "true-size", label: gettext("True size"), keys: ["u"], group: "Size", icon: "credit-card-2-front", run: trueSize },
  { id: "calibrate", label: gettext("Calibrate this screen"), keys: ["Shift+U"], group: "Size", run: calibrateScreen },
  { id: "sweep", label: gettext("Sweep at one to one, next place"), keys: ["."], group: "Size", icon: "grid-3x3", run: (v) => v.sweep.step(1) },
  { id: "sweep-back", label: gettext("Sweep, previous place"), keys: [","], group: "Size", run: (v) => v.sweep.step(-1) },
  { id: "coverage", label: gettext("What was seen at one to one"), keys: ["j"], group: "Size", run: commands.toggleCoverage, pressed: (v) => v.sweep.on },
  { id: "reset", label: gettext("Reset view and window"), keys: ["r"], group: "Size", icon: "arrow-counterclockwise", run: commands.reset },
  { id: "zoom-in", label: gettext("Zoom in"), keys: ["+", "="], group: "Size", run: (v) => commands.zoomBy(v, 1.25) },
  { id: "zoom-out", label: gettext("Zoom out"), keys: ["-"], group: "Size", run: (v) => commands.zoomBy(v, 0.8) },
  { id: "beside", label: gettext("Ultrasound and MRI beside, one after the other"), keys: ["0"], group: "Layout", run: nextBeside },
  ...STACK_ACTIONS,
  { id: "heat", label: gettext("Saliency"), keys: ["o"], group: "Suggestion", icon: "layers-half", run: commands.toggleHeat, pressed: (v) => v.heat.on, refused: sealed },
  { id: "outlines", label: gettext("Outlines"), keys: ["d"], group: "Suggestion", icon: "bounding-box-circles", run: commands.toggleOutlines, pressed: (v) => commands.revealed(v) && v.outlines, refused: sealed },
  { id: "next-finding", label: gettext("Next suggested region"), keys: ["n"], group: "Suggestion", run: (v) => commands.stepFinding(v, 1) },
  { id: "last-finding", label: gettext("Previous suggested region"), keys: ["Shift+N"], group: "Suggestion", run: (v) => commands.stepFinding(v, -1) },
  { id: "more-heat", label: gettext("Stronger saliency"), keys: ["]"], group: "Suggestion", run: (v) => commands.changeOpacity(v, 0.1) },
  { id: "less-heat", label: gettext("Fainter saliency"), keys: ["["], group: "Suggestion", run: (v) => commands.changeOpacity(v, -0.1) },
  { id: "map", label: gettext("Other colours"), keys: ["c"], group: "Suggestion", run: commands.nextMap },
  { id: "attached", label: gettext("Marks that came with the exam"), keys: ["Shift+H"], group: "Marks", run: (v) => toggleAttached(v), pressed: (v) => v.attached.size > 0 },
  { id: "read-form", label: gettext("Read form, where it waits for an answer (Escape: back to the images)"), keys: ["Shift+R"], group: "Page", run: toReadForm },
  { id: "next-case", label: gettext("Next case of the list"), keys: [")"], group: "Page", once: true, run: () => toCase("next") },
  { id: "last-case", label: gettext("Previous case of the list"), keys: ["("], group: "Page", once: true, run: () => toCase("previous") },
  { id: "key-image", label: gettext("Key image of the report, or no longer"), keys: ["Shift+I"], group: "Page", run: toggleKeyImage },
  { id: "export-png", label: gettext("Save this image as PNG, with its marks"), keys: ["Shift+E"], group: "Page", run: exportPng },
  { id: "export-pdf", label: gettext("Save the images on the screen as PDF"), keys: ["Shift+D"], group: "Page", run: exportPdf },
  { id: "export-dicom", label: gettext("Save your read as DICOM (GSPS, SR)"), keys: ["Shift+X"], group: "Page", run: exportObjects },
  { id: "heat-lines", label: gettext("Saliency as lines only"), keys: ["Shift+O"], group: "Suggestion", run: commands.toggleLines, pressed: (v) => v.heat.lines, refused: sealed },
  { id: "second-window", label: gettext("Second window, for another monitor"), keys: ["\\"], group: "Page", icon: "window-stack", run: openSecond },
  { id: "corners", label: gettext("Words on the images"), keys: ["h"], group: "Page", icon: "card-text", run: commands.toggleCorners, pressed: (v) => v.corners },
];
