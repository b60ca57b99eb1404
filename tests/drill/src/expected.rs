//! What a history changes: what a step expects without one and with one, in one table. What is not in it is the same.

use std::fmt::Write as _;

use crate::setup::Setup;

/// What somebody gets who asks instances of one release for what is of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The file of the page's own release.
    Own,
    /// 301 to the file of the other release.
    Redirect,
    /// 404.
    Missing,
    /// 503, so that the front asks another instance.
    Retry,
    /// The page has one instance of the module that both import.
    OneInstance,
    /// The page has two instances of it, each with a state.
    TwoInstances,
    /// All of the page loads.
    Whole,
    /// A part of the page may be missing.
    Lost,
}

impl Outcome {
    /// As the table has it.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Own => "200, its own",
            Self::Redirect => "301 to the other's",
            Self::Missing => "404",
            Self::Retry => "503 to the front, which asks another instance",
            Self::OneInstance => "one instance of it, one state",
            Self::TwoInstances => "two instances of it, two states",
            Self::Whole => "the page is whole",
            Self::Lost => "it may lack a file",
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    step: usize,
    what: &'static str,
    without: Outcome,
    with: Outcome,
}

impl Row {
    pub(crate) fn of(self, setup: Setup) -> Outcome {
        if setup.has_history { self.with } else { self.without }
    }
}

const fn row(step: usize, what: &'static str, without: Outcome, with: Outcome) -> Row {
    Row { step, what, without, with }
}

// The history of a build has the releases before it: v2 knows v1, and v1 does not know v2.
#[rustfmt::skip]
mod rows {
    use super::Outcome::{Lost, Missing, OneInstance, Own, Redirect, Retry, TwoInstances, Whole};
    use super::{Row, row};

    //                                      step, what,                                                   without,           with
    pub(crate) const V1_AT_V2: Row    = row(2, "v2's instance is asked for a file of v1",                   Retry,             Own);
    pub(crate) const V2_AT_V1: Row    = row(2, "v1's instance is asked for a file of v2",                   Retry,             Retry);
    pub(crate) const CHANGED: Row     = row(4, "a page of v1 asks both v2 for a file that changed",         Redirect,          Own);
    pub(crate) const GONE: Row        = row(4, "… for a file that v2 lacks",                                Missing,           Own);
    pub(crate) const MODULE: Row      = row(4, "… imports a module that changed",                           Redirect,          Own);
    pub(crate) const STATE: Row       = row(4, "… and that imports a module that the page has already",     TwoInstances,      OneInstance);
    pub(crate) const V1_DIES: Row     = row(8, "the last instance of v1 dies while a page of v1 loads",     Lost,              Whole);
    pub(crate) const V2_DIES: Row     = row(8, "the last instance of v2 dies while a page of v2 loads",     Lost,              Lost);
}
pub(crate) use rows::*;

const TABLE: [Row; 8] = [V1_AT_V2, V2_AT_V1, CHANGED, GONE, MODULE, STATE, V1_DIES, V2_DIES];

/// The table for a reader.
pub(crate) fn table() -> String {
    let mut table = String::from("| step | | without a history | with one |\n|---|---|---|---|\n");
    for Row { step, what, without, with } in TABLE {
        let _ = writeln!(table, "| {step} | {what} | {} | {} |", without.shown(), with.shown());
    }
    table
}
