//! How long a token counts as premature. A rollout ends; a token that is still asked for when it is over belongs to a
//! deploy that was rolled back, and counts as stale.

use std::hash::{BuildHasher, Hasher as _, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::view::rules::RolloutWindow;

/// How many tokens are remembered that were asked for once, and how many that were asked for again. More than one or two at
/// a time are a scanner's.
const PLACES: usize = 32;

/// When each premature token was first seen, in bounded memory.
#[derive(Debug)]
pub(crate) struct Rollout {
    seen: Mutex<Seen>,
}

/// The two halves are apart so that what is asked for once, which costs a scanner nothing, displaces only its own kind. In
/// each half the token that nobody has asked for the longest goes first: how often it was asked for before does not count,
/// or a scanner's tokens would keep their places after the scanner has gone.
#[derive(Debug)]
struct Seen {
    once: Vec<Record>,
    again: Vec<Record>,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    token: u64,
    first: Instant,
    last: Instant,
}

impl Rollout {
    pub(crate) const fn new() -> Self {
        Self { seen: Mutex::new(Seen { once: Vec::new(), again: Vec::new() }) }
    }

    /// How long ago the token was first seen as premature, by what is remembered; now counts.
    pub(crate) fn age(&self, token: &str, now: Instant, window: RolloutWindow) -> Duration {
        // Keyed by a hash with a key of this process: a scanner cannot make two tokens meet.
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let mut hasher = KEY.build_hasher();
        hasher.write(token.as_bytes());
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).age(hasher.finish(), now, window)
    }
}

impl Seen {
    fn age(&mut self, token: u64, now: Instant, window: RolloutWindow) -> Duration {
        let known = take(&mut self.again, token).or_else(|| take(&mut self.once, token));
        match known.filter(|known| window.remembers(now.saturating_duration_since(known.last))) {
            Some(known) => {
                put(&mut self.again, Record { last: now, ..known });
                now.saturating_duration_since(known.first)
            }
            None => {
                put(&mut self.once, Record { token, first: now, last: now });
                Duration::ZERO
            }
        }
    }
}

/// Takes a token's record out of its half.
fn take(half: &mut Vec<Record>, token: u64) -> Option<Record> {
    let at = half.iter().position(|known| known.token == token)?;
    Some(half.remove(at))
}

/// Puts a record behind the others. The first is then the one that nobody has asked for the longest.
fn put(half: &mut Vec<Record>, new: Record) {
    if half.len() == PLACES {
        half.remove(0);
    }
    half.push(new);
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

    /// Whether a token still counts as seen if nobody has asked for it for so long.
    fn remembers(self, silence: Duration) -> bool {
        self == Self::Off || self.is_open(silence)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const WINDOW: RolloutWindow = RolloutWindow::Seconds(900);

    /// Asks for tokens at times in seconds.
    struct Clock(Rollout, Instant, RolloutWindow);

    impl Clock {
        fn new(window: RolloutWindow) -> Self {
            Self(Rollout::new(), Instant::now(), window)
        }

        fn age(&self, token: &str, at: u64) -> u64 {
            self.0.age(token, self.1 + Duration::from_secs(at), self.2).as_secs()
        }

        fn remembered(&self) -> usize {
            let seen = self.0.seen.lock().unwrap();
            seen.once.len() + seen.again.len()
        }
    }

    #[test]
    fn the_age_counts_from_the_first_time() {
        let clock = Clock::new(WINDOW);
        assert_eq!([clock.age("a", 0), clock.age("a", 5), clock.age("b", 6), clock.age("a", 9)], [0, 5, 0, 9]);
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
    fn a_token_that_nobody_asked_for_during_a_window_is_new_again() {
        let clock = Clock::new(WINDOW);
        assert_eq!([clock.age("next", 0), clock.age("next", 900), clock.age("next", 901)], [0, 0, 1]);
    }

    #[test]
    fn a_token_that_pages_keep_asking_for_is_not_new_again() {
        let clock = Clock::new(WINDOW);
        assert_eq!([clock.age("a", 0), clock.age("a", 899), clock.age("a", 1798)], [0, 899, 1798]);
        for window in [RolloutWindow::Off, RolloutWindow::Endless] {
            let clock = Clock::new(window);
            assert_eq!([clock.age("a", 0), clock.age("a", 1_000_000)], [0, 1_000_000]);
        }
    }

    #[test]
    fn a_scanner_neither_fills_the_memory_nor_resets_a_real_token() {
        let clock = Clock::new(WINDOW);
        clock.age("real", 0);
        clock.age("real", 0);
        for n in 0..10_000 {
            clock.age(&format!("scan-{n}"), n / 100);
        }
        assert_eq!(clock.remembered(), PLACES + 1);
        assert_eq!(clock.age("real", 899), 899);
    }

    #[test]
    fn tokens_that_were_asked_for_many_times_do_not_keep_a_window_open() {
        let clock = Clock::new(RolloutWindow::Seconds(3));
        for n in 0..64 {
            (0..40).for_each(|_| _ = clock.age(&format!("scan-{n}"), 0));
        }
        for second in 0..12 {
            clock.age(&format!("new-{second}"), second);
            assert_eq!(clock.age("withdrawn", second), second);
        }
        assert!(clock.remembered() <= 2 * PLACES);
    }

    /// A token as it is remembered where there is room for everything, and what the law of [`RolloutWindow`] counts: the
    /// others that were asked for since its last request, and whether they have ever been too many.
    struct Model {
        token: u8,
        first: u64,
        last: u64,
        is_again: bool,
        others: HashSet<u8>,
        others_again: HashSet<u8>,
        is_safe: bool,
    }

    impl Model {
        fn new(token: u8, now: u64) -> Self {
            let (others, others_again) = (HashSet::new(), HashSet::new());
            Self { token, first: now, last: now, is_again: false, others, others_again, is_safe: true }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_token_is_remembered_as_long_as_few_others_are_asked_for_between_two_of_its_requests(
            requests in prop::collection::vec((0..100_u8, 0..4_u64), 1..1_000),
            few in 1..100_u8,
            window in 1..200_u64,
        ) {
            let clock = Clock::new(RolloutWindow::Seconds(window));
            let (mut models, mut now) = (Vec::<Model>::new(), 0);
            for (token, pause) in requests {
                // Some are asked for more than others.
                let token = if pause == 0 { token } else { token % few };
                now += pause;
                let age = clock.age(&token.to_string(), now);
                models.retain(|model| model.token != token || now - model.last < window);
                let known = models.iter().position(|model| model.token == token);
                for model in models.iter_mut().filter(|model| model.token != token) {
                    model.others.insert(token);
                    if known.is_some() {
                        model.others_again.insert(token);
                    }
                }
                let Some(known) = known else {
                    prop_assert_eq!(age, 0);
                    models.push(Model::new(token, now));
                    continue;
                };
                let model = &mut models[known];
                let others = if model.is_again { &model.others_again } else { &model.others };
                model.is_safe &= others.len() < PLACES;
                // What was forgotten too early is younger, never older.
                prop_assert!(age <= now - model.first);
                if model.is_safe {
                    prop_assert_eq!(age, now - model.first);
                }
                (model.last, model.is_again) = (now, true);
                model.others.clear();
                model.others_again.clear();
            }
        }
    }
}
