/** Stand-in for Node's `events`: xmlbuilder2 (inside vtk.js) extends it at load and never emits in a browser. */
export class EventEmitter {
  on(): this {
    return this;
  }

  emit(): boolean {
    return false;
  }
}

export default { EventEmitter };
