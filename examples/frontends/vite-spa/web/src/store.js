// What the whole application knows: the people whose pages you have seen.
export const seen = new Set()
