//! What one run of the drill is for: a kind of token, with a history or without one, an engine, and the fronts that it takes.

use cachebreaker_manifest::token::TokenKind;
use tests_browser::Engine;

use crate::front;

/// A kind of token, with a history or without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) kind: TokenKind,
    pub(crate) has_history: bool,
}

impl Setup {
    /// Every kind of token without a history, and all but labels, which are ordered as versions are, with one.
    pub(crate) fn all() -> Vec<Self> {
        let with = |has_history| move |kind| Self { kind, has_history };
        let kinds = TokenKind::ALL.into_iter();
        kinds.clone().map(with(false)).chain(kinds.filter(|kind| *kind != TokenKind::Label).map(with(true))).collect()
    }

    /// For a file or a message.
    pub(crate) fn name(self) -> String {
        let suffix = if self.has_history { "-history" } else { "" };
        self.kind.name().to_owned() + suffix
    }

    /// Whether pages load their modules with an import map: then each module has a URL that lasts by itself.
    pub(crate) fn has_import_map(self) -> bool {
        self.has_history && matches!(self.kind, TokenKind::Content | TokenKind::Release)
    }
}

/// A setup, in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) setup: Setup,
    pub(crate) engine: Engine,
}

impl Run {
    /// Every setup in Chromium, and in the others one without a history and one with everything.
    pub(crate) fn all() -> Vec<Self> {
        let others = [(TokenKind::Timestamp, false), (TokenKind::Release, true)]
            .map(|(kind, has_history)| Setup { kind, has_history });
        let runs_in = |engine| move |setup| Self { setup, engine };
        let mut all: Vec<_> = Setup::all().into_iter().map(runs_in(Engine::Chromium)).collect();
        for engine in [Engine::Firefox, Engine::WebKit] {
            all.extend(others.map(runs_in(engine)));
        }
        all
    }

    /// The name by which it is asked for on the command line.
    pub(crate) fn name(self) -> String {
        match self.engine {
            Engine::Chromium => self.setup.name(),
            engine => format!("{}-{}", self.setup.name(), engine.name().to_lowercase()),
        }
    }

    /// The fronts before the instances. With a history only one kind of token takes the cache, for the sake of time.
    pub(crate) fn fronts(self) -> &'static [front::Kind] {
        use front::Kind::{Cache, Haproxy, Nginx};
        match (self.setup.has_history, self.setup.kind) {
            (false, _) | (true, TokenKind::Release) => &[Nginx, Haproxy, Cache],
            (true, _) => &[Nginx, Haproxy],
        }
    }

    pub(crate) fn loads(self) -> &'static Loads {
        if self.engine == Engine::Chromium { &LOADS } else { &LOADS_IN_OTHERS }
    }
}

/// How many pages are loaded through each front. Which of them meet the instance of the other release is up to the front alone, so
/// one engine loads many.
pub(crate) struct Loads {
    /// In step 2.
    pub(crate) rollout: usize,
    /// In step 8, for each of the two instances that is killed, at least.
    pub(crate) kill: usize,
    /// In step 11, in each direction.
    pub(crate) rollback: usize,
}

pub(crate) const LOADS: Loads = Loads { rollout: 120, kill: 24, rollback: 16 };
pub(crate) const LOADS_IN_OTHERS: Loads = Loads { rollout: 48, kill: 20, rollback: 8 };
