use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn node(joins: &[u32], depends: &[u32]) -> Node {
    Node { joins: joins.to_vec(), depends: depends.to_vec(), unknown: None }
}

fn unknown() -> Node {
    Node { unknown: Some("it may".to_owned()), ..Node::default() }
}

fn closure_of(units: &Units, asset: usize) -> &Closure {
    &units.closures[units.group_of[asset] as usize]
}

#[test]
fn a_stylesheet_and_its_images_are_one_unit_and_a_page_depends_on_it() {
    // 0: page, 1: stylesheet, 2: image of it, 3: another image
    let units = units(&[node(&[], &[1, 3]), node(&[2], &[]), node(&[], &[]), node(&[], &[])]);
    assert_eq!(units.unit_of[1], units.unit_of[2]);
    assert_eq!(units.unit_of.iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(closure_of(&units, 0), &Closure::Of(vec![0, 1, 2, 3]));
    assert_eq!(closure_of(&units, 1), &Closure::Of(vec![1, 2]));
    assert_eq!(closure_of(&units, 3), &Closure::Of(vec![3]));
}

#[test]
fn pages_that_lead_to_one_another_are_one_group_of_several_units() {
    let units = units(&[node(&[], &[1]), node(&[], &[0, 2]), node(&[], &[])]);
    assert_ne!(units.unit_of[0], units.unit_of[1]);
    assert_eq!(units.group_of[0], units.group_of[1]);
    assert_eq!(closure_of(&units, 0), &Closure::Of(vec![0, 1, 2]));
    assert_eq!(closure_of(&units, 2), &Closure::Of(vec![2]));
}

#[test]
fn what_depends_on_an_asset_that_may_refer_to_anything_does_so_too() {
    // 0: page -> 1: script that joins 2; 2 is unknown; 3: beside
    let units = units(&[node(&[], &[1]), node(&[2], &[]), unknown(), node(&[], &[])]);
    for asset in 0..3 {
        assert_eq!(closure_of(&units, asset), &Closure::Everything(2), "{asset}");
    }
    assert_eq!(closure_of(&units, 3), &Closure::Of(vec![3]));
}

#[test]
fn closures_that_are_too_many_are_given_up_the_smallest_last() {
    let chain: Vec<_> = (0..100).map(|n| node(&[], &if n < 99 { vec![n + 1] } else { Vec::new() })).collect();
    let units = units_within(&chain, 10 * 11 / 2);
    let kept = |asset: &usize| *closure_of(&units, *asset) != Closure::TooMany;
    assert_eq!((0..100).filter(kept).collect::<Vec<_>>(), (90..100).collect::<Vec<_>>());
    let all = units_within(&chain, 100 * 101 / 2);
    assert_eq!(closure_of(&all, 0), &Closure::Of((0..100).collect()));
}

#[test]
fn a_long_chain_takes_no_stack() {
    let chain = |joins: bool| -> Vec<_> {
        let next = |n: u32| if n < 99_999 { vec![n + 1] } else { Vec::new() };
        (0..100_000).map(|n| if joins { node(&next(n), &[]) } else { node(&[], &next(n)) }).collect()
    };
    assert_eq!(units(&chain(true)).closures.len(), 1);
    assert_eq!(units(&chain(false)).closures.len(), 100_000);
}

/// The definitions of the design as they are written, without an algorithm: units by spreading the smallest number, closures
/// by repeated union.
fn by_definition(nodes: &[Node]) -> (Vec<usize>, Vec<Option<BTreeSet<u32>>>) {
    let mut unit: Vec<usize> = (0..nodes.len()).collect();
    for _ in nodes {
        for (asset, node) in nodes.iter().enumerate() {
            for other in &node.joins {
                let least = unit[asset].min(unit[*other as usize]);
                unit[asset] = least;
                unit[*other as usize] = least;
            }
        }
    }
    let mut closures: Vec<Option<BTreeSet<u32>>> = (0..nodes.len())
        .map(|asset| Some((0..).zip(&unit).filter(|(_, it)| **it == unit[asset]).map(|(other, _)| other).collect()))
        .collect();
    for _ in 0..=nodes.len() {
        closures = closures
            .iter()
            .map(|closure| {
                let mut all = closure.clone()?;
                for asset in closure.as_ref()? {
                    let node = &nodes[*asset as usize];
                    if node.unknown.is_some() {
                        return None;
                    }
                    for other in node.depends.iter().chain(&node.joins) {
                        all.extend(closures[*other as usize].as_ref()?);
                    }
                }
                Some(all)
            })
            .collect();
    }
    (unit, closures)
}

fn any_nodes() -> impl Strategy<Value = Vec<Node>> {
    (1_u32..12).prop_flat_map(|len| {
        let some = || prop::collection::vec(0..len, 0..3);
        let node = (some(), some(), prop::bool::weighted(0.05)).prop_map(|(joins, depends, is_unknown)| Node {
            // Few joins, or everything is one unit.
            joins: joins.into_iter().skip(1).collect(),
            depends,
            unknown: is_unknown.then(String::new),
        });
        prop::collection::vec(node, len as usize)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn units_and_closures_are_those_of_the_definition(nodes in any_nodes()) {
        let units = units(&nodes);
        let (unit, closures) = by_definition(&nodes);
        for asset in 0..nodes.len() {
            for other in 0..nodes.len() {
                prop_assert_eq!(units.unit_of[asset] == units.unit_of[other], unit[asset] == unit[other]);
            }
            match (closure_of(&units, asset), &closures[asset]) {
                (Closure::Of(found), Some(expected)) => {
                    prop_assert_eq!(found, &expected.iter().copied().collect::<Vec<_>>());
                }
                (Closure::Everything(root), None) => prop_assert!(nodes[*root as usize].unknown.is_some()),
                (found, expected) => prop_assert!(false, "{found:?}, not {expected:?}"),
            }
        }
        // A group is what has one closure.
        let mut by_group = BTreeMap::new();
        for asset in 0..nodes.len() {
            by_group.entry(units.group_of[asset]).or_insert_with(Vec::new).push(asset);
        }
        for assets in by_group.values() {
            prop_assert!(assets.iter().all(|asset| closures[*asset] == closures[assets[0]]));
        }
    }
}
