import { state } from "./state.js";
state.cart.push("book");
self.state = state;
