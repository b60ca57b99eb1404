//! Which releases are kept.

/// Which releases of a history are kept: the last ones, and the recent ones. A release is kept if either rule covers it.
///
/// ```
/// use cachebreaker_history::Keep;
/// let day = 24 * 60 * 60 * 1000;
/// let times = [0, 10 * day, 20 * day, 22 * day];
/// assert_eq!(Keep { releases: 1, days: 10 }.kept(&times, 30 * day), [2, 3]);
/// assert_eq!(Keep { releases: 3, days: 0 }.kept(&times, 30 * day), [1, 2, 3]);
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
    /// The indices in `times` of the releases that are kept. `times` are the times of all releases and `now` that of this build, in
    /// milliseconds since the epoch; releases are in the order in which they were built.
    #[must_use]
    pub fn kept(&self, times: &[i64], now: i64) -> Vec<usize> {
        let age = i64::from(self.days).saturating_mul(DAY);
        let is_young = |time: i64| self.days > 0 && now.saturating_sub(time) <= age;
        let is_last = |place: usize| times.len() - place <= self.releases;
        times
            .iter()
            .enumerate()
            .filter(|(place, time)| is_last(*place) || is_young(**time))
            .map(|(place, _)| place)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_may_be_kept() {
        let times = [0, i64::MAX, i64::MIN];
        for (releases, days, kept) in [(usize::MAX, 0, 3), (3, 0, 3), (2, 0, 2), (0, 0, 0), (0, u32::MAX, 2)] {
            assert_eq!(Keep { releases, days }.kept(&times, 9).len(), kept, "{releases} {days}");
        }
        assert_eq!(Keep { releases: 1, days: 1 }.kept(&[], i64::MIN), [0_usize; 0]);
    }
}
