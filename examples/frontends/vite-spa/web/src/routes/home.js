import { seen } from '../store.js'

export function show(main) {
  main.innerHTML = '<h1>Home</h1><p id="seen"></p><p>The sum of 1 to 1000 is <output></output>.</p>'
  main.querySelector('#seen').textContent = `People that you have seen: ${seen.size}`

  // Long work runs in a worker.
  const worker = new Worker(new URL('../sum.js', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }) => {
    main.querySelector('output')?.append(data)
    worker.terminate()
  }
  worker.postMessage(1000)
}
