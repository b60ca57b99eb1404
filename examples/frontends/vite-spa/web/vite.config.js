import { defineConfig } from 'vite'

// The token in the URL does what a hash in the name is for. Without hashes, Rust can name a file: `assets::assets::INDEX_JS`.
const output = {
  entryFileNames: 'assets/[name].js',
  chunkFileNames: 'assets/[name].js',
  assetFileNames: 'assets/[name][extname]',
}

export default defineConfig({
  // Files refer to one another by relative URLs, so they work under any token.
  base: './',
  // Every image is a file: it is fetched once, and then cached.
  build: { assetsInlineLimit: 0, rolldownOptions: { output } },
  worker: { format: 'es', rolldownOptions: { output } },
  server: {
    // `npm run dev` asks the Rust server for the API.
    proxy: { '/api': process.env.API ?? 'http://127.0.0.1:3000' },
  },
})
