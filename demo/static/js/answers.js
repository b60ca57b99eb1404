// Where this module came from. Its importer wrote "./answers.js", and nobody rewrote that.
export const url = import.meta.url;

/** What the server answers to a path: its status line, and its fields by name. */
export async function ask(path) {
  const response = await fetch("/ask" + path);
  if (!response.ok) throw new Error(`no answer for ${path}`);
  const [status, ...lines] = (await response.text()).split("\n");
  return { status, fields: new Map(lines.map((line) => line.split(/: (.*)/s, 2))) };
}
