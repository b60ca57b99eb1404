//! What can be wrong with a history, and what is said about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use cachebreaker_history::{Content, Fault, History, Problem};
use proptest::prelude::*;

use crate::made::{Made, bytes, history, path_of, releases, tree};
use crate::process::command;

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    CutOff,
    Changed,
    Appended,
    Missing,
    Folder,
    LaterFormat,
    Renamed,
}

const ALL: [Damage; 7] = [
    Damage::CutOff,
    Damage::Changed,
    Damage::Appended,
    Damage::Missing,
    Damage::Folder,
    Damage::LaterFormat,
    Damage::Renamed,
];

/// Damages a file; returns its path now, and what is wrong with it, if anything is.
fn inflict(damage: Damage, file: &Path, is_release: bool) -> (PathBuf, Option<&'static str>) {
    let bytes = fs::read(file).unwrap();
    let write = |bytes: &[u8]| fs::write(file, bytes).unwrap();
    let problem = match (damage, is_release) {
        (Damage::CutOff, _) => {
            write(&bytes[..bytes.len() - 1]);
            Some(if is_release { "CutOff" } else { "Damaged" })
        }
        (Damage::Appended, _) => {
            write(&[&bytes[..], b"\n"].concat());
            Some(if is_release { "CutOff" } else { "Damaged" })
        }
        (Damage::Changed, false) => {
            write(&[b"x", &bytes[1..]].concat());
            Some("Damaged")
        }
        (Damage::Changed, true) => {
            write(String::from_utf8(bytes).unwrap().replace("\ntime ", "\ntime 1").as_bytes());
            Some("Changed")
        }
        (Damage::LaterFormat, true) => {
            write(String::from_utf8(bytes).unwrap().replace("release 1\n", "release 2\n").as_bytes());
            Some("Format")
        }
        (Damage::Renamed, true) => {
            let renamed = PathBuf::from(format!("{}-renamed", file.display()));
            fs::rename(file, &renamed).unwrap();
            return (renamed, Some("Renamed"));
        }
        (Damage::Missing, true) => {
            // It was withdrawn.
            fs::remove_file(file).unwrap();
            None
        }
        (Damage::Missing | Damage::LaterFormat | Damage::Renamed, false) => {
            fs::remove_file(file).unwrap();
            Some("Missing")
        }
        (Damage::Folder, _) => {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
            Some("Read")
        }
    };
    (file.to_owned(), problem)
}

/// Which files have what.
fn kinds(faults: &[Fault]) -> BTreeSet<(PathBuf, String)> {
    let kind = |fault: &Fault| format!("{:?}", fault.problem).split(['(', ' ']).next().unwrap().to_owned();
    let kinds: BTreeSet<_> = faults.iter().map(|fault| (fault.path.clone(), kind(fault))).collect();
    assert_eq!(kinds.len(), faults.len(), "each once");
    kinds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn verifying_finds_what_was_damaged_and_nothing_else(
        made in releases("v1", 1, 0..6),
        damages in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&ALL[..])), 0..5),
    ) {
        let folder = tempfile::tempdir().unwrap();
        prop_assert!(history(folder.path(), &made).verify().is_empty());
        let files: Vec<_> = tree(folder.path()).into_keys().collect();
        let mut wrong = BTreeMap::new();
        for (at, damage) in damages.iter().filter(|_| !files.is_empty()) {
            let file = &files[at.index(files.len())];
            if !wrong.contains_key(file) {
                wrong.insert(file.clone(), inflict(*damage, &folder.path().join(file), file.starts_with("releases")));
            }
        }
        // Contents are looked for by the releases that can be read.
        let named: BTreeSet<_> = made.iter().filter(|it| !wrong.contains_key(&it.path()))
            .flat_map(|it| it.numbers().into_iter().map(path_of)).collect();
        let expected: BTreeSet<_> = wrong.iter()
            .filter(|(file, _)| file.starts_with("releases") || named.contains(*file))
            .filter_map(|(_, (path, problem))| Some((path.clone(), (*problem)?.to_owned())))
            .collect();
        let opened = History::open(folder.path()).unwrap();
        prop_assert_eq!(kinds(&opened.verify()), expected);
        // What is said about a release is said wherever it is read, and nothing else is read as if it were right.
        for made in made.iter().filter(|it| !wrong.contains_key(&it.path())) {
            let name = opened.releases().iter().find(|name| name.token == made.token).unwrap();
            prop_assert_eq!(opened.read(name).unwrap(), made.release());
        }
        for number in 0..12 {
            let content = opened.content(&Content::of(&bytes(number)));
            prop_assert!(content.is_err() || content.unwrap() == bytes(number));
        }
    }
}

