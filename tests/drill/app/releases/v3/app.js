// The script of v3.
import { stamp } from "./stamp.js";

stamp("app", "v3");

// Loaded only when the page asks for it.
window.openLazily = async () => (await import("./lazy.js")).release;
