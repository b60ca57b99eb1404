import './site.css'
import logo from './logo.svg'
import { start } from './router.js'

// A file that this page needs has failed to load: most likely there was a deploy, and the server has only the files of the next release.
// So load the page again, unless that has just been tried.
addEventListener('vite:preloadError', () => {
  if (Date.now() - (sessionStorage.getItem('reloaded') ?? 0) > 10_000) {
    sessionStorage.setItem('reloaded', Date.now())
    location.reload()
  }
})

performance.mark('start')
document.querySelector('#logo').src = logo
start(document.querySelector('main'))
