//! How long `build.rs` takes to learn from git when each file last changed, in a repository of many commits.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::build::{Options, build};
use crate::history::History;
use crate::program::run;
use crate::table::thousands;

const FILES: usize = 1_000;
const COMMITS: usize = 50_000;
/// The best of so many builds counts.
const ROUNDS: usize = 5;

/// The table: one commit, and many commits of which the first is the last change of an asset, so that all of them are read.
pub(crate) fn report() -> String {
    let mut text = format!(
        "### A repository of many commits\n\n{} stylesheets; each tenth commit changes one of them, and the others change code. One stylesheet has \
         never changed, so git reads the whole history. Seconds that `build.rs` takes in a release build with nothing to compress, the \
         best of {ROUNDS}; they depend on the machine.\n\n| commits | seconds |\n| --- | --- |\n",
        thousands(FILES as u64)
    );
    for commits in [1, COMMITS] {
        let name = format!("commits-{commits}");
        let history = History::new(&name);
        import(&history, commits);
        let folder = history.folder.join("static");
        let once = || {
            let start = Instant::now();
            build(&folder, Options::default());
            start.elapsed()
        };
        once();
        let best = (0..ROUNDS).map(|_| once()).min().unwrap_or(Duration::MAX);
        let _ = writeln!(text, "| {} | {:.2} |", thousands(commits as u64), best.as_secs_f64());
    }
    eprintln!("{text}");
    text + "\n"
}

/// Makes the commits by one stream, and checks the last one out.
fn import(history: &History, commits: usize) {
    let mut stream = String::new();
    for commit in 0..commits {
        let time = 1_718_539_200 + commit;
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter bench <bench@example.com> {time} +0000\ndata 6\nDeploy\n"
        );
        match commit {
            0 => (0..FILES).for_each(|file| style(&mut stream, file, 0)),
            // Never the first file.
            _ if commit % 10 == 0 => style(&mut stream, 1 + commit / 10 % (FILES - 1), commit),
            _ => inline(&mut stream, "src/lib.rs", &format!("// {commit}\n")),
        }
    }
    let mut git = Command::new("git");
    git.args(["fast-import", "--quiet"]).current_dir(&history.folder).stdin(Stdio::piped());
    let mut git = git.spawn().expect("git");
    git.stdin.take().expect("a pipe").write_all(stream.as_bytes()).expect("git reads");
    assert!(git.wait().expect("git").success());
    run(Command::new("git").args(["checkout", "--quiet", "--force", "main"]).current_dir(&history.folder));
}

fn style(stream: &mut String, file: usize, version: usize) {
    inline(stream, &format!("static/{file}.css"), &format!("a {{ margin: {version}px }}\n"));
}

fn inline(stream: &mut String, path: &str, text: &str) {
    let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len());
}
