//! What the guide "Moving here" promises about builds.

use tests::{App, Release};

const LICENSE: &str = "text/plain; charset=utf-8";

/// What is sent of a file to a client that takes every encoding: its encoding, its type and `Vary`.
fn sent(app: &App, release: &Release, path: &str) -> [Option<String>; 3] {
    let response = release.response(app, release.url(path), &[("accept-encoding", "br, gzip, zstd, deflate")]);
    assert_eq!(response.status, 200, "{path}");
    ["content-encoding", "content-type", "vary"].map(|name| response.headers.get(name).cloned())
}

/// The folder of a site whose files were compressed beforehand.
#[test]
fn what_was_compressed_beforehand_is_left_out_and_the_build_compresses_if_it_may() {
    let options = ".exclude(\"**/*.{br,gz,zst}\").content_type(\"LICENSE\", \"text/plain; charset=utf-8\")";
    let app = App::that_answers("moving", options);
    let script = "export const number = 1;\n".repeat(100);
    app.write("static/js/app.js", &script).write("static/LICENSE", script.replace("export", "import"));
    for sibling in ["js/app.js.br", "js/app.js.gz", "js/app.js.zst"] {
        app.write(format!("static/{sibling}"), "compressed by hand");
    }
    let release = Release::build(&app, "compressed");
    assert_eq!(release.urls.keys().collect::<Vec<_>>(), ["LICENSE", "js/app.js"]);
    let some = |text: &str| Some(text.to_owned());
    let [script_type, vary] = [some("text/javascript; charset=utf-8"), some("accept-encoding")];
    assert_eq!(sent(&app, &release, "js/app.js"), [some("br"), script_type.clone(), vary.clone()]);
    assert_eq!(sent(&app, &release, "LICENSE"), [some("br"), some(LICENSE), vary.clone()]);

    app.set_options(&format!("{options}.brotli(None)"));
    let release = Release::build(&app, "gzip");
    assert_eq!(sent(&app, &release, "js/app.js"), [some("gzip"), script_type.clone(), vary]);
    app.set_options(&format!("{options}.brotli(None).gzip(None)"));
    let release = Release::build(&app, "identity");
    assert_eq!(sent(&app, &release, "js/app.js"), [None, script_type, None]);
}
