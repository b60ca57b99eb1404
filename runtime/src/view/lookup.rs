//! How `asset!` finds its view from anywhere in the crate, although a macro knows no path to the module that it is in.
//!
//! The module implements [`Lookup`] for the [`Key`] of its view and a type of its own, and `asset!` leaves it to the
//! compiler to infer that type: there is one implementation for one key.

use crate::view::View;

/// A view's number: a hash of the crate and of the arguments of `assets!`.
#[derive(Debug)]
pub struct Key<const NUMBER: u64>;

/// The view with that key. `Module` is a type of the module that `assets!` makes, so that the crate may implement this.
pub trait Lookup<Module> {
    /// The view.
    const VIEW: &'static View;
}
