// The same in every release. What it remembers is in one place, as long as a page has one instance of it.
const stamps = [];
window.modules = [...(window.modules ?? []), "stamp"];

export const stamp = (script, release) => {
  document.documentElement.dataset[script] = release;
  window.modules.push(script);
  stamps.push(`${script} ${release}`);
  return stamps;
};
