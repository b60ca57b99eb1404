//! File systems that refuse: a disk that is full, a limit, a layer that cannot be changed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use cachebreaker_history::{Fault, History, Problem};

use crate::made::{Made, history, tree};
use crate::process::{alone, command, place, write};

/// What is wrong where there is no room.
fn assert_is_full(fault: &Fault, below: &Path, cause: &str) {
    assert!(matches!(fault.problem, Problem::Write(_)) && fault.path.starts_with(below), "{fault:?}");
    assert!(!fault.path.to_string_lossy().contains(".unfinished"), "{fault:?}");
    let message = fault.to_string();
    let start = format!("cannot write `{}`: {cause}", fault.path.display());
    assert!(message.starts_with(&start), "{message}");
    assert!(message.ends_with("; make its folder writable, or make room for it"), "{message}");
}

/// The releases of a history with more bytes than there is room for.
fn many() -> Vec<Made> {
    (0..20).map(|it| Made::new(u32::from(it) + 1, &format!("v1.{it}"), [("a.js", it), ("b.js", 100 + it)])).collect()
}

/// In a small file system of its own.
pub(crate) fn fill(folder: &Path) {
    let filler = || {
        let mut file = File::create(folder.join("filler")).unwrap();
        while file.write_all(&[0; 1024]).is_ok() {}
    };
    let source = tempfile::tempdir().unwrap();
    let theirs = history(source.path(), &many());
    let target = folder.join("history");
    let first = &many()[..1];
    let mut ours = history(&target, first);
    write(folder, 1).unwrap();

    filler();
    // So much that the first content fits, and no release.
    let len = fs::metadata(folder.join("filler")).unwrap().len();
    File::options().write(true).open(folder.join("filler")).unwrap().set_len(len.saturating_sub(9000)).unwrap();
    let fault = ours.merge(&theirs).unwrap_err();
    assert_is_full(&fault, &target, "No space left on device");
    assert!(History::open(&target).unwrap().verify().is_empty());
    filler();
    let before = tree(&target);
    let fault = ours.merge(&theirs).unwrap_err();
    assert_is_full(&fault, &target, "No space left on device");
    assert!(tree(&target) == before, "nothing half is left");
    let fault = write(folder, 2).unwrap_err();
    assert_is_full(&fault, &place(folder), "No space left on device");
    assert!(tree(&place(folder)) == alone(1).tree(), "it is as it was");
    assert_eq!(fs::read_dir(folder.join("scratch")).unwrap().count(), 1, "nothing is left");

    fs::remove_file(folder.join("filler")).unwrap();
    ours.merge(&theirs).unwrap();
    assert!(tree(&target) == tree(source.path()));
    write(folder, 2).unwrap();
    assert!(tree(&place(folder)) == alone(2).tree());
}

#[test]
fn where_the_disk_is_full_nothing_changes_and_with_room_it_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut mount = Command::new("unshare");
    // A file system that nobody else sees, and that goes with the process.
    let script = "mount -t tmpfs -o size=1m none \"$0\" || exit 77; exec \"$@\"";
    mount.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(folder.path());
    match command(Some(mount), "full", folder.path()).status() {
        Ok(status) if [Some(0), Some(101)].contains(&status.code()) => assert!(status.success()),
        other => eprintln!("skipped: no file system can be mounted here: {other:?}"),
    }
}

/// Where no file may have more than a few bytes.
pub(crate) fn reach_the_limit(folder: &Path) {
    let fault = write(folder, 2).unwrap_err();
    assert_is_full(&fault, &place(folder), "File too large");
    let mut ours = History::open(&folder.join("history")).unwrap();
    let theirs = History::open(&folder.join("source")).unwrap();
    assert_is_full(&ours.merge(&theirs).unwrap_err(), &folder.join("history"), "File too large");
}

#[test]
fn what_cannot_be_written_to_its_end_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    history(&path.join("source"), &many());
    history(&path.join("history"), &many()[..1]);
    write(path, 1).unwrap();
    let before = tree(path);
    let mut limit = Command::new("bash");
    limit.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
    assert!(command(Some(limit), "limited", path).status().unwrap().success());
    let mut after = tree(path);
    after.remove(Path::new("began limited"));
    // Contents that are small enough may be there already.
    let is_expected = |file: &&std::path::PathBuf| !file.starts_with("history/contents");
    assert!(after.keys().filter(is_expected).eq(before.keys().filter(is_expected)));
    assert!(History::open(&path.join("history")).unwrap().verify().is_empty());
    write(path, 2).unwrap();
    assert!(tree(&place(path)) == alone(2).tree());
}

/// In a folder that has the first release in a lower layer.
pub(crate) fn replace_a_lower_layer(folder: &Path) {
    assert!(tree(&place(folder)) == alone(1).tree());
    write(folder, 2).unwrap();
    assert!(tree(&place(folder)) == alone(2).tree());
}

#[test]
fn a_release_that_a_lower_layer_of_a_container_has_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let [lower, merged] = ["lower", "merged"].map(|name| path.join(name));
    fs::create_dir(&lower).unwrap();
    fs::create_dir(&merged).unwrap();
    fs::create_dir(path.join("upper")).unwrap();
    write(&lower, 1).unwrap();
    let script = "mount -t tmpfs none \"$0/upper\" && mkdir \"$0/upper/changes\" \"$0/upper/work\" &&
        mount -t overlay -o \"userxattr,lowerdir=$0/lower,upperdir=$0/upper/changes,workdir=$0/upper/work\" none \"$0/merged\" || exit 77
        exec \"$@\"";
    let mut mount = Command::new("unshare");
    mount.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(path);
    match command(Some(mount), "layered", &merged).status() {
        Ok(status) if [Some(0), Some(101)].contains(&status.code()) => assert!(status.success()),
        other => eprintln!("skipped: no overlay can be mounted here: {other:?}"),
    }
}
