/** The read form beside the images, and the worklist's keyboard. */
import "./read.css";
import { start as startPanel } from "./panel";
import { start as startSteps } from "./steps";
import { start as startWorklist } from "./worklist";

function panel(): void {
  const found = document.getElementById("read-panel");
  if (found) startPanel(found);
}

panel();
document.addEventListener("overread:case", panel); // the viewer has gone on to another case in place
const list = document.getElementById("worklist");
if (list) startWorklist(list);
if (!document.getElementById("viewer")) startSteps();
document.documentElement.dataset["read"] = "ready";
