/**
 * Stored values on the graphics card as they are: whole numbers, or floats, interpolated by the shader.
 *
 * VTK turns 16 bits into floats, twice the bytes, pixel by pixel on the page's own thread; where a card has normalised 16 bits it takes those, and scales them by
 * 65536 where they are 65535ths. Whole numbers are in every WebGL 2 and exact.
 */
import vtkOpenGLTexture from "@kitware/vtk.js/Rendering/OpenGL/Texture";
import { newInstance as maker } from "@kitware/vtk.js/macros";
import { extend as extendMapper } from "@kitware/vtk.js/Rendering/OpenGL/ImageMapper";

/** How GLSL calls a texture of such values, and what WebGL calls its inside, its outside and its numbers. */
type Kind = [sampler: string, internal: "R8UI" | "R8I" | "R16UI" | "R16I" | "R32F", format: "RED_INTEGER" | "RED", type: "UNSIGNED_BYTE" | "BYTE" | "UNSIGNED_SHORT" | "SHORT" | "FLOAT"];

const KINDS: Record<string, Kind> = {
  Uint8Array: ["usampler2D", "R8UI", "RED_INTEGER", "UNSIGNED_BYTE"],
  Int8Array: ["isampler2D", "R8I", "RED_INTEGER", "BYTE"],
  Uint16Array: ["usampler2D", "R16UI", "RED_INTEGER", "UNSIGNED_SHORT"],
  Int16Array: ["isampler2D", "R16I", "RED_INTEGER", "SHORT"],
  Float32Array: ["sampler2D", "R32F", "RED", "FLOAT"],
};

/** Values lie at the centres of their pixels; between them as a card interpolates, in steps of 1/256, so that a pixel shown at one to one is its own value and nothing of its neighbours'. */
const STORED = `
float storedAt(ivec2 place) { return float(texelFetch(texture1, clamp(place, ivec2(0), textureSize(texture1, 0) - 1), 0).r); }
vec4 stored(vec2 at) {
  vec2 place = floor((at * vec2(textureSize(texture1, 0)) - 0.5) * 256.0 + 0.5) / 256.0;
  ivec2 low = ivec2(floor(place));
  vec2 part = place - vec2(low);
  float upper = mix(storedAt(low), storedAt(low + ivec2(1, 0)), part.x);
  float lower = mix(storedAt(low + ivec2(0, 1)), storedAt(low + ivec2(1, 1)), part.x);
  return vec4(mix(upper, lower, part.y), 0.0, 0.0, 1.0);
}`;

interface Upload {
  width: number;
  height: number;
  dataType: string;
  data: ArrayBufferView;
}

interface Model {
  context: WebGL2RenderingContext;
  _openGLRenderWindow: { activateTexture(texture: object): void };
  openGLTexture: Texture;
  target: number;
  components: number;
  width: number;
  height: number;
  depth: number;
  numberOfDimensions: number;
}

interface Texture {
  sampler(): string;
  createTexture(): void;
  bind(): void;
  deactivate(): void;
  sendParameters(): void;
  create2DFilterableFromRaw(upload: Upload): void;
  getShiftAndScale(): { shift: number; scale: number };
}

interface Mapper {
  replaceShaderValues(shaders: { Fragment: string }, ...rest: unknown[]): void;
  getNeedToRebuildShaders(...rest: unknown[]): boolean;
}

function extendTexture(publicAPI: Texture, model: Model, initialValues: object = {}): void {
  vtkOpenGLTexture.extend(publicAPI, model, initialValues);
  const { sendParameters } = publicAPI;
  let sampler = "";
  publicAPI.sampler = () => sampler;
  publicAPI.create2DFilterableFromRaw = ({ width, height, dataType, data }) => {
    const gl = model.context;
    const [named, internal, format, type] = KINDS[dataType] as Kind;
    const same = sampler === named && model.width === width && model.height === height;
    sampler = named;
    Object.assign(model, { target: gl.TEXTURE_2D, components: 1, width, height, depth: 1, numberOfDimensions: 2 });
    model._openGLRenderWindow.activateTexture(publicAPI);
    publicAPI.createTexture();
    publicAPI.bind();
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    if (same) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl[format], gl[type], data);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl[internal], width, height, 0, gl[format], gl[type], data);
    publicAPI.deactivate();
  };
  publicAPI.getShiftAndScale = () => ({ shift: 0, scale: 1 });
  // A card interpolates no whole numbers: with any other filter such a texture is black.
  publicAPI.sendParameters = () => {
    sendParameters();
    const gl = model.context;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  };
}

const newTexture = maker(extendTexture as never, "overreadTexture") as unknown as () => Texture;

/** VTK's way to draw an image, with such a texture in the place of its own. */
function extend(publicAPI: Mapper, model: Model, initialValues: object = {}): void {
  extendMapper(publicAPI, model, initialValues);
  const { replaceShaderValues, getNeedToRebuildShaders } = publicAPI;
  let built = "";
  model.openGLTexture = newTexture();
  publicAPI.replaceShaderValues = (shaders, ...rest) => {
    replaceShaderValues(shaders, ...rest);
    built = model.openGLTexture.sampler();
    shaders.Fragment = shaders.Fragment
      .replaceAll("texture2D(texture1, tcoordVCVSOutput)", "stored(tcoordVCVSOutput)")
      .replace("uniform sampler2D texture1;", `uniform highp ${built} texture1;${STORED}`);
  };
  publicAPI.getNeedToRebuildShaders = (...rest) => getNeedToRebuildShaders(...rest) || built !== model.openGLTexture.sampler();
}

export const newMapper = maker(extend as never, "overreadImageMapper");
