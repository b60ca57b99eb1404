document.documentElement.dataset.lib = "ran";
