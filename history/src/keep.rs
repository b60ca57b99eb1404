//! Which releases are kept.

use std::collections::HashMap;

/// Which releases of a history are kept: the last ones, and the recent ones. A release is kept if either rule covers it.
///
/// ```
/// use cachebreaker_history::Keep;
/// let day = 24 * 60 * 60 * 1000;
/// let releases = [("v1", 0), ("v2", 10 * day), ("v3", 20 * day), ("v4", 22 * day)];
/// assert_eq!(Keep { releases: 1, days: 10 }.kept(&releases, 30 * day), [2, 3]);
/// assert_eq!(Keep { releases: 3, days: 0 }.kept(&releases, 30 * day), [1, 2, 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// How many of the last releases are kept.
    pub releases: usize,
    /// For how many days releases are kept; `0` for no rule by age.
    pub days: u32,
}

/// By default, the last 5 releases and all of the last 14 days.
impl Default for Keep {
    fn default() -> Self {
        Self { releases: 5, days: 14 }
    }
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl Keep {
    /// The indices of the releases that are kept. `releases` are the tokens and times of all, in the order in which they were built, and
    /// `now` is the time of this build; times are in milliseconds since the epoch. Releases with the same token count as one, built
    /// when the last of them was.
    #[must_use]
    pub fn kept(&self, releases: &[(&str, i64)], now: i64) -> Vec<usize> {
        let age = i64::from(self.days).saturating_mul(DAY);
        let is_young = |time: i64| self.days > 0 && now.saturating_sub(time) <= age;
        let mut is_kept: HashMap<&str, bool> = HashMap::new();
        for (token, time) in releases.iter().rev() {
            let is_last = is_kept.len() < self.releases;
            is_kept.entry(token).or_insert(is_last || is_young(*time));
        }
        releases.iter().enumerate().filter(|(_, (token, _))| is_kept[token]).map(|(place, _)| place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_may_be_kept() {
        let releases = [("a", 0), ("b", i64::MAX), ("c", i64::MIN)];
        for (number, days, kept) in [(usize::MAX, 0, 3), (3, 0, 3), (2, 0, 2), (0, 0, 0), (0, u32::MAX, 2)] {
            assert_eq!(Keep { releases: number, days }.kept(&releases, 9).len(), kept, "{number} {days}");
        }
        assert_eq!(Keep { releases: 1, days: 1 }.kept(&[], i64::MIN), [0_usize; 0]);
    }

    #[test]
    fn a_release_that_was_built_again_counts_once_as_of_its_last_build() {
        let releases = [("v1", 1), ("v2", 2), ("v3", 3), ("v1", 4)];
        for (number, kept) in [(1, &[0, 3][..]), (2, &[0, 2, 3]), (3, &[0, 1, 2, 3])] {
            assert_eq!(Keep { releases: number, days: 0 }.kept(&releases, 9), kept);
        }
        let day = 24 * 60 * 60 * 1000;
        let releases = [("v1", 0), ("v2", 0), ("v1", 3 * day)];
        assert_eq!(Keep { releases: 0, days: 2 }.kept(&releases, 4 * day), [0, 2]);
    }
}
