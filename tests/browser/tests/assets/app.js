import "./lib.js";
document.documentElement.dataset.app = "ran";