/// One release with one content, and the paths of both.
fn one() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::new(1, "v1.9.0", [("app.js", 1)]);
    history(folder.path(), std::slice::from_ref(&made));
    let (release, content) = (folder.path().join(made.path()), folder.path().join(path_of(1)));
    (folder, release, content)
}

/// All that is said about a history, with its files as names in angle brackets.
fn said(folder: &Path, (release, content): (&Path, &Path)) -> String {
    let faults = match History::open(folder) {
        Ok(history) => history.verify(),
        Err(fault) => vec![fault],
    };
    let said: Vec<_> = faults.iter().map(Fault::to_string).collect();
    let said = said.join("\n").replace(&*release.to_string_lossy(), "<release>");
    said.replace(&*content.to_string_lossy(), "<content>").replace(&*folder.to_string_lossy(), "<folder>")
}

const AGAIN: &str = "restore it from another copy of the history, or remove the release";

#[test]
fn a_message_names_the_file_and_says_what_to_do() {
    let rewrite = |file: &Path, from: &str, to: &str| {
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains(from));
        fs::write(file, text.replacen(from, to, 1)).unwrap();
    };
    let with_digest = |file: &Path, from: &str, to: &str| {
        rewrite(file, from, to);
        let text = fs::read_to_string(file).unwrap();
        let lines = &text[..text.rfind("end ").unwrap()];
        fs::write(file, format!("{lines}end {}\n", &blake3::hash(lines.as_bytes()).to_hex()[..32])).unwrap();
    };
    type Inflict<'a> = &'a dyn Fn(&Path, &Path);
    let cases: [(Inflict<'_>, String); 15] = [
        (&|_, _| {}, String::new()),
        (&|_, it| fs::remove_file(it).unwrap(), format!("`<content>` is missing; {AGAIN}")),
        (&|_, it| fs::write(it, "<").unwrap(), format!("`<content>` is damaged; {AGAIN}")),
        (
            &|_, it| (fs::remove_file(it).unwrap(), fs::create_dir(it).unwrap()).0,
            format!("cannot read `<content>`: it is not a file; make it readable, {AGAIN}"),
        ),
        (&|it, _| fs::write(it, "cachebreaker-rel").unwrap(), format!("`<release>` is cut off; {AGAIN}")),
        (&|it, _| fs::write(it, "").unwrap(), format!("`<release>` is cut off; {AGAIN}")),
        (&|it, _| fs::write(it, "# notes\n").unwrap(), "`<release>` is not a release; remove it from the history".to_owned()),
        (&|it, _| fs::write(it, b"\xff\n").unwrap(), format!("`<release>` has been changed; {AGAIN}")),
        (&|it, _| rewrite(it, "app.js", "api.js"), format!("`<release>` has been changed; {AGAIN}")),
        (&|it, _| with_digest(it, "app.js", "app%2Ejs"), format!("line 5 of `<release>` cannot be read; {AGAIN}")),
        (
            &|it, _| with_digest(it, "time 1000", "time 253402300800000"),
            format!("line 3 of `<release>` cannot be read; {AGAIN}"),
        ),
        (
            &|it, _| with_digest(it, "v1.9.0", "v1.9.1"),
            "`<release>` has the release with the token `v1.9.1`; rename the file back".to_owned(),
        ),
        (
            &|it, _| rewrite(it, "release 1\n", "release 2\n"),
            "`<release>` has format 2, but this version of cachebreaker reads formats up to 1; update cachebreaker, or remove the \
             file"
                .to_owned(),
        ),
        (
            &|it, _| fs::write(it.with_file_name("no\nte"), "").unwrap(),
            "`<folder>/releases/no\\nte` is not a release; remove it from the history".to_owned(),
        ),
        (
            &|it, _| {
                fs::remove_dir_all(it.parent().unwrap()).unwrap();
                fs::write(it.parent().unwrap(), "").unwrap();
            },
            format!("cannot read `<folder>/releases`: Not a directory (os error 20); make it readable, {AGAIN}"),
        ),
    ];
    for (damage, expected) in cases {
        let (folder, release, content) = one();
        damage(&release, &content);
        assert_eq!(said(folder.path(), (&release, &content)), expected);
    }
}

