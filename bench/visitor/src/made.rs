//! An application of some fifty modules with React: the same sources everywhere. A module has revisions, and each differs from the
//! one before by a line.

use std::fmt::Write as _;

const PAGES: [&str; 8] = ["home", "orders", "order", "customers", "reports", "search", "settings", "profile"];
const COMPONENTS: [&str; 22] = [
    "icon", "badge", "button", "link", "field", "label", "select", "checkbox", "avatar", "tooltip", "card", "tabs",
    "menu", "toast", "dialog", "table", "pager", "chart", "filter", "header", "sidebar", "footer",
];
const LIBRARIES: [&str; 17] = [
    "text",
    "numbers",
    "dates",
    "money",
    "lists",
    "storage",
    "request",
    "errors",
    "orders",
    "customers",
    "reports",
    "routes",
    "keys",
    "theme",
    "locale",
    "validate",
    "session",
];
const WORDS: [&str; 40] = [
    "order", "customer", "invoice", "total", "please", "choose", "another", "date", "before", "after", "this", "the",
    "new", "shows", "all", "open", "closed", "paid", "with", "without", "address", "name", "search", "report", "month",
    "week", "day", "send", "save", "delete", "again", "later", "now", "price", "tax", "country", "city", "delivery",
    "return", "status",
];

/// Numbers that look like chance, and are the same in each run (SplitMix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: &str) -> Self {
        Self(
            seed.bytes().fold(14_695_981_039_346_656_037, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211)
            }),
        )
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn words(&mut self, number: usize) -> String {
        (0..number).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }

    /// Some of the names, each once.
    fn some<'n>(&mut self, number: usize, names: &[&'n str]) -> Vec<&'n str> {
        let mut some = Vec::new();
        while some.len() < number.min(names.len()) {
            let name = names[self.below(names.len())];
            if !some.contains(&name) {
                some.push(name);
            }
        }
        some
    }
}

/// The application, with the revision of each module.
pub(crate) struct Application {
    modules: Vec<(String, usize)>,
    style: usize,
}

impl Application {
    pub(crate) fn new() -> Self {
        let modules = PAGES.iter().map(|name| format!("pages/{name}.jsx"));
        let modules = modules.chain(COMPONENTS.iter().map(|name| format!("components/{name}.jsx")));
        let modules = modules.chain(LIBRARIES.iter().map(|name| format!("library/{name}.js")));
        Self { modules: modules.map(|path| (path, 0)).collect(), style: 0 }
    }

    /// Changes one module, two, or the stylesheet: three deploys of five, one of five and one of five.
    pub(crate) fn change(&mut self, deploy: usize) {
        let mut chance = Chance::new(&format!("deploy {deploy}"));
        let modules = match deploy % 5 {
            3 => 0,
            1 => 2,
            _ => 1,
        };
        for _ in 0..modules {
            let number = chance.below(self.modules.len());
            self.modules[number].1 += 1;
        }
        self.style += usize::from(modules == 0);
    }

    /// The sources: path and text.
    pub(crate) fn sources(&self) -> Vec<(String, String)> {
        let mut sources: Vec<_> =
            self.modules.iter().map(|(path, revision)| (path.clone(), module(path, *revision))).collect();
        sources.extend([
            ("main.jsx".to_owned(), MAIN.to_owned()),
            ("frame.jsx".to_owned(), FRAME.to_owned()),
            ("routes.jsx".to_owned(), routes()),
            ("style.css".to_owned(), style("style", 120, self.style)),
        ]);
        sources.extend(PAGES.iter().map(|name| (format!("pages/{name}.css"), style(name, 12, 0))));
        sources
    }
}

const MAIN: &str = r#"import { createRoot } from "react-dom/client";
import { Frame } from "./frame.jsx";
import "./style.css";

createRoot(document.getElementById("application")).render(<Frame />);
"#;

const FRAME: &str = r#"import { Suspense, useState } from "react";
import { Header } from "./components/header.jsx";
import { Sidebar } from "./components/sidebar.jsx";
import { Footer } from "./components/footer.jsx";
import { pages } from "./routes.jsx";

export function Frame() {
  const [name, go] = useState("home");
  const Page = pages[name];
  return <><Header go={go} /><Sidebar go={go} /><Suspense><Page /></Suspense><Footer go={go} /></>;
}
"#;

fn routes() -> String {
    let lines: String =
        PAGES.iter().map(|name| format!("  {name}: lazy(() => import(\"./pages/{name}.jsx\")),\n")).collect();
    format!("import {{ lazy }} from \"react\";\n\nexport const pages = {{\n{lines}}};\n")
}

