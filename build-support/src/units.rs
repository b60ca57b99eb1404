//! Which assets have one URL token, and what that token depends on: from what each asset refers to, by numbers, to groups of
//! assets and their closures.
//!
//! - A **unit** is what the references of stylesheets and scripts join. A relative reference in it leads to a URL with the same
//!   token, so all of it has one, and each file in it one URL.
//! - A unit **depends** on others, by the references of pages and images: under its token they are served too.
//! - A **group** is a unit, or several that depend on one another.
//! - The **closure** of a group is everything that a browser reaches from it by relative references. While that stays the same, so
//!   may the token.
//!
//! Nothing here knows where references come from, nor what a token is.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::unionfind::UnionFind;

/// What an asset refers to, by the numbers of assets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    /// Those that must have its token.
    pub(crate) joins: Vec<u32>,
    /// Those that are served under its token too.
    pub(crate) depends: Vec<u32>,
    /// Why it may refer to anything, if it may.
    pub(crate) unknown: Option<String>,
}

/// Everything that is reached from a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closure {
    /// These assets, in ascending order.
    Of(Vec<u32>),
    /// All assets, because this one may refer to anything.
    Everything(u32),
    /// So many that nothing is won by a token for them.
    TooMany,
}

/// The groups of all assets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Units {
    /// The unit of each asset, by a number.
    pub(crate) unit_of: Vec<u32>,
    /// The group of each asset: the index of its closure.
    pub(crate) group_of: Vec<u32>,
    pub(crate) closures: Vec<Closure>,
}

/// The closures of all groups together have at most so many assets, or a view of many pages would have a table that is larger
/// than its contents. A pair of a token and an asset takes eight bytes in the binary.
const MOST: usize = 1 << 20;

/// Of an asset whose group is not known yet.
const UNKNOWN: u32 = u32::MAX;

/// Finds the units, and their closures.
pub(crate) fn units(nodes: &[Node]) -> Units {
    units_within(nodes, MOST)
}

fn units_within(nodes: &[Node], most: usize) -> Units {
    let mut joined = UnionFind::<u32>::new(nodes.len());
    for (asset, node) in (0..).zip(nodes) {
        for other in &node.joins {
            joined.union(asset, *other);
        }
    }
    let unit_of = joined.into_labeling();
    // A unit has the number of one of its assets.
    let mut graph = DiGraph::<(), ()>::with_capacity(nodes.len(), 0);
    for _ in nodes {
        graph.add_node(());
    }
    let index = |asset: u32| NodeIndex::new(unit_of[asset as usize] as usize);
    for (asset, node) in (0..).zip(nodes) {
        for other in &node.depends {
            graph.add_edge(index(asset), index(*other), ());
        }
    }
    let mut members = vec![Vec::new(); nodes.len()];
    unit_of.iter().zip(0_u32..).for_each(|(unit, asset)| members[*unit as usize].push(asset));

    let mut group_of = vec![UNKNOWN; nodes.len()];
    let mut closures: Vec<Closure> = Vec::new();
    let mut total = 0;
    // What a group depends on is before it.
    for group in kosaraju_scc(&graph) {
        let assets: Vec<_> = group.iter().flat_map(|unit| &members[unit.index()]).copied().collect();
        // A number that no unit has.
        if assets.is_empty() {
            continue;
        }
        let others = group.iter().flat_map(|unit| graph.neighbors(*unit));
        let others = others.filter_map(|unit| members[unit.index()].first()).map(|asset| group_of[*asset as usize]);
        let mut others: Vec<u32> = others.filter(|other| *other != UNKNOWN).collect();
        others.sort_unstable();
        others.dedup();
        let others = others.iter().map(|other| &closures[*other as usize]);
        let closure = closure(&assets, nodes, others, most - total);
        total += if let Closure::Of(assets) = &closure { assets.len() } else { 0 };
        let number = closures.len() as u32;
        assets.iter().for_each(|asset| group_of[*asset as usize] = number);
        closures.push(closure);
    }
    Units { unit_of, group_of, closures }
}

/// The closure of these assets, which depend on those closures, if it has no more than `most` assets.
fn closure<'c>(assets: &[u32], nodes: &[Node], others: impl Iterator<Item = &'c Closure>, most: usize) -> Closure {
    if let Some(unknown) = assets.iter().find(|asset| nodes[**asset as usize].unknown.is_some()) {
        return Closure::Everything(*unknown);
    }
    let (mut all, mut too_many) = (assets.to_vec(), false);
    for other in others {
        match other {
            // What two of them share is dropped below; one that is too long by itself need not be merged.
            Closure::Of(assets) if assets.len() <= most => all.extend_from_slice(assets),
            Closure::Everything(_) => return other.clone(),
            Closure::Of(_) | Closure::TooMany => too_many = true,
        }
    }
    if too_many {
        return Closure::TooMany;
    }
    all.sort_unstable();
    all.dedup();
    if all.len() > most { Closure::TooMany } else { Closure::Of(all) }
}

#[cfg(test)]
mod tests;
