/** Builds the agents' inbox into `agents_ui/static/inbox`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: "inbox",
  build: {
    outDir: "../../static/inbox",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // these know light-dark() and nesting
    assetsInlineLimit: 0, // the page's policy allows no data: scripts or fonts
    reportCompressedSize: true,
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8000", ws: true } } },
  test: { root: ".", include: ["{inbox,shared,widget}/**/*.test.ts"] },
});