#[test]
fn what_is_not_a_file_is_not_waited_for() {
    for at_release in [true, false] {
        let (folder, release, content) = one();
        let file = if at_release { &release } else { &content };
        let shown = if at_release { "<release>" } else { "<content>" };
        fs::remove_file(file).unwrap();
        assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
        let expected = format!("cannot read `{shown}`: it is not a file; make it readable, {AGAIN}");
        assert_eq!(said(folder.path(), (&release, &content)), expected);
        fs::remove_file(file).unwrap();
        symlink("/dev/zero", file).unwrap();
        assert_eq!(said(folder.path(), (&release, &content)), expected);
        fs::remove_file(file).unwrap();
        symlink(file, file).unwrap();
        let expected = "Too many levels of symbolic links (os error 40); make it readable";
        assert_eq!(said(folder.path(), (&release, &content)), format!("cannot read `{shown}`: {expected}, {AGAIN}"));
    }
    // A link to a content is as good.
    let (folder, release, content) = one();
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(&content, &elsewhere).unwrap();
    symlink(&elsewhere, &content).unwrap();
    assert_eq!(said(folder.path(), (&release, &content)), "");
    fs::write(&elsewhere, bytes(2)).unwrap();
    assert_eq!(said(folder.path(), (&release, &content)), format!("`<content>` is damaged; {AGAIN}"));
}

#[test]
fn what_may_not_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // Root may read everything, unless that right is taken away.
    let restricted = (fs::metadata("/proc/self").unwrap().uid() == 0).then(|| {
        let mut restricted = Command::new("setpriv");
        restricted.arg("--bounding-set=-dac_override,-dac_read_search");
        restricted
    });
    assert!(command(restricted, "unreadable", folder.path()).status().unwrap().success());
    assert!(folder.path().join("began unreadable").exists());
}

/// In a process that permissions apply to.
pub(crate) fn name_what_may_not_be_read() {
    let (folder, release, content) = one();
    for (file, shown) in [(&release, "<release>"), (&content, "<content>")] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o0)).unwrap();
        let cause = "Permission denied (os error 13)";
        let expected = format!("cannot read `{shown}`: {cause}; make it readable, {AGAIN}");
        assert_eq!(said(folder.path(), (&release, &content)), expected);
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
    }
    assert_eq!(said(folder.path(), (&release, &content)), "");
}

#[test]
fn a_length_that_is_wrong_is_damage_however_large() {
    let (folder, release, content) = one();
    let history = History::open(folder.path()).unwrap();
    let right = history.read(&history.releases()[0]).unwrap().assets[0].identity;
    for len in [0, right.len - 1, right.len + 1, u64::MAX - 1, u64::MAX] {
        let fault = history.content(&Content { len, ..right }).unwrap_err();
        assert_eq!(
            (fault.to_string(), &fault.path),
            (format!("`{}` is damaged; {AGAIN}", content.display()), &content)
        );
    }
    // A file that is much too large is not read to its end.
    let enlarge = |file: &Path| fs::File::options().write(true).open(file).unwrap().set_len(1 << 40).unwrap();
    enlarge(&content);
    assert_eq!(said(folder.path(), (&release, &content)), format!("`<content>` is damaged; {AGAIN}"));
    enlarge(&release);
    let expected = format!("cannot read `<release>`: it is too large; make it readable, {AGAIN}");
    assert_eq!(said(folder.path(), (&release, &content)), expected);
    assert!(history.head(&history.releases()[0]).is_err());
}

