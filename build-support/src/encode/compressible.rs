//! Which content types compress.

/// Whether compression can win anything: false for formats that are compressed already.
pub(crate) fn compresses(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    let (family, kind) = name.split_once('/').unwrap_or((name, ""));
    match family {
        "image" => ["svg+xml", "bmp", "x-icon", "vnd.microsoft.icon", "x-ms-bmp"].contains(&kind),
        "audio" => ["wav", "x-wav", "midi"].contains(&kind),
        "video" => false,
        "font" => !["woff", "woff2"].contains(&kind),
        "application" => {
            !["zip", "gzip", "x-gzip", "zstd", "x-7z-compressed", "x-bzip2", "x-xz", "java-archive"].contains(&kind)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use cachebreaker_manifest::content_type::of;

    use super::*;

    #[test]
    fn formats_that_are_compressed_already_are_not_compressed_again() {
        for path in ["a.css", "a.js", "a.svg", "a.json", "a.wasm", "a.ico", "a.ttf", "a.html", "README", "a.wav"] {
            assert!(compresses(&of(path)), "{path}");
        }
        for path in ["a.png", "a.jpg", "a.webp", "a.avif", "a.mp4", "a.mp3", "a.woff", "a.woff2", "a.zip", "a.gz"] {
            assert!(!compresses(&of(path)), "{path}");
        }
    }
}
