onmessage = ({ data }) => {
  let sum = 0
  for (let i = 1; i <= data; i++) sum += i
  postMessage(sum)
}
