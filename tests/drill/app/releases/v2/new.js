// Only in v2.
document.documentElement.dataset.new = "v2";
