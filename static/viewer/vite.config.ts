/// One Vite project, five entries: `site` on every page, `viewer`, `read`, `intake` and `pattern` where they are used.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "/static/viewer/",
  resolve: {
    alias: [
      // vtk.js pulls in xmlbuilder2, which wants Node's `events` and never uses it in a browser.
      { find: /^events$/, replacement: here("./src/stubs/events.ts") },
      // Cornerstone would look the card over before it starts, while the reader waits.
      { find: /^\.{1,2}\/(?:utilities\/)?renderingCapabilities\.js$/, replacement: here("./src/stubs/capabilities.ts") },
    ],
  },
  worker: { format: "es" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    sourcemap: false,
    assetsInlineLimit: 0, // the CSP allows no data: URLs
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      input: {
        site: "src/site/main.ts",
        viewer: "src/viewer/main.ts",
        read: "src/read/main.ts",
        intake: "src/intake/main.ts",
        pattern: "src/pattern/main.ts",
      },
    },
  },
  optimizeDeps: {
    exclude: ["@cornerstonejs/dicom-image-loader"],
    include: [
      "dicom-parser",
      "@cornerstonejs/codec-charls/decodewasmjs",
      "@cornerstonejs/codec-openjpeg/decodewasmjs",
      "@cornerstonejs/codec-openjph/wasmjs",
      "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs",
    ],
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
