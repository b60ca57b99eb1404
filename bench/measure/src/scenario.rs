//! How an asset is asked for.

use std::str::FromStr;

/// A kind of request, and the answer that it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Without `Accept-Encoding`: 200.
    Plain,
    /// With a browser's `Accept-Encoding`: 200.
    Browser,
    /// With the validator of an answer before: 304.
    NotModified,
    /// For a file that is not there: 404.
    NotFound,
    /// With the token of an older deploy: 301.
    Stale,
    /// With the token of a newer deploy: 503.
    Premature,
}

/// The token that our views are measured with; a token a millisecond earlier is stale, a later one premature.
pub const TOKEN: &str = "1718539201234";

impl Scenario {
    /// The URL to ask for where the asset's own is `url`.
    #[must_use]
    pub fn url(self, url: &str) -> String {
        match self {
            Self::Plain | Self::Browser | Self::NotModified => url.to_owned(),
            Self::NotFound => format!("{url}x"),
            Self::Stale => url.replace(TOKEN, "1718539201233"),
            Self::Premature => url.replace(TOKEN, "1718539201235"),
        }
    }

    /// The status that it is answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Plain | Self::Browser => 200,
            Self::NotModified => 304,
            Self::NotFound => 404,
            Self::Stale => 301,
            Self::Premature => 503,
        }
    }
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "plain" => Self::Plain,
            "browser" => Self::Browser,
            "304" => Self::NotModified,
            "404" => Self::NotFound,
            "301" => Self::Stale,
            "503" => Self::Premature,
            _ => return Err(format!("no scenario is called `{name}`")),
        })
    }
}
