//! What a returning visitor downloads after each deploy. `bench/deploys` calls it; it makes three histories of releases, builds
//! each release, and writes the tables into `RESULTS.md`.
//!
//! `prepare` is for this program itself, which runs once for each build, as a `build.rs` does.

mod application;
mod build;
mod commits;
mod fonts;
mod hashes;
mod history;
mod made;
mod map;
mod npm;
mod package;
mod program;
mod results;
mod table;
mod visitor;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["prepare", folder, ref options @ ..] => build::prepare(folder, options),
        [] => {
            results::write(&[application::report(None), fonts::report(), package::report(), commits::report()].concat())
        }
        ["application"] => print!("{}", application::report(None)),
        [name] if name.starts_with("application-") => print!("{}", application::report(Some(name))),
        ["fonts"] => print!("{}", fonts::report()),
        ["package"] => print!("{}", package::report()),
        ["commits"] => print!("{}", commits::report()),
        _ => panic!(
            "arguments: [application | application-each | application-few | application-vite8 | fonts | package | commits]"
        ),
    }
}
