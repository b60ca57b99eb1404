document.querySelector("output").textContent = `This script is ${new URL(import.meta.url).pathname}`;
