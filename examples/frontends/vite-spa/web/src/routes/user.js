import { root } from '../root.js'
import { seen } from '../store.js'
import './user.css'

export async function show(main, id) {
  const response = await fetch(`${root}api/users/${id}`)
  const user = await response.json()
  seen.add(user.id)
  main.innerHTML = '<h1 class="user"></h1>'
  main.querySelector('h1').textContent = user.name
}
