//! Processes of their own, which others kill, or which write at the same time as others: this program, with a task.

use std::borrow::Cow;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cachebreaker_history::{Fault, History, Keep, write_alone};

use crate::made::{Made, bytes_of};

const TASK: &str = "HISTORY_TASK";
const FOLDER: &str = "HISTORY_FOLDER";

/// A release that is written alone.
pub(crate) fn alone(number: u8) -> Made {
    let paths = ["a.js", "b.js", "c.js", "d.js", "same.png"];
    Made::new(
        number.into(),
        &format!("v1.{number}"),
        paths.into_iter().zip((0..4).map(|it| number * 4 + it).chain([0])),
    )
}

/// Where it is written.
pub(crate) fn place(folder: &Path) -> PathBuf {
    folder.join("scratch/app/static")
}

pub(crate) fn write(folder: &Path, number: u8) -> Result<(), Fault> {
    let bytes = |content: &_| Ok(Cow::Owned(bytes_of(content)));
    write_alone((&folder.join("scratch"), &place(folder)), number.into(), &alone(number).release(), bytes)
}

/// This program, so that it does a task in a folder. The command before it, if there is one, gets it as its last arguments.
pub(crate) fn command(before: Option<Command>, task: &str, folder: &Path) -> Command {
    let program = env::current_exe().expect("the path of this program");
    let mut command = match before {
        Some(mut before) => {
            before.arg(program);
            before
        }
        None => Command::new(program),
    };
    command.args(["--exact", "process::does_its_task", "--ignored", "--nocapture"]);
    command.env(TASK, task).env(FOLDER, folder).stdout(Stdio::null());
    command
}

/// Begins a task, and waits until it is about to write.
pub(crate) fn begin(task: &str, folder: &Path) -> Child {
    let began = folder.join(format!("began {task}"));
    let _ = fs::remove_file(&began);
    let mut child = command(None, task, folder).spawn().unwrap();
    while !began.exists() {
        assert!(child.try_wait().unwrap().is_none_or(|status| status.success()));
        std::thread::yield_now();
    }
    child
}

#[test]
#[ignore = "others run it in a process of its own"]
fn does_its_task() {
    let (Some(task), Some(folder)) = (env::var_os(TASK), env::var_os(FOLDER).map(PathBuf::from)) else { return };
    let task = task.into_string().unwrap();
    let _ = bytes_of(&alone(1).release().assets[0].identity);
    let open = |name: &str| History::open(&folder.join(name)).unwrap();
    if task != "full" {
        fs::write(folder.join(format!("began {task}")), "").unwrap();
    }
    match task.split_once(' ').unwrap_or((&task, "")) {
        ("alone", numbers) => {
            // Again and again; whoever waits for the end says how often.
            let (times, numbers) = numbers.split_once(' ').unwrap();
            let numbers: Vec<u8> = numbers.split(' ').map(|it| it.parse().unwrap()).collect();
            for at in 0..times.parse().unwrap() {
                write(&folder, numbers[at % numbers.len()]).unwrap();
            }
        }
        ("merge", from) => {
            open("history").merge(&open(from)).unwrap();
        }
        ("add", _) => crate::killed::thirty().iter().for_each(|made| made.add_to(&mut open("history"))),
        ("prune", _) => {
            open("history").prune(&Keep { releases: 2, days: 0 }, 0).unwrap();
        }
        ("prune-often", _) => {
            for _ in 0..20 {
                open("history").prune(&Keep { releases: 2, days: 0 }, 0).unwrap();
            }
        }
        ("unreadable", _) => crate::damage::name_what_may_not_be_read(),
        ("full", _) => crate::full::fill(&folder),
        ("limited", _) => crate::full::reach_the_limit(&folder),
        ("layered", _) => crate::full::replace_a_lower_layer(&folder),
        _ => unreachable!("{task}"),
    }
}
