import { readings } from './readings'

document.querySelector('button')?.addEventListener('click', async () => {
  const { draw } = await import('./chart')
  document.body.append(draw(readings()))
})
