//! Assets in the contexts of template engines, and in JSON.

use serde::{Serialize, Serializer};

use crate::page::{ImportMap, Modules, Tag};
use crate::view::asset::Asset;
use crate::view::integrity::Integrity;

/// Writes the [URL](Asset::url).
///
/// ```
/// # use doc_assets::assets;
/// let json = serde_json::to_string(&[assets::STYLE_CSS]).unwrap();
/// assert_eq!(json, r#"["/static/1718539201234/style.css"]"#);
/// ```
impl Serialize for Asset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.url())
    }
}

/// Writes the attribute's value.
///
/// ```
/// # use doc_assets::assets;
/// let json = serde_json::to_string(&assets::STYLE_CSS.integrity()).unwrap();
/// assert!(json.starts_with(r#""sha384-"#));
/// ```
impl Serialize for Integrity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Writes the element. A template must not escape it again: `{{ tag|safe }}`.
///
/// ```
/// # use doc_assets::assets;
/// let json = serde_json::to_string(&assets::STYLE_CSS.link_tag()).unwrap();
/// assert_eq!(json, r#""<link rel=\"stylesheet\" href=\"/static/1718539201234/style.css\">""#);
/// ```
impl Serialize for Tag<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Writes the element. A template must not escape it again: `{{ map|safe }}`.
///
/// ```
/// # use doc_assets::assets;
/// let json = serde_json::to_string(&cachebreaker::importmap([("lib", assets::LIB_JS)])).unwrap();
/// assert!(json.starts_with(r#""<script type"#));
/// ```
impl Serialize for ImportMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Writes the elements. A template must not escape them again: `{{ modules|safe }}`.
///
/// ```
/// # use doc_assets::assets;
/// let json = serde_json::to_string(&assets::modules([assets::APP_JS])).unwrap();
/// assert!(json.starts_with(r#""<script type"#));
/// ```
impl Serialize for Modules<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