/// A name with a capital, as components have.
fn capital(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

fn module(path: &str, revision: usize) -> String {
    let (folder, file) = path.split_once('/').expect("a folder");
    let name = file.split('.').next().unwrap_or_default();
    let mut chance = Chance::new(path);
    let place = |names: &[&str]| names.iter().position(|it| *it == name).unwrap_or(names.len());
    // Each refers to those that come before it only.
    let libraries = if folder == "library" { &LIBRARIES[..place(&LIBRARIES)] } else { &LIBRARIES[..] };
    let components = match folder {
        "library" => &[][..],
        "components" => &COMPONENTS[..place(&COMPONENTS)],
        _ => &COMPONENTS[..],
    };
    let mut used_libraries = chance.some(if folder == "library" { 1 } else { 2 }, libraries);
    if folder == "components" {
        // So that each library is used.
        let own = LIBRARIES[place(&COMPONENTS) % LIBRARIES.len()];
        used_libraries.retain(|used| *used != own);
        used_libraries.push(own);
    }
    let used_components = chance.some(if folder == "pages" { 5 } else { 2 }, components);
    let mut text = String::new();
    let up = if folder == "pages" || folder == "components" { ".." } else { "." };
    let library = |name: &str| if up == ".." { format!("../library/{name}.js") } else { format!("./{name}.js") };
    for used in &used_libraries {
        let _ = writeln!(text, "import {{ {used}Of, {used}Texts }} from \"{}\";", library(used));
    }
    for used in &used_components {
        let _ = writeln!(text, "import {{ {} }} from \"../components/{used}.jsx\";", capital(used));
    }
    let mut lines: Vec<_> = (0..24).map(|_| chance.words(7)).collect();
    for revision in 1..=revision {
        let mut chance = Chance::new(&format!("{path} {revision}"));
        let line = chance.below(lines.len());
        lines[line] = chance.words(8);
    }
    if folder == "library" {
        let _ = writeln!(text, "export const {name}Texts = [");
        lines.iter().for_each(|line| {
            let _ = writeln!(text, "  \"{line}\",");
        });
        let inner =
            used_libraries.iter().map(|used| format!(" + {used}Of(value) + {used}Texts.length")).collect::<String>();
        let _ = writeln!(text, "];\nexport const {name}Of = value => {name}Texts[value % {name}Texts.length]{inner};");
        return text;
    }
    if folder == "pages" {
        let _ = writeln!(text, "import \"./{name}.css\";");
    }
    let _ = writeln!(text, "import {{ useState }} from \"react\";\n");
    let export = if folder == "pages" { "export default function" } else { "export function" };
    let _ = writeln!(
        text,
        "{export} {}({{ go = () => {{}} }}) {{\n  const [count, setCount] = useState(0);",
        capital(name)
    );
    let _ = writeln!(
        text,
        "  return <section className=\"{name}\" onClick={{() => {{ setCount(count + 1); go(\"home\"); }}}}>"
    );
    for (number, line) in lines.iter().enumerate() {
        let used = used_libraries[number / 6 % used_libraries.len()];
        let _ = match number % 6 {
            0 => writeln!(text, "    <h2>{line}</h2>"),
            3 => writeln!(text, "    <p title={{{used}Texts[{number}]}}>{line} {{{used}Of(count)}}</p>"),
            _ => writeln!(text, "    <p className=\"{name}-{number}\">{line}</p>"),
        };
    }
    for used in &used_components {
        let _ = writeln!(text, "    <{} go={{go}} />", capital(used));
    }
    text + "  </section>;\n}\n"
}

fn style(name: &str, rules: usize, revision: usize) -> String {
    let mut chance = Chance::new(name);
    let mut lengths: Vec<_> = (0..rules).map(|_| [chance.below(40), chance.below(40), chance.below(360)]).collect();
    for revision in 1..=revision {
        let mut chance = Chance::new(&format!("{name} {revision}"));
        let rule = chance.below(rules);
        lengths[rule][0] = 40 + chance.below(40);
    }
    let rule = |(number, [margin, padding, hue]): (usize, [usize; 3])| {
        let of = COMPONENTS[number % COMPONENTS.len()];
        format!(
            ".{of}-{number} {{ margin: {margin}px; padding: {padding}px; color: hsl({hue} 40% 40%); border-radius: 4px }}\n"
        )
    };
    lengths.into_iter().enumerate().map(rule).collect()
}
