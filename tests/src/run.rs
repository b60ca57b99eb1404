//! What a command did.

use std::process::Output;

/// What a cargo command, or the app that it ran, printed.
#[derive(Clone, Debug)]
pub struct Run {
    app: String,
    success: bool,
    stdout: String,
    stderr: String,
}

impl Run {
    pub(crate) fn new(app: &str, output: &Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self {
            app: app.to_owned(),
            success: output.status.success(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// What it printed to its standard output.
    ///
    /// # Panics
    ///
    /// When it failed: then there is no output to look at.
    #[must_use]
    pub fn stdout(&self) -> &str {
        assert!(self.success, "`{}` failed:\n{}", self.app, self.stderr);
        &self.stdout
    }

    /// What it printed to its standard error, as it is.
    #[must_use]
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Whether it succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.success
    }

    /// The errors and warnings that a user is told, a line each, in the order in which they stand. What `build.rs` says
    /// begins with `error: ` or `warning: `, what the compiler says (with `--message-format=short`) with the place in the
    /// source. What cargo says about the fact that there are some is left out.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let of_build_script = format!("{}@0.1.0: ", self.app);
        self.stderr
            .lines()
            .filter(|line| {
                let mut parts = line.splitn(3, ": ");
                let mut is_level = || parts.next().is_some_and(|part| part.starts_with("error") || part == "warning");
                is_level() || is_level()
            })
            .filter(|line| !OF_CARGO.iter().any(|text| line.contains(text)))
            .map(|line| line.replacen(&of_build_script, "", 1))
            .collect()
    }
}

/// Cargo's words about errors and warnings that were told already.
const OF_CARGO: [&str; 4] = [
    "error: could not compile",
    "error: build script logged errors",
    ") generated ",
    "warning: build failed, waiting for other jobs to finish",
];
