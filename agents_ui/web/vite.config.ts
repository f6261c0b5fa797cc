/** Builds the agents' inbox into `agents_ui/static/inbox`. */
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Lay a packed copy beside each text, so that the desk need not pack it for every visitor. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    generateBundle: {
      order: "post", // Vite itself still writes into chunks that load others
      async handler(_, bundle) {
        for (const [fileName, file] of Object.entries(bundle)) {
          if (!/\.(js|css|svg)$/.test(fileName)) continue;
          const text = file.type === "chunk" ? file.code : (file.source as BlobPart);
          this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: await gzip(text) });
        }
      },
    },
  };
}

async function gzip(text: BlobPart): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export default defineConfig({
  root: "inbox",
  plugins: [packed()],
  build: {
    outDir: "../../static/inbox",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // these know light-dark() and nesting
    assetsInlineLimit: 0, // the page's policy allows no data: scripts or fonts
    reportCompressedSize: true,
    // what every page needs is one file: in parts it is larger, and takes longer
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: "core", test: /inbox\/(state\/(?!softphone)|view\/|words|api)/ }],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } } },
  test: { root: ".", include: ["{inbox,shared,widget}/**/*.test.ts"] },
});
