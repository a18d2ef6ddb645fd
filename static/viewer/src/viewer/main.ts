/** The viewer page: starts the renderer, opens the case that the page brought, and goes on to others from it. */
import "./viewer.css";
import { pool } from "./decode/pool";
import { Going } from "./going/go";
import * as renderer from "./pane/renderer";

const gpu = renderer.webgl();
renderer.choose(gpu);
pool.warm();
new Going(gpu).start();
