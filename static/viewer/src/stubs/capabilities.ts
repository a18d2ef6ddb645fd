/**
 * Stand-in for Cornerstone's look at the card before it starts: two WebGL contexts, a shader and six pictures read back, to learn of texture formats that
 * `pane/texture.ts` does not use. Whether there is WebGL at all we have asked ourselves, and say so when we start it.
 */
export const RENDERING_CAPABILITIES_PROBE_VERSION = 1;

const capabilities = {
  webgl: true, webgl2: true, maxTextureSize: 0, renderer: "", softwareRasterizer: false,
  norm16: false, norm16Linear: false, float: true, floatLinear: false, halfFloat: false, halfFloatLinear: false,
};

export const detectRenderingCapabilities = (): typeof capabilities => capabilities;

export const getRenderingCapabilities = detectRenderingCapabilities;

export const resetRenderingCapabilities = (): void => undefined;
