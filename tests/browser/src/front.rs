//! Servers of other people before the app, with the configurations that the guide recommends.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::{Process, until};

/// A port that nobody listens on, and another one each time. Below those that the kernel gives to connections that go out,
/// so that it is still free when a server is started on it again.
pub fn free_port() -> io::Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < 30_000 => {}
            bound => return bound.map(|_| port),
        }
    }
}

/// Copies a configuration into a folder, with other values for what it must name.
pub fn configure(source: &Path, folder: &Path, values: &[(&str, &str)]) -> Result<PathBuf, String> {
    let name = source.file_name().unwrap_or_default();
    let told = |error| format!("{}: {error}", source.display());
    let mut text = fs::read_to_string(source).map_err(told)?;
    for (what, value) in values {
        if !text.contains(what) {
            return Err(format!("{} does not name {what}", name.display()));
        }
        text = text.replace(what, value);
    }
    fs::create_dir_all(folder).map_err(told)?;
    let file = folder.join(name);
    fs::write(&file, text).map_err(told)?;
    Ok(file)
}

/// Starts nginx with a file of its http block, beside which it writes. What it says is in `log` there.
pub fn nginx(file: &Path) -> Result<Process, String> {
    let main = file.with_file_name("main.conf");
    fs::write(&main, around(file)).map_err(|error| error.to_string())?;
    start("nginx", file, |command| command.args(["-e", "stderr", "-c"]).arg(&main))
}

/// Starts a server with a configuration. What it says is in `log` beside that.
pub fn start(
    program: &str,
    file: &Path,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Process, String> {
    let log = File::create(file.with_file_name("log")).map_err(|error| error.to_string())?;
    Process::start(program, |command| arguments(command).stdout(Stdio::null()).stderr(log))
}

/// Waits until a server answers; when it does not, says what it has said.
pub fn wait(process: &mut Process, file: &Path, mut answers: impl FnMut() -> bool) -> Result<(), String> {
    let mut ended = Ok(());
    until(|| {
        ended = process.check();
        ended.is_err() || answers()
    })
    .and(ended)
    .map_err(|error| format!("{error}: {}", fs::read_to_string(file.with_file_name("log")).unwrap_or_default()))
}

/// What stands around a file of nginx's http block: that it writes beside it, and in the foreground.
fn around(file: &Path) -> String {
    let folder = file.parent().unwrap_or(Path::new("")).display();
    // Workers of root are nobody, who may not write here.
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let user = if is_root { "user root;\n" } else { "" };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {folder}/{name};\n"))
        .concat();
    format!(
        "{user}daemon off;\nworker_processes 2;\npid {folder}/pid;\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}    \
         include {};\n}}\n",
        file.display()
    )
}
