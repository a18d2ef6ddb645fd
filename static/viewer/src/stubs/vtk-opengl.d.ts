/** What we extend of VTK's drawing on the graphics card, which ships no types: objects are made by functions that add methods to `publicAPI` and state to `model`. */
declare module "@kitware/vtk.js/Rendering/OpenGL/ImageMapper" {
  export function extend(publicAPI: object, model: object, initialValues?: object): void;
}
