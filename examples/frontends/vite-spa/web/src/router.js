import { root } from './root.js'
import * as home from './routes/home.js'

// Each route has a pattern, and a module that is loaded when the route is first shown.
const routes = [
  [/^\/$/, async () => home],
  [/^\/users\/(\d+)$/, () => import('./routes/user.js')],
]

export function start(main) {
  // Links in the page are written as if the application were at `/`.
  for (const link of document.querySelectorAll('a[href^="/"]')) link.href = root + link.getAttribute('href').slice(1)
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="/"]')
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault()
      history.pushState(null, '', link.href)
      show(main)
    }
  })
  addEventListener('popstate', () => show(main))
  show(main)
}

async function show(main) {
  const { pathname } = location
  const path = pathname.slice(root.length - 1)
  try {
    for (const [pattern, load] of routes) {
      const match = pattern.exec(path)
      if (match) {
        const route = await load()
        if (pathname === location.pathname) await route.show(main, ...match.slice(1))
        return
      }
    }
    main.textContent = 'There is no such page.'
  } catch (error) {
    console.warn(error)
    main.textContent = 'This page failed to load.'
  }
}
