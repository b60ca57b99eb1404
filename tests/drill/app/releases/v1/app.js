// The script of v1.
import { stamp } from "./stamp.js";

stamp("app", "v1");

// Loaded only when the page asks for it.
window.openLazily = async () => (await import("./lazy.js")).release;
