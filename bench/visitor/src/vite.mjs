// Builds the application in this folder with the chunks that the second argument names: `each` has each module as a chunk, `few` has
// as few as Vite makes. Writes into folders of the one that the first argument names: `hashed` has Vite's hashed names, `fixed` fixed
// ones, and so has `mapped`, for pages with an import map. From Vite 8 on, `chunkmap` has hashed names and an import map of Vite's.
import { build, version } from "vite";

const [, , out, chunks] = process.argv;
const isOld = version.startsWith("7.");

const output = { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" };
const kinds = {
  hashed: {},
  fixed: { base: "./", output },
  // The import map leads imports to other URLs than those that Vite would preload, so it preloads stylesheets only.
  mapped: {
    base: "./",
    output,
    modulePreload: { resolveDependencies: (_, files) => files.filter(file => file.endsWith(".css")) },
  },
};

if (!isOld) kinds.chunkmap = { chunkImportMap: true };

const manualChunks = id => {
  if (id.includes("node_modules")) return "vendor";
  if (chunks === "each") return id.match(/\/src\/(.*)\.jsx?$/)?.[1];
};

for (const [name, { base, output, ...options }] of Object.entries(kinds)) {
  await build({
    configFile: false,
    logLevel: "warn",
    base,
    ...(isOld ? { esbuild: { jsx: "automatic" } } : {}),
    build: {
      ...options,
      outDir: `${out}/${name}`,
      emptyOutDir: true,
      rollupOptions: { input: "src/main.jsx", output: { ...output, manualChunks } },
    },
  });
}
