/** The read form beside the images, and the worklist's keyboard. */
import "./read.css";
import { start as startPanel } from "./panel";
import { start as startSteps } from "./steps";
import { start as startWorklist } from "./worklist";

const panel = document.getElementById("read-panel");
if (panel) startPanel(panel);
const list = document.getElementById("worklist");
if (list) startWorklist(list);
if (!document.getElementById("viewer")) startSteps();
document.documentElement.dataset["read"] = "ready";
