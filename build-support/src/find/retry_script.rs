//! The retry script as a file among the assets.

use std::path::{Path, PathBuf};

use cachebreaker_manifest::RETRY_SCRIPT;
use cachebreaker_manifest::manifest::directory_name;

use super::walk::FoundFile;
use crate::error::Error;

/// The script with that path among the assets, in the output of a view; and the folder that the path is in.
pub(crate) fn retry_script(output: &Path, path: &str) -> Result<(PathBuf, FoundFile), Error> {
    // Not out of the folder, not hidden, and of a type that a browser takes for a script.
    let is_name = |segment: &str| !segment.is_empty() && !segment.starts_with('.') && !segment.contains('\\');
    if !path.split('/').all(is_name) || !path.ends_with(".js") {
        return Err(Error::BadRetryScript(path.to_owned()));
    }
    let folder = output.join("retry").join(directory_name(path));
    let file = folder.join(path);
    Ok((folder, FoundFile { shown: file.clone(), file, path: path.to_owned(), made: Some(RETRY_SCRIPT) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_in_a_folder_of_the_output() {
        let output = Path::new("/out/static");
        let (folder, found) = retry_script(output, "js/retry.js").unwrap();
        assert!(folder.starts_with(output) && found.file == folder.join("js/retry.js"), "{found:?}");
        assert!(found.made.unwrap().contains("retryImport"));
    }

    #[test]
    fn a_path_that_leads_elsewhere_or_is_not_one_of_a_script_is_refused() {
        for path in
            ["", "../retry.js", "/retry.js", "js//retry.js", "js/.retry.js", "js\\retry.js", "retry", "retry.js/"]
        {
            let expected = format!(
                "`{path}` is no path for the retry script: give one in the folder that ends with `.js`, as in \
                 `.retry_script(\"retry.js\")`"
            );
            assert_eq!(retry_script(Path::new("/out"), path).unwrap_err().to_string(), expected);
        }
    }
}
