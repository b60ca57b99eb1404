/** The temperatures that the server has written into the page. */
export function readings(): number[] {
  return [...document.querySelectorAll('#temperatures li')].map(item => Number(item.textContent))
}
