import { rmSync } from 'node:fs'
import { context } from 'esbuild'

const isWatching = process.argv.includes('--watch')
// Not while the server runs: it would miss its folder for a moment.
if (!isWatching) rmSync('dist', { recursive: true, force: true })

const bundle = await context({
  // What templates name.
  entryPoints: ['web/app.ts', 'web/app.css', 'web/favicon.svg'],
  outdir: 'dist',
  bundle: true,
  minify: true,
  sourcemap: true,
  format: 'esm',
  // What is imported later is a file of its own.
  splitting: true,
  loader: { '.svg': 'copy' },
  // The token in the URL does what a hash in the name is for. Only chunks need one: they have no names of their own.
  assetNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
})
if (isWatching) {
  await bundle.watch()
} else {
  await bundle.rebuild()
  await bundle.dispose()
}
