//! What lets pages of other origins use the answers of a view.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
};
use http::{HeaderName, HeaderValue};

use crate::respond::headers::METHODS;

use crate::rules::Rules;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Which pages may load an asset without asking by CORS: `Cross-Origin-Resource-Policy` (Fetch §3.8) on every answer.
///
/// Set by the option `cross_origin_resource_policy` of [`assets!`](crate::assets!) or by the builder of a `StaticView`.
/// Unless set, the field is not sent, and all may. A page with `Cross-Origin-Embedder-Policy: require-corp` may not load
/// from another origin what does not say [`CrossOrigin`](Self::CrossOrigin).
///
/// ```
/// use cachebreaker::ResourcePolicy;
/// assert_eq!(ResourcePolicy::CrossOrigin.as_str(), "cross-origin");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResourcePolicy {
    /// `same-origin`: pages of the assets' own origin.
    SameOrigin,
    /// `same-site`: pages of the assets' own site, its subdomains included.
    SameSite,
    /// `cross-origin`: pages of any origin.
    CrossOrigin,
}

impl ResourcePolicy {
    /// The field's value.
    ///
    /// ```
    /// assert_eq!(cachebreaker::ResourcePolicy::SameSite.as_str(), "same-site");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::SameSite => "same-site",
            Self::CrossOrigin => "cross-origin",
        }
    }
}

impl Rules {
    /// The headers of every response. They are the same whoever asks, so no cache must tell requests apart by `Origin`.
    pub(crate) fn sharing(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
        let policy = self.cross_origin_resource_policy.map(|policy| HeaderValue::from_static(policy.as_str()));
        let timing = self.timing_allow_origin.map(HeaderValue::from_static);
        [
            (ACCESS_CONTROL_ALLOW_ORIGIN, self.cors.then_some(ANY)),
            (CROSS_ORIGIN_RESOURCE_POLICY, policy),
            (TIMING_ALLOW_ORIGIN, timing),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }

    /// The headers that the response to a preflight has beside them (Fetch §4.8): it allows every header, for a day.
    pub(crate) fn preflight(&self, is_preflight: bool) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
        let is_preflight = self.cors && is_preflight;
        let fields = [
            (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (ACCESS_CONTROL_ALLOW_HEADERS, ANY),
            (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
        ];
        fields.into_iter().filter(move |_| is_preflight)
    }
}
