//! The options of `assets!` on which cached responses depend. They are part of each token that lasts as long as what is served under it
//! does not change.

/// Those options, with the text of their defaults.
pub const OF_RESPONSES: [(&str, &str); 4] = [
    ("cache_max_age", "31536000"),
    ("cors", "false"),
    ("cross_origin_resource_policy", ""),
    ("timing_allow_origin", ""),
];

/// The values of those options as text, from what the user gave: those that are not given have their default. The second is whether any
/// differs from its default.
///
/// ```
/// use cachebreaker_manifest::options::of_responses;
///
/// let (all, differ) = of_responses(|name| (name == "cors").then_some("true"));
/// assert_eq!(all, ["31536000", "true", "", ""]);
/// assert!(differ);
/// ```
pub fn of_responses<'t>(given: impl Fn(&str) -> Option<&'t str>) -> (Vec<&'t str>, bool) {
    let all: Vec<_> = OF_RESPONSES.iter().map(|(name, default)| given(name).unwrap_or(default)).collect();
    let differ = all.iter().zip(OF_RESPONSES).any(|(text, (_, default))| *text != default);
    (all, differ)
}