#[test]
fn the_head_of_a_release_is_read_whatever_its_assets_are() {
    let (folder, release, _) = one();
    let history = History::open(folder.path()).unwrap();
    let name = &history.releases()[0];
    let text = fs::read_to_string(&release).unwrap();
    let head = history.read(name).unwrap().head;
    assert_eq!(history.head(name).unwrap(), head);
    let assets = text.find("asset ").unwrap();
    fs::write(&release, [&text.as_bytes()[..assets], b"asset \n\xff"].concat()).unwrap();
    assert!(history.read(name).is_err());
    assert_eq!(history.head(name).unwrap(), head);
    for (changed, expected) in [
        (text[..assets].to_owned(), format!("`<release>` is cut off; {AGAIN}")),
        (
            text.replace("v1.9.0", "v1.9.1"),
            "`<release>` has the release with the token `v1.9.1`; rename the file back".to_owned(),
        ),
        (text.replace("token label v1.9.0\n", ""), format!("line 4 of `<release>` cannot be read; {AGAIN}")),
        (text.replace("time ", "time x"), format!("line 3 of `<release>` cannot be read; {AGAIN}")),
        (text.replace("release 1\n", "release 1\r\n"), format!("`<release>` has been changed; {AGAIN}")),
    ] {
        fs::write(&release, changed).unwrap();
        let fault = history.head(name).unwrap_err().to_string();
        assert_eq!(fault.replace(&*release.to_string_lossy(), "<release>"), expected);
    }
    fs::write(&release, b"\xff\nasset").unwrap();
    assert!(matches!(history.head(name).unwrap_err().problem, Problem::Changed));
}

#[test]
fn a_folder_that_is_missing_or_empty_is_the_history_of_a_first_release() {
    let folder = tempfile::tempdir().unwrap();
    for (path, is_there) in [("missing", false), ("empty", true), ("with/contents", true)] {
        let path = folder.path().join(path);
        if is_there {
            fs::create_dir_all(path.join("contents")).unwrap();
        }
        let mut history = History::open(&path).unwrap();
        assert_eq!((history.releases().len(), history.next_number().unwrap(), history.verify().len()), (0, 1, 0));
        history.prune(&cachebreaker_history::Keep::default(), 0).unwrap();
        assert_eq!(path.exists(), is_there, "to read is not to write");
        Made::new(1, "v1", [("app.js", 1)]).add_to(&mut history);
        assert_eq!(History::open(&path).unwrap().releases().len(), 1);
    }
}

#[test]
fn names_of_releases_have_one_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = history(folder.path(), &[Made::new(1, "v1", [("app.js", 1)])]);
    // Tokens in capitals are others, and a number may be used twice.
    for (number, token) in [(1, "V1"), (999_999, "v2"), (1_000_000, "v3~x")] {
        Made::new(number, token, [("app.js", 1)]).add_to(&mut history);
    }
    for stray in [
        "1~v1",
        "0000001~v1",
        "+00001~v1",
        "000001v1",
        "000001~",
        "000001~..",
        "000001~a b",
        "4294967296~v1",
        "000001~é",
    ] {
        fs::write(folder.path().join("releases").join(stray), "").unwrap();
    }
    let opened = History::open(folder.path()).unwrap();
    let names: Vec<_> = opened.releases().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["000001~V1", "000001~v1", "999999~v2", "1000000~v3~x"]);
    assert_eq!(kinds(&opened.verify()).iter().filter(|(_, kind)| kind == "Stray").count(), 9);
    assert_eq!(opened.verify().len(), 9);
    assert_eq!(opened.next_number().unwrap(), 1_000_001);
}

#[test]
fn no_release_comes_after_the_last_number() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = history(folder.path(), &[Made::new(u32::MAX - 1, "v1", [("app.js", 1)])]);
    assert_eq!(history.next_number().unwrap(), u32::MAX);
    Made::new(u32::MAX, "v2", [("app.js", 2)]).add_to(&mut history);
    for history in [&history, &History::open(folder.path()).unwrap()] {
        let file = folder.path().join("releases/4294967295~v2");
        assert_eq!(
            history.next_number().unwrap_err().to_string(),
            format!(
                "`{}` has the last number that there is; rename it, so that the next release can come after it",
                file.display()
            )
        );
        assert!(history.verify().is_empty());
    }
}
