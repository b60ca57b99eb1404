import './site.css'
import logo from './logo.svg'
import { start } from './router.js'

// A file that this page needs has failed to load: most likely there was a deploy, and the server has only the files of the next release.
// So load the page again, once for each release. `import.meta.url` has the release's token in it.
addEventListener('vite:preloadError', () => {
  if (sessionStorage.getItem('reloaded') !== import.meta.url) {
    sessionStorage.setItem('reloaded', import.meta.url)
    location.reload()
  }
})

performance.mark('start')
document.querySelector('#logo').src = logo
start(document.querySelector('main'))
