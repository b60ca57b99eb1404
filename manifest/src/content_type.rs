//! Content types by file name, from the `mime_guess` table.

/// The types for which `mime_guess` has another opinion than the field: RFC 9239 for modules, RFC 8081 for fonts, RFC 3555
/// for the streams of HLS, source maps are JSON (ECMA-426), and the types of a few that it does not know.
const CORRECTED: [(&str, &str); 7] = [
    ("ts", "video/mp2t"),
    ("mjs", "text/javascript"),
    ("cjs", "text/javascript"),
    ("otf", "font/otf"),
    ("woff", "font/woff"),
    ("map", "application/json"),
    ("importmap", "application/importmap+json"),
];

/// The content type of a file, with `charset=utf-8` for text.
///
/// ```
/// assert_eq!(cachebreaker_manifest::content_type::of("style.css"), "text/css; charset=utf-8");
/// ```
#[must_use]
pub fn of(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let corrected = CORRECTED.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, name)| *name);
    let name = corrected.or_else(|| mime_guess::from_ext(extension).first_raw()).unwrap_or("application/octet-stream");
    if name.starts_with("text/") { format!("{name}; charset=utf-8") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_that_browsers_ask_for() {
        for (path, expected) in [
            ("style.css", "text/css; charset=utf-8"),
            ("a.b/APP.JS", "text/javascript; charset=utf-8"),
            ("app.mjs", "text/javascript; charset=utf-8"),
            ("app.js.map", "application/json"),
            ("index.html", "text/html; charset=utf-8"),
            ("logo.svg", "image/svg+xml"),
            ("photo.avif", "image/avif"),
            ("live/0001.ts", "video/mp2t"),
            ("font.woff2", "font/woff2"),
            ("font.woff", "font/woff"),
            ("font.otf", "font/otf"),
            ("font.ttf", "font/ttf"),
            ("app.wasm", "application/wasm"),
            ("site.webmanifest", "application/manifest+json"),
            ("data.json", "application/json"),
            ("README", "application/octet-stream"),
            ("a.b/README", "application/octet-stream"),
            ("x.unheard-of", "application/octet-stream"),
        ] {
            assert_eq!(of(path), expected, "{path}");
        }
    }
}
