import { state } from "./state.js";
export const cart = state.cart;
