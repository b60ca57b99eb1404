import { ask, url } from "./answers.js";

// The page has shown the relative import; this is what the browser made of it.
document.querySelector("#imported").replaceChildren(...marked(new URL(url).pathname));

// Each link of the table, asked.
for (const row of document.querySelectorAll("tr[data-status]")) {
  ask(row.querySelector("a").pathname).then(({ status, fields }) => {
    row.querySelector(".status").replaceChildren(badge(status));
    const shown = ["location", "retry-after", "cache-control"].filter((name) => fields.has(name));
    row.querySelector(".fields").replaceChildren(...shown.map((name) => field(name, fields.get(name))));
  });
}

// A path of the reader's own, asked as it is typed.
const input = document.querySelector("#path");
input.addEventListener("input", answer);
answer();

async function answer() {
  const path = input.value;
  const { status, fields } = await ask(new URL(path, location.origin).pathname);
  // Unless more was typed meanwhile.
  if (path === input.value) {
    document.querySelector("#answer").replaceChildren(badge(status), ...Array.from(fields, ([name, value]) => field(name, value)));
  }
}

function badge(status) {
  return element("strong", `badge s${status[0]}`, status);
}

function field(name, value) {
  return element("div", "field", element("span", "", `${name}: `), ...marked(value));
}

/** A text, with this deploy's token marked in it. */
function marked(text) {
  const token = document.querySelector("#token").textContent;
  return text.split(token).flatMap((part, index) => (index ? [element("b", "", token), part] : [part]));
}

function element(name, className, ...children) {
  const made = Object.assign(document.createElement(name), { className });
  made.append(...children);
  return made;
}
