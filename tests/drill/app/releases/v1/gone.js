// Only in v1.
document.documentElement.dataset.gone = "v1";
