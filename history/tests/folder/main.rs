//! Folders of histories from outside: merged, pruned, verified, damaged, and written by processes that are killed.

mod damage;
mod full;
mod killed;
mod made;
mod merged;
mod process;
mod pruned;
mod together;
