//! The headers that let pages of other origins use the responses of a view.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
};
use http::{HeaderName, HeaderValue};

use super::headers::METHODS;
use crate::view::rules::Rules;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
const ANY: HeaderValue = HeaderValue::from_static("*");

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
}

/// The headers that the response to a preflight has beside them (Fetch §4.8): it allows every header, for a day.
pub(super) fn preflight() -> [(HeaderName, HeaderValue); 3] {
    [
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, ANY),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ]
}
