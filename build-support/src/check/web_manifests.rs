//! Web manifests: their icons are assets beside them, and what they say of pages must not lead below the token.

use cachebreaker_references::{Language, ReferenceKind, has_scheme, web_manifest_pages};

use super::{References, Severity};
use crate::error::one_line;
use crate::read::File;
use crate::refer::language;
use crate::refer::lines::Lines;

/// Warns of relative URLs of pages in web manifests, which lead below the token. At a fixed URL they do not. `is_elsewhere` says whether the
/// assets have another origin than the pages.
pub(crate) fn below_token(files: &[File], references: Option<&References>, is_elsewhere: bool) -> Vec<String> {
    let is_warned =
        |file: &File| references.is_none_or(|it| it.of(&file.found.path)(ReferenceKind::Page) > Severity::Allow);
    let of_release =
        |file: &&File| language(file) == Some(Language::WebManifest) && file.fixed.is_none() && is_warned(file);
    let meant = if is_elsewhere {
        "write the whole URL, as in `https://example.com/`"
    } else {
        "write a path that begins with a slash, as in `/`"
    };
    let mut warnings = Vec::new();
    for file in files.iter().filter(of_release) {
        let mut lines = Lines::new(&file.bytes);
        for (name, url, range) in web_manifest_pages(&String::from_utf8_lossy(&file.bytes)) {
            if url.is_empty() || url.starts_with('/') || has_scheme(&url) {
                continue;
            }
            let problem =
                format!("`{name}` is `{}`, which leads below the token of one release: {meant}", one_line(&url));
            warnings.push(lines.error(file, range.start, problem).to_string());
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_url_of_a_page_in_a_web_manifest_gives_a_warning() {
        let text = "{ \"start_url\": \".\",\n  \"scope\": \"../\", \"shortcuts\": [{ \"url\": \"?new\", \"icons\": [{ \"src\": \"a.png\" }] }] }";
        let right =
            r#"{ "start_url": "/", "scope": "https://example.com/", "id": "x", "shortcuts": [{ "url": "" }, 1] }"#;
        let mut files = [
            File::of("app.webmanifest", text),
            File::of("data.json", text),
            File::of("fixed.webmanifest", text),
            File::of("manifest.json", right),
            File::of("none.webmanifest", "{"),
            File::of("vendor/a.webmanifest", text),
        ];
        files[2].fixed = Some(cachebreaker_manifest::fixed_url::FixedUrl::File);
        let rules = References::new().allow("vendor/**");
        let meant = "write a path that begins with a slash, as in `/`";
        assert_eq!(
            below_token(&files, Some(&rules), false),
            [
                format!(
                    "app.webmanifest:1:17: `start_url` is `.`, which leads below the token of one release: {meant}"
                ),
                format!("app.webmanifest:2:13: `scope` is `../`, which leads below the token of one release: {meant}"),
                format!("app.webmanifest:2:43: `url` is `?new`, which leads below the token of one release: {meant}"),
            ]
        );
        let elsewhere = below_token(&files[5..], None, true).concat();
        assert!(elsewhere.contains(": write the whole URL, as in `https://example.com/`"), "{elsewhere}");
    }
}
