/** A bar for each value. */
export function draw(values: number[]): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg'
  const chart = document.createElementNS(namespace, 'svg')
  chart.id = 'chart'
  chart.setAttribute('viewBox', `0 0 ${values.length * 10} 30`)
  values.forEach((value, index) => {
    const bar = document.createElementNS(namespace, 'rect')
    bar.setAttribute('x', String(index * 10))
    bar.setAttribute('y', String(30 - value))
    bar.setAttribute('width', '8')
    bar.setAttribute('height', String(value))
    chart.append(bar)
  })
  return chart
}
