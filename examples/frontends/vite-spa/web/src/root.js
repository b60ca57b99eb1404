// Where the application is: `/`, or `/ui/` if it is below a prefix that only the server knows. The URL of this module says it:
// `/ui/static/<token>/assets/index.js`. Vite's own server has everything at `/`.
export const root = import.meta.env.DEV ? '/' : new URL(import.meta.url).pathname.replace(/static\/[^/]+\/assets\/[^/]+$/, '')
