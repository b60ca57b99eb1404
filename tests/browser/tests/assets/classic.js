document.documentElement.dataset.classic = document.currentScript.dataset.say;
