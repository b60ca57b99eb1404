//! What one run of the drill is for: a kind of token, with a history or without one, and the fronts that it takes.

use crate::front;

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Timestamp,
    Content,
    Release,
    Commit,
    Label,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Timestamp, Self::Content, Self::Release, Self::Commit, Self::Label];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Content => "content",
            Self::Release => "release",
            Self::Commit => "commit",
            Self::Label => "label",
        }
    }
}

/// A kind of token, with a history or without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) kind: Kind,
    pub(crate) has_history: bool,
}

impl Setup {
    /// Every kind of token without a history, and all but labels, which are ordered as versions are, with one.
    pub(crate) fn all() -> Vec<Self> {
        let with = |has_history| move |kind| Self { kind, has_history };
        let kinds = Kind::ALL.into_iter();
        kinds.clone().map(with(false)).chain(kinds.filter(|kind| *kind != Kind::Label).map(with(true))).collect()
    }

    /// The name by which it is asked for on the command line.
    pub(crate) fn name(self) -> String {
        let suffix = if self.has_history { "-history" } else { "" };
        self.kind.name().to_owned() + suffix
    }

    /// The fronts before the instances. With a history one kind of token takes all of them, and every other takes one, for the sake
    /// of time.
    pub(crate) fn fronts(self) -> &'static [front::Kind] {
        use front::Kind::{Cache, Haproxy, Nginx};
        match (self.has_history, self.kind) {
            (false, _) | (true, Kind::Release) => &[Nginx, Haproxy, Cache],
            (true, Kind::Content) => &[Haproxy],
            (true, _) => &[Nginx],
        }
    }

    /// Whether pages load their modules with an import map: then each module has a URL that lasts by itself.
    pub(crate) fn has_import_map(self) -> bool {
        self.has_history && matches!(self.kind, Kind::Content | Kind::Release)
    }
}
