//! What it takes to build the user's crate, everything that it depends on being built.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use bench_tree::{Tree, path};

use crate::crates::{Crate, Way, workspace};
use crate::program::{build, run, target};
use crate::table::{Table, median, ratio};

/// What is built again, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Everything,
    File,
    Added,
    Removed,
    Code,
}

impl Change {
    const ALL: [(Self, &str); 5] = [
        (Self::Everything, "clean"),
        (Self::File, "a file changed"),
        (Self::Added, "one added"),
        (Self::Removed, "one removed"),
        (Self::Code, "code changed"),
    ];

    fn make(self, of: &Crate, round: usize) {
        let assets = of.folder.join("static");
        let added = assets.join(format!("added{round}.css"));
        match self {
            Self::Everything => {
                run(cargo(&of.folder).args(["clean", "--release", "--package", &of.name]));
            }
            Self::File => {
                // Of the same length, and not one of those that are compressed: it is the build that is measured.
                let file = assets.join(path(1));
                let mut bytes = fs::read(&file).expect("a file");
                bytes[round] = bytes[round].wrapping_add(1);
                fs::write(file, bytes).expect("a file");
            }
            Self::Added => fs::write(added, "a { margin: 0 }").expect("a file"),
            Self::Removed => fs::remove_file(added).expect("the file that was added before"),
            Self::Code => {}
        }
        if matches!(self, Self::File | Self::Added | Self::Removed) && of.way.needs_following() {
            of.follow();
        }
        if self == Self::Code {
            let main = of.folder.join("src/main.rs");
            let source = fs::read_to_string(&main).expect("main.rs");
            fs::write(main, format!("{source}// {round}\n")).expect("main.rs");
        }
    }
}

/// What one build took.
#[derive(Clone, Copy, Debug)]
struct Taken {
    seconds: f64,
    processor_seconds: f64,
    megabytes: f64,
    compiled: bool,
}

/// Medians of what several builds took.
#[derive(Clone, Copy, Debug)]
struct Middle {
    seconds: f64,
    processor_seconds: f64,
    megabytes: f64,
}

impl Middle {
    fn of(taken: &[Taken]) -> Self {
        let middle = |value: fn(&Taken) -> f64| median(taken.iter().map(value).collect());
        Self {
            seconds: middle(|it| it.seconds),
            processor_seconds: middle(|it| it.processor_seconds),
            megabytes: middle(|it| it.megabytes),
        }
    }

    /// The better of two, in each respect.
    fn better(self, other: Self) -> Self {
        Self {
            seconds: self.seconds.min(other.seconds),
            processor_seconds: self.processor_seconds.min(other.processor_seconds),
            megabytes: self.megabytes.min(other.megabytes),
        }
    }
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", target()).env("MEMORY_SERVE_QUIET", "1");
    cargo
}

/// Runs cargo, and tells how long, and how much memory the largest of its processes had.
fn timed(of: &Crate, arguments: &[&str]) -> Taken {
    let mut time = Command::new("/usr/bin/time");
    time.args(["-f", "taken %e %U %S %M", "cargo"]).args(arguments).args(["--package", &of.name]);
    time.current_dir(&of.folder).env("CARGO_TARGET_DIR", target()).env("MEMORY_SERVE_QUIET", "1");
    let text = run(&mut time);
    let (_, rest) = text.rsplit_once("taken ").expect("`time` says what was taken");
    let numbers: Vec<f64> = rest.split_whitespace().map(|it| it.parse().expect("a number")).collect();
    let [seconds, user, system, kilobytes] = numbers[..] else { panic!("four numbers: {rest}") };
    let compiled = ["Compiling ", "Checking "].iter().any(|it| text.contains(&format!("{it}{}", of.name)));
    Taken { seconds, processor_seconds: user + system, megabytes: kilobytes / 1024.0, compiled }
}

const BUILD: [&str; 2] = ["build", "--release"];
/// With a build script that is optimised, as the guide recommends, so that compressing does not take minutes.
const FIRST_BUILD: [&str; 4] = ["build", "--release", "--config", "profile.release.build-override.opt-level=3"];

const MANY: Tree = Tree { files: 10_000, mean: 5_000 };
const LARGE: Tree = Tree { files: 20, mean: 10_000_000 };

