/** Builds the customers' chat widget into `agents_ui/static/widget`. */
import { defineConfig } from "vite";

export default defineConfig({
  root: "widget",
  base: "./",
  build: { outDir: "../../static/widget", emptyOutDir: true, target: "es2022" },
});
