//! The retry script as a file among the assets.

use std::fs;
use std::path::Path;

use cachebreaker_manifest::RETRY_SCRIPT;

use crate::atomic::write_if_changed;
use crate::error::Error;

/// Writes the script into a folder, under its path among the assets.
pub(crate) fn write(folder: &Path, path: &str) -> Result<(), Error> {
    // Not out of the folder, not hidden, and of a type that a browser takes for a script.
    let is_name = |segment: &str| !segment.is_empty() && !segment.starts_with('.') && !segment.contains('\\');
    if !path.split('/').all(is_name) || !path.ends_with(".js") {
        return Err(Error::BadRetryScript(path.to_owned()));
    }
    let file = folder.join(path);
    let folder = file.parent().unwrap_or(folder);
    fs::create_dir_all(folder).map_err(|cause| Error::write(folder, cause))?;
    write_if_changed(&file, RETRY_SCRIPT.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_where_it_is_not_as_it_should_be_and_left_alone_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("js/retry.js");
        write(folder.path(), "js/retry.js").unwrap();
        assert!(fs::read_to_string(&file).unwrap().contains("retryImport"));
        let written = file.metadata().unwrap().modified().unwrap();
        write(folder.path(), "js/retry.js").unwrap();
        assert_eq!(file.metadata().unwrap().modified().unwrap(), written);
        fs::write(&file, "old").unwrap();
        write(folder.path(), "js/retry.js").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), RETRY_SCRIPT);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("js"), "a file").unwrap();
        let message = write(folder.path(), "js/retry.js").unwrap_err().to_string();
        assert!(message.starts_with("cannot write `") && message.contains("js`: "), "{message}");
    }

    #[test]
    fn a_path_that_leads_elsewhere_or_is_no_scripts_is_refused_and_nothing_is_written() {
        let parent = tempfile::tempdir().unwrap();
        let absolute = parent.path().join("retry.js").to_str().unwrap().to_owned();
        for path in ["", "../retry.js", &absolute, "js//retry.js", "js/.retry.js", "js\\retry.js", "retry", "retry.js/"]
        {
            let message = write(&parent.path().join("folder"), path).unwrap_err().to_string();
            let expected = format!(
                "`{path}` is no path for the retry script: give one in the folder that ends with `.js`, as in \
                 `.retry_script(\"retry.js\")`"
            );
            assert_eq!(message, expected);
        }
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
