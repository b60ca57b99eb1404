//! How long a token counts as premature. A rollout ends; a token that is still asked for when it is over belongs to a
//! deploy that was rolled back, and counts as stale.

use std::hash::{BuildHasher, Hasher as _, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a rollout lasts at the most: the time after which a token first seen as premature counts as stale.
///
/// Set by the option `rollout_window` of [`assets!`](crate::assets!), a number of seconds, `None` for [`Off`](Self::Off), or
/// `Endless`; or by the builder of a `StaticView`. Give it the time that a rollout takes, with room to spare. Pages of a
/// release that was rolled back are answered with 503 that long, and with redirects afterwards.
///
/// The time counts from the first request that an instance gets with that token. It is not stored: a process that is
/// started again begins anew. The tokens remembered are 64 at the most.
///
/// ```
/// use cachebreaker::RolloutWindow;
/// assert_eq!(RolloutWindow::default(), RolloutWindow::Seconds(15 * 60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolloutWindow {
    /// That many seconds. Unless set, 900.
    Seconds(u64),
    /// None at all: a token of a newer deploy counts as stale at once.
    Off,
    /// A token of a newer deploy stays premature as long as the process lives.
    Endless,
}

impl RolloutWindow {
    /// 15 minutes.
    pub const DEFAULT: Self = Self::Seconds(15 * 60);
}

impl Default for RolloutWindow {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How many premature tokens are remembered. More than one or two at a time are a scanner's.
const REMEMBERED: usize = 64;

/// When each premature token was first seen, in bounded memory.
///
/// Where all places are taken, the token that was asked for least, and among those the longest ago, is forgotten. So a
/// scanner's tokens, each asked for once, push out one another and not the one that a real page asks for.
#[derive(Debug)]
pub(crate) struct Rollout {
    seen: Mutex<Vec<Seen>>,
}

#[derive(Debug)]
struct Seen {
    token: u64,
    first: Instant,
    last: Instant,
    times: u32,
}

impl Rollout {
    pub(crate) const fn new() -> Self {
        Self { seen: Mutex::new(Vec::new()) }
    }

    /// How long ago the token was first seen as premature; now counts.
    pub(crate) fn age(&self, token: &str, now: Instant) -> Duration {
        // Keyed by a hash with a key of this process: a scanner cannot make two tokens meet.
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let mut hasher = KEY.build_hasher();
        hasher.write(token.as_bytes());
        let token = hasher.finish();

        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen.iter_mut().find(|known| known.token == token) {
            known.last = now;
            known.times = known.times.saturating_add(1);
            return now.saturating_duration_since(known.first);
        }
        let new = Seen { token, first: now, last: now, times: 1 };
        if seen.len() < REMEMBERED {
            seen.push(new);
        } else if let Some(least) = seen.iter_mut().min_by_key(|known| (known.times, known.last)) {
            *least = new;
        }
        Duration::ZERO
    }
}

impl RolloutWindow {
    /// Whether a token that was first seen as premature so long ago still is.
    pub(crate) fn is_open(self, age: Duration) -> bool {
        match self {
            Self::Seconds(seconds) => age < Duration::from_secs(seconds),
            Self::Off => false,
            Self::Endless => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_counts_from_the_first_time() {
        let (rollout, start) = (Rollout::new(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(rollout.age("a", start), Duration::ZERO);
        assert_eq!(rollout.age("a", after(5)), Duration::from_secs(5));
        assert_eq!(rollout.age("b", after(6)), Duration::ZERO);
        assert_eq!(rollout.age("a", after(9)), Duration::from_secs(9));
    }

    #[test]
    fn a_window_is_open_until_its_seconds_are_over() {
        let second = Duration::from_secs(1);
        assert!(RolloutWindow::DEFAULT.is_open(second * 899));
        assert!(!RolloutWindow::DEFAULT.is_open(second * 900));
        assert!(!RolloutWindow::Off.is_open(Duration::ZERO));
        assert!(RolloutWindow::Endless.is_open(second * u32::MAX));
    }

    #[test]
    fn a_scanner_neither_fills_the_memory_nor_resets_a_real_token() {
        let (rollout, start) = (Rollout::new(), Instant::now());
        rollout.age("real", start);
        rollout.age("real", start);
        for n in 0..10_000_u64 {
            rollout.age(&format!("scan-{n}"), start + Duration::from_millis(n));
        }
        assert_eq!(rollout.seen.lock().unwrap().len(), REMEMBERED);
        assert_eq!(rollout.age("real", start + Duration::from_secs(900)), Duration::from_secs(900));
    }
}
