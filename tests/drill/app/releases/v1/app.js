// The script of v1.
import { stamp } from "./stamp.js";

// What the modules of the page have stamped.
window.stamps = stamp("app", "v1");

// Loaded only when the page asks for it.
window.openLazily = async () => (await import("./lazy.js")).release;
