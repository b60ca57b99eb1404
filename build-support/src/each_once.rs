//! Work that is done once for equal contents, however many files have them.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use cachebreaker_manifest::parallel;

/// Does the work for each item, on all cores, and once for the items that have one key. The results are found by these keys.
/// The largest item is first, so that no thread is left with a large one at the end.
pub(crate) fn each_once<K: Eq + Hash + Sync, T: Sync, R: Send>(
    items: impl IntoIterator<Item = (K, T)>,
    len: impl Fn(&T) -> usize,
    work: impl Fn(&K, &T) -> R + Sync,
) -> HashMap<K, R> {
    let mut items: Vec<_> = items.into_iter().collect::<HashMap<_, _>>().into_iter().collect();
    items.sort_by_key(|(_, item)| Reverse(len(item)));
    let done = parallel::map(&items, |(key, item)| work(key, item));
    items.into_iter().map(|(key, _)| key).zip(done).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn equal_keys_are_worked_on_once_and_each_key_has_its_result() {
        let begun = Mutex::new(Vec::new());
        let items = [("a", vec![1]), ("b", vec![2; 3]), ("a", vec![1]), ("c", vec![])];
        let results = each_once(items, Vec::len, |key, item| {
            begun.lock().unwrap().push(*key);
            item.iter().sum::<u8>()
        });
        assert_eq!(results, HashMap::from([("a", 1), ("b", 6), ("c", 0)]));
        assert_eq!(begun.into_inner().unwrap().len(), 3);
    }
}
