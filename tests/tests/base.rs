//! The variable of the build that says where assets stand.

use tests::App;

const BASE: &str = "CACHEBREAKER_BASE_URL";

#[test]
fn the_base_in_the_environment_wins_over_the_macro_in_development_too_and_is_noticed_when_it_changes() {
    let app = App::new("base-in-environment");
    app.write("static/style.css", "body {}");
    let main = "cachebreaker::assets!(\"static\", base = \"https://of-the-macro.example\", embed = true);\n\
                cachebreaker::assets!(mod disk = \"static\", base = \"https://of-the-macro.example\", embed = false);\n\
                fn main() { print!(\"{} {}\", assets::STYLE_CSS, disk::STYLE_CSS); }\n";
    app.write("src/main.rs", main);
    let run = |base: Option<&str>| {
        let run = app.run(app.cargo(["run"]).env("CACHEBREAKER", "v1").envs(base.map(|base| (BASE, base))));
        run.stdout().to_owned()
    };
    let of_macro = "https://of-the-macro.example/static/v1/style.css /static/v1/style.css";
    let cdn = "https://cdn.example.com/x/static/v1/style.css";
    assert_eq!(run(None), of_macro);
    assert_eq!(run(Some("https://cdn.example.com/x/")), format!("{cdn} {cdn}"));
    assert_eq!(run(Some("")), "/static/v1/style.css /static/v1/style.css", "none at all");
    assert_eq!(run(None), of_macro);

    let told = app.run(app.cargo(["check"]).env(BASE, "cdn.example.com")).told();
    assert_eq!(
        told,
        [
            "error: the environment variable `CACHEBREAKER_BASE_URL` is wrong: base `cdn.example.com` has no scheme: begin \
          with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a path on the same site, as in `/ui`"
        ]
    );
}
