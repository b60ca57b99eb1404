//! A view of a few assets that a page names, written out by hand as `assets!` writes it, for the examples in this crate's
//! documentation and its tests. `app.js` imports `lib.js`.

use cachebreaker_manifest::imports::Imports;
use cachebreaker_manifest::integrity::Digests;
use cachebreaker_manifest::table::Table;

use crate::asset::Asset;
use crate::doc_example;
use crate::view::{Contents, View};

/// `app.js`.
pub const APP_JS: Asset = VIEW.asset(0);

/// `font.woff2`.
pub const FONT_WOFF2: Asset = VIEW.asset(1);

/// `lib.js`.
pub const LIB_JS: Asset = VIEW.asset(2);

/// `style.css`.
pub const STYLE_CSS: Asset = VIEW.asset(3);

/// The view `static/{breaker}` with the token `1718539201234`.
pub static VIEW: View = View {
    content_types: &["font/woff2", "text/css; charset=utf-8", "text/javascript; charset=utf-8"],
    table: Table::new(TEXT, RECORDS, SLOTS),
    digests: Digests::new(SHA_384),
    imports: Imports::new(IMPORTS),
    contents: Contents::Embedded(&[CONTENTS[0], CONTENTS[1], CONTENTS[2], CONTENTS[3]]),
    ..doc_example::VIEW
};

const CONTENTS: [&[u8]; 4] = [b"import \"./lib.js\"", b"not a font", b"export default 7", b"body { margin: 0 }"];
const TEXT: &str = "/static/1718539201234/app.js\"hqrnric1xQfHQ9ka\"17/static/1718539201234/font.woff2\"z1pboF3uhJO21hyK\"10/static/1718539201234/lib.js\"J4iFXCjePA2yiB3e\"16/static/1718539201234/style.css\"G1YwM5d_pGBNkQQG\"18";
const RECORDS: &[u8] = &[
    0, 0, 0, 0, 28, 0, 6, 0, 2, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 48, 0, 0, 0, 32, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 28, 0, 6, 0, 2, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 148, 0, 0, 0, 31, 0, 9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 18, 0, 0, 0, 3, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];
const SLOTS: &[u8] = &[
    163, 150, 4, 111, 0, 0, 0, 0, 0, 0, 0, 0, 114, 195, 91, 226, 0, 0, 0, 0, 0, 0, 0, 0, 121, 85, 1, 20, 44, 96, 38, 14,
];
const SHA_384: &[u8] = &[
    119, 142, 123, 217, 90, 245, 150, 105, 51, 180, 89, 69, 161, 211, 77, 18, 205, 138, 168, 166, 168, 4, 229, 242,
    193, 245, 92, 105, 239, 28, 97, 105, 129, 164, 190, 170, 90, 113, 1, 250, 219, 173, 116, 231, 11, 115, 170, 75,
    251, 63, 240, 109, 82, 21, 8, 28, 95, 196, 153, 10, 81, 33, 33, 219, 220, 18, 38, 112, 12, 168, 146, 79, 26, 75,
    74, 123, 217, 17, 33, 184, 69, 217, 212, 37, 223, 86, 160, 145, 110, 11, 130, 99, 155, 220, 115, 117, 105, 210, 31,
    218, 218, 40, 39, 183, 247, 57, 55, 31, 234, 55, 206, 220, 16, 237, 142, 235, 93, 77, 181, 222, 96, 57, 15, 158,
    61, 232, 50, 237, 155, 91, 57, 69, 202, 87, 33, 113, 5, 207, 222, 54, 42, 29, 136, 60, 46, 164, 78, 183, 79, 4, 85,
    227, 45, 135, 242, 139, 74, 193, 75, 52, 70, 50, 15, 23, 113, 144, 195, 71, 81, 84, 165, 71, 83, 133, 94, 83, 172,
    182, 73, 88, 171, 19, 14, 193, 48, 20, 188, 108, 161, 34, 173, 84,
];
const IMPORTS: &[u8] = &[1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];

#[cfg(all(test, feature = "include_dir"))]
mod tests {
    use cachebreaker_manifest::digest::Digest;
    use cachebreaker_manifest::table::{Place, Row, Stored, pack};
    use cachebreaker_manifest::{imports, integrity};

    use super::*;

    #[test]
    fn the_view_is_as_the_macro_would_write_it() {
        let stored = |number: usize| Stored {
            digest: Digest::of(CONTENTS[number]).to_string(),
            place: Place {
                chunk: number.try_into().unwrap(),
                offset: 0,
                len: CONTENTS[number].len().try_into().unwrap(),
            },
        };
        let stored: Vec<_> = (0..4).map(stored).collect();
        let paths = [("app.js", 2), ("font.woff2", 0), ("lib.js", 2), ("style.css", 1)];
        let rows: Vec<_> = paths
            .iter()
            .zip(&stored)
            .map(|((path, content_type), identity)| Row {
                path,
                url: format!("/static/1718539201234/{path}"),
                content_type: *content_type,
                identity,
                encodings: &[],
            })
            .collect();
        let packed = pack(&rows).unwrap();
        let digests = integrity::pack(CONTENTS.map(|bytes| Some(integrity::digest(bytes))));
        let imports = imports::pack([vec![2], vec![], vec![], vec![]]);
        assert_eq!(packed.text, TEXT);
        assert_eq!(packed.records, RECORDS);
        assert_eq!(packed.slots, SLOTS);
        assert_eq!(digests, SHA_384);
        assert_eq!(imports, IMPORTS);
    }
}
