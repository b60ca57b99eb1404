//! What a module imports: found by the build, and named to the browser.

use tests::App;

#[test]
fn a_module_is_preloaded_with_everything_that_it_imports_statically_each_once() {
    let app = App::new("module-preloads");
    app.write(
        "static/app.js",
        "import './lib/a.js';\nexport { b } from './lib/b.js';\nimport('./lazy.js');\nimport 'lit';\n",
    )
    .write("static/lib/a.js", "import { c } from './c.mjs';\nimport './c.mjs';\n")
    .write("static/lib/b.js", "import data from '../data.json' with { type: 'json' };\nexport const b = data;\n")
    .write("static/lib/c.mjs", "import '../app.js';\nexport const c = 7;\n")
    .write("static/data.json", "{}")
    .write("static/lazy.js", "import './only-lazy.js';\n")
    .write("static/only-lazy.js", "")
    .write("static/style.css", "");
    // The feature `references` takes long to compile, so what it does is done by a program that is there already.
    let build = "fn main() {\n    \
                 let output = std::process::Command::new(env!(\"PREPARE\")).arg(\"static\").output().unwrap();\n    \
                 print!(\"{}\", String::from_utf8(output.stdout).unwrap());\n}\n";
    let main = "cachebreaker::assets!(\"static\");\n\
                fn main() {\n    \
                println!(\"{}\", assets::APP_JS.modulepreload());\n    \
                println!(\"{}\", assets::LAZY_JS.modulepreload());\n    \
                println!(\"{}\", assets::STYLE_CSS.modulepreload());\n}\n";
    app.write("build.rs", build).write("src/main.rs", main);
    let mut cargo = app.cargo(["run"]);
    let run = app.run(cargo.env("PREPARE", env!("CARGO_BIN_EXE_prepare")).env("CACHEBREAKER", "v1"));
    let links = |paths: &[&str]| {
        let links: Vec<_> = paths.iter().map(|path| format!("</static/v1/{path}>; rel=modulepreload")).collect();
        links.join(", ") + "\n"
    };
    let expected = [&["app.js", "lib/a.js", "lib/b.js", "lib/c.mjs"][..], &["lazy.js", "only-lazy.js"], &["style.css"]];
    assert_eq!(run.stdout(), expected.map(links).concat());
}
