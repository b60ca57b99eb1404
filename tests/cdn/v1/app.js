import { answer } from "./lib/answer.js";
window.module = answer;
window.lazy = () => import("./lazy.js").then((lazy) => lazy.release);