/// A section of the report: ways beside each other on one folder.
fn beside(title: &str, tree: Tree, ways: &[Way], rounds: usize) -> String {
    eprintln!("{title}");
    let crates = workspace(&ways.iter().map(|way| (*way, tree)).collect::<Vec<_>>());
    // The compressors' results are kept after this.
    for of in &crates {
        of.follow();
        let first = timed(of, &FIRST_BUILD);
        eprintln!("{}: first build {first:?}", of.name);
        timed(of, &BUILD);
    }
    let mut taken = vec![vec![Vec::new(); Change::ALL.len()]; crates.len()];
    for round in 0..rounds {
        for (number, (change, _)) in Change::ALL.into_iter().enumerate() {
            for (of, taken) in crates.iter().zip(&mut taken) {
                change.make(of, round);
                let it = timed(of, &BUILD);
                eprintln!("{} {change:?} {it:?}", of.name);
                taken[number].push(it);
            }
        }
    }
    let all: Vec<Vec<_>> = taken.iter().map(|taken| taken.iter().map(|it| Middle::of(it)).collect()).collect();
    let mut table =
        Table::new(&[&["s, MB (beside `include_bytes!`)"], &Change::ALL.map(|(_, title)| title)[..]].concat());
    for ((of, taken), middles) in crates.iter().zip(&taken).zip(&all) {
        let cells = (0..Change::ALL.len()).map(|change| {
            if !taken[change].iter().all(|it| it.compiled) {
                return "not noticed".to_owned();
            }
            let middle = middles[change];
            let peers = crates.iter().zip(&all).filter(|(peer, _)| of.way.is_held_to(peer.way));
            let better = peers.map(|(_, peer)| peer[change]).reduce(Middle::better).unwrap_or(middle);
            format!(
                "{:.2}, {:.0} ({}, {})",
                middle.seconds,
                middle.megabytes,
                ratio(middle.seconds, better.seconds),
                ratio(middle.megabytes, better.megabytes)
            )
        });
        table.row([of.way.title().to_owned()].into_iter().chain(cells).collect());
    }
    format!("{title}\n\n{}\n", table.markdown())
}

/// The first build of all: what it takes more than one that finds all contents compressed, beside what the compressors take
/// alone.
pub(crate) fn first() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from) as f64;
    let compressors = build("bench-compressors").join("bench-compressors");
    let mut table = Table::new(&[
        "first build",
        "s",
        "of all cores busy",
        "the same with kept contents, s",
        "brotli and gzip alone, on all cores, s",
        "the difference beside them",
    ]);
    for (title, tree) in [("10,000 files, 50 MB", MANY), ("20 files, 200 MB", LARGE)] {
        let arguments = [tree.files, tree.mean].map(|it| it.to_string());
        let alone: f64 = run(Command::new(&compressors).args(arguments)).trim().parse().expect("seconds");
        let of = &workspace(&[(Way::Ours, tree)])[0];
        timed(of, &FIRST_BUILD);
        Change::Everything.make(of, 0);
        // Not removed before the build: some file systems are slow to make files where many have just been removed.
        let [kept, aside] = ["cachebreaker", "cachebreaker-aside"].map(|name| target().join(name));
        let _ = fs::remove_dir_all(&aside);
        fs::rename(kept, &aside).expect("a folder of compressed contents");
        let taken = timed(of, &FIRST_BUILD);
        Change::Everything.make(of, 0);
        let kept = timed(of, &FIRST_BUILD);
        table.row(vec![
            title.to_owned(),
            format!("{:.1}", taken.seconds),
            ratio(taken.processor_seconds, taken.seconds * cores),
            format!("{:.1}", kept.seconds),
            format!("{:.1}", alone / cores),
            ratio(taken.seconds - kept.seconds, alone / cores),
        ]);
    }
    format!(
        "### The first build of all\n\nWith a build script that is optimised, as the guide recommends. What it takes more than a \
         build that finds all contents compressed is what compressing takes.\n\n{}\n",
        table.markdown()
    )
}

