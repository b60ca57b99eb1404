//! What a build depends on is known to the compiler, and so to tools that keep its output, such as sccache.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tests::App;

/// A compiler that keeps its output as sccache does: under its arguments, the contents of all files that the dep-info of the
/// crate names, and the environment variables that stand in it. Only the app's own library is kept.
const CACHING_COMPILER: &str = r#"#!/usr/bin/env bash
set -euo pipefail
rustc=$1
shift
out_dir= name= kind= only_dep_info=()
for ((i = 1; i <= $#; i++)); do
    j=$((i + 1))
    case ${!i} in
        --out-dir) out_dir=${!j} i=$j; continue ;;
        --emit=*) continue ;;
        --crate-name) name=${!j} ;;
        --crate-type) kind=${!j} ;;
    esac
    only_dep_info+=("${!i}")
done
if [ "$name" != cached_lib ] || [ "$kind" != lib ]; then exec "$rustc" "$@"; fi
dep_info=$(mktemp)
# A build of nothing but the dep-info tells what the crate depends on.
"$rustc" "${only_dep_info[@]}" --emit=dep-info="$dep_info" 2>/dev/null || exec "$rustc" "$@"
key=$(
    {
        printf '%s\n' "$@"
        sed -n 's/^\(\/[^ ]*\|[^ #][^ ]*\):$/\1/p' "$dep_info" | sort -u | while read -r file; do sha256sum <"$file"; done
        grep '^# env-dep:' "$dep_info" || true
    } | sha256sum | cut -d' ' -f1
)
kept=$KEPT/$key
if [ -d "$kept" ]; then
    echo hit >>"$KEPT/log"
else
    echo miss >>"$KEPT/log"
    "$rustc" "$@"
    mkdir -p "$kept"
    cp "$out_dir"/lib*"$name"* "$out_dir/$name"*.d "$kept/"
fi
cp "$kept"/* "$out_dir/"
touch "$out_dir"/lib*"$name"* "$out_dir/$name"*.d
"#;

#[test]
fn a_compiler_that_keeps_its_output_has_the_token_and_the_names_of_the_build() {
    let app = App::new("cached-lib");
    app.write("src/lib.rs", "cachebreaker::assets!(\"static\");\n");
    app.write("src/main.rs", "fn main() { cached_lib::assets::iter().for_each(|asset| println!(\"{asset}\")); }\n");
    app.write("static/style.css", "body {}").write("kept/log", "").write("rustc.sh", CACHING_COMPILER);
    fs::set_permissions(app.path("rustc.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let run = |profile: &[&str], token: &str| {
        let mut command = app.cargo([&["run"], profile].concat());
        command.env("RUSTC_WRAPPER", app.path("rustc.sh")).env("KEPT", app.path("kept")).env("CACHEBREAKER", token);
        // Of the same sources comes the same manifest.
        command.env("SOURCE_DATE_EPOCH", "1718539201");
        app.run(&mut command).stdout().to_owned()
    };
    for profile in [&[][..], &["--release"]] {
        app.write("static/style.css", "body {}");
        assert_eq!(run(profile, "v1.0.0"), "/static/v1.0.0/style.css\n");
        fs::rename(app.path("static/style.css"), app.path("static/s2.css")).unwrap();
        assert_eq!(run(profile, "v2.0.0"), "/static/v2.0.0/s2.css\n");
        fs::rename(app.path("static/s2.css"), app.path("static/style.css")).unwrap();
        assert_eq!(run(profile, "v1.0.0"), "/static/v1.0.0/style.css\n");
    }
    let log = fs::read_to_string(app.path("kept/log")).unwrap();
    assert!(log.lines().filter(|line| *line == "miss").count() >= 4, "{log}");
    assert!(log.contains("hit"), "what was built before is there: {log}");
}

#[test]
fn the_compiler_knows_the_manifest_in_development_and_in_a_release() {
    let app = App::new("dep-info");
    app.write("static/style.css", "body {}");
    for (arguments, profile) in [(&["build"][..], "debug"), (&["build", "--release"], "release")] {
        let run = app.run(&mut app.cargo(arguments));
        assert!(run.succeeded(), "{}", run.stderr());
        let program = app.program(profile).get_program().to_owned();
        let dep_info = fs::read_to_string(std::path::Path::new(&program).with_extension("d")).unwrap();
        let manifest = app.output(profile, "static").join("manifest");
        assert!(dep_info.contains(manifest.to_str().unwrap()), "{dep_info}");
    }
}
