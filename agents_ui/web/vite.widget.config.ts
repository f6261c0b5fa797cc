/** Builds the customers' chat widget into `agents_ui/static/widget`. */
import { defineConfig } from "vite";

export default defineConfig({
  root: "widget",
  base: "./",
  build: {
    outDir: "../../static/widget",
    emptyOutDir: true,
    target: "es2023",
    modulePreload: false,
    rolldownOptions: {
      input: { loader: "widget/loader.ts", panel: "widget/panel.ts" },
      output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
