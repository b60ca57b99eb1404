// Where the application is: `/`, or `/ui/` if it is below a prefix that only the server knows. The URL of the page's icon says it:
// `/ui/static/<token>/favicon.svg`, or `/favicon.svg` from Vite's own server.
const icon = new URL(document.querySelector('link[rel=icon]').href).pathname
export const root = icon.replace(/(static\/[^/]+\/)?favicon\.svg$/, '')