/// `cargo check` after a change of code, in development.
pub(crate) fn checked() -> String {
    let crates = workspace(&[Way::Nothing, Way::Ours, Way::IncludeDir].map(|way| (way, MANY)));
    crates.iter().for_each(|of| {
        timed(of, &["check"]);
    });
    let mut taken = crates.iter().map(|_| Vec::new()).collect::<Vec<_>>();
    for round in 0..7 {
        for (of, taken) in crates.iter().zip(&mut taken) {
            Change::Code.make(of, round);
            let it = timed(of, &["check"]);
            assert!(it.compiled, "{} was not checked again", of.name);
            taken.push(it);
        }
    }
    let mut table = Table::new(&["`cargo check` in development, code changed", "s (processor s)"]);
    for (of, taken) in crates.iter().zip(&taken) {
        let Middle { seconds, processor_seconds, .. } = Middle::of(taken);
        let cell = format!("{seconds:.2} ({processor_seconds:.2})");
        table.row(vec![of.way.title().to_owned(), cell]);
    }
    format!("{}\n", table.markdown())
}

/// Whether peers are built with folders that they take minutes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    Little,
    Much,
}

/// Every way.
const ALL: [Way; 10] = [
    Way::Packed,
    Way::Each,
    Way::Plain,
    Way::Ours,
    Way::PackedEncodings,
    Way::EachEncodings,
    Way::IncludeDir,
    Way::RustEmbed,
    Way::MemoryServe,
    Way::StaticServe,
];
/// Ways that take seconds for many files, and those that take minutes.
const QUICK_AND_SLOW: (&[Way], &[Way]) = ALL.split_at(8);

/// The section of the report.
pub(crate) fn report(patience: Patience) -> String {
    let many = if patience == Patience::Much { &ALL } else { QUICK_AND_SLOW.0 };
    let mut text = String::from(
        "## Building\n\nThe user's crate alone, in release: everything that it depends on is built, compressed contents are \
         kept. Half of the files are text, half do not compress. Medians of rounds in turn; the memory is that of the largest \
         process, which is rustc. In brackets: time and memory beside the better of the two `include_bytes!` with the same bytes. \
         cachebreaker embeds the encodings of files too, unless told otherwise: its row is held to those with as many bytes, the \
         row without encodings to those of the files alone. What must be done by hand beside `include_bytes!` (packing, or \
         naming the files) is not in its time. \"Not noticed\": cargo did not build, so the program has the old files.\n\n",
    );
    let _ = write!(text, "{}", small());
    let _ = write!(text, "{}", beside("### 10,000 files, 50 MB", MANY, many, 3));
    if patience == Patience::Little {
        text.push_str(&slow());
    }
    let _ = write!(text, "{}", checked());
    let _ = write!(text, "{}", large());
    let _ = write!(text, "{}", first());
    text
}

/// The peers that take minutes for many files: their first builds, and no others.
pub(crate) fn slow() -> String {
    let mut table = Table::new(&["10,000 files, 50 MB, first build, optimised build script", "s, MB"]);
    let slow: Vec<_> = QUICK_AND_SLOW.1.iter().map(|way| (*way, MANY)).collect();
    for of in workspace(&slow) {
        let taken = timed(&of, &FIRST_BUILD);
        table.row(vec![of.way.title().to_owned(), format!("{:.0}, {:.0}", taken.seconds, taken.megabytes)]);
    }
    format!("{}\n", table.markdown())
}

/// Few files, and as many as most sites have.
pub(crate) fn small() -> String {
    let [few, some] = [10, 1_000].map(|files| Tree { files, mean: 5_000 });
    beside("### 10 files, 50 KB", few, &ALL, 3) + &beside("### 1,000 files, 5 MB", some, &ALL, 3)
}

/// A few large files.
pub(crate) fn large() -> String {
    const WAYS: [Way; 7] =
        [Way::Packed, Way::Each, Way::Plain, Way::Ours, Way::PackedEncodings, Way::EachEncodings, Way::IncludeDir];
    beside("### 20 files, 200 MB", LARGE, &WAYS, 3)
}

/// Ours beside what it is held to, on the folder that it is held to it on.
pub(crate) fn short() -> String {
    const WAYS: [Way; 6] = [Way::Packed, Way::Each, Way::Plain, Way::Ours, Way::PackedEncodings, Way::EachEncodings];
    beside("### 10,000 files, 50 MB", MANY, &WAYS, 3)
}
