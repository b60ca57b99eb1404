//! Which files surely refer to nothing, by content type and name.

/// Whether a browser follows no reference in such a file, whatever is in it.
///
/// A source map names sources, which only developer tools load; a text has nothing that a browser follows.
pub(crate) fn refers_to_nothing(path: &str, content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default().trim();
    let (family, kind) = name.split_once('/').unwrap_or((name, ""));
    match family {
        "image" => kind != "svg+xml",
        // A playlist names its parts.
        "audio" | "video" => !kind.contains("mpegurl"),
        "font" => true,
        "text" => ["plain", "csv"].contains(&kind),
        "application" => OPAQUE.contains(&kind) || path.ends_with(".map"),
        _ => false,
    }
}

/// WebAssembly, fonts and archives.
const OPAQUE: [&str; 14] = [
    "wasm",
    "vnd.ms-fontobject",
    "font-woff",
    "x-font-ttf",
    "zip",
    "gzip",
    "x-gzip",
    "zstd",
    "x-tar",
    "x-7z-compressed",
    "x-bzip2",
    "x-xz",
    "vnd.rar",
    "java-archive",
];

#[cfg(test)]
mod tests {
    use cachebreaker_manifest::content_type::of;

    use super::*;

    #[test]
    fn images_fonts_sounds_films_archives_and_texts_refer_to_nothing() {
        for path in [
            "a.png", "a.avif", "a.ico", "a.woff2", "a.ttf", "a.eot", "a.mp3", "a.webm", "a.wasm", "a.zip", "a.gz",
            "a.txt", "a.csv", "a.js.map",
        ] {
            assert!(refers_to_nothing(path, &of(path)), "{path} {}", of(path));
        }
        for path in [
            "a.m3u8",
            "a.vtt",
            "a.svg",
            "a.css",
            "a.js",
            "a.html",
            "a.json",
            "a.pdf",
            "a.xml",
            "a.bin",
            "README",
            "a.webmanifest",
        ] {
            assert!(!refers_to_nothing(path, &of(path)), "{path} {}", of(path));
        }
    }
}
