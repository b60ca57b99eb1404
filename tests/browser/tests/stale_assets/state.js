self.evaluations = (self.evaluations ?? 0) + 1;
export const state = { cart: [] };
