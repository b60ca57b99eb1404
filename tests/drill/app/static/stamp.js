// The same in every release.
export const stamp = (script, release) => {
  document.documentElement.dataset[script] = release;
};
