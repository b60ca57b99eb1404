window.classic = "v1";
