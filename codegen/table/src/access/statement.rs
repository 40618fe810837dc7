//! Grants put together: as few statements as say exactly them.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::table::IndexId;

use super::{Access, Action, Grant, KeyPattern, Need};

/// Actions that are allowed on the same keys in the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Where; `None` for the table itself.
    pub index: Option<IndexId>,
    /// What, in order.
    pub actions: Vec<Action>,
    /// On which keys, in order; none for all.
    pub keys: Vec<KeyPattern>,
    /// The only attributes that may be asked for; `None` for all.
    pub attributes: Option<BTreeSet<String>>,
    /// The reads and writes that need it.
    pub patterns: BTreeSet<String>,
}

/// What statements are put together by.
type Terms<'a> = (Option<IndexId>, Option<&'a BTreeSet<String>>);

/// The statements of an access. Keys with the same actions share one, so no statement allows an action on a key
/// for which nothing needs it.
pub fn statements(access: &Access) -> Vec<Statement> {
    let mut by_keys: BTreeMap<(Terms<'_>, Option<&KeyPattern>), Vec<Action>> = BTreeMap::new();
    for (grant, need) in &access.grants {
        let terms = (grant.index, need.attributes.as_ref());
        by_keys.entry((terms, grant.keys.as_ref())).or_default().push(grant.action);
    }
    let mut by_actions: BTreeMap<(Terms<'_>, Vec<Action>), Vec<KeyPattern>> = BTreeMap::new();
    for ((terms, keys), actions) in by_keys {
        by_actions.entry((terms, actions)).or_default().extend(keys.cloned());
    }
    let statement = |((terms, actions), keys): ((Terms<'_>, Vec<Action>), Vec<KeyPattern>)| {
        let (index, attributes) = terms;
        let needed = |(grant, need): &(&Grant, &Need)| {
            grant.index == index
                && need.attributes.as_ref() == attributes
                && actions.contains(&grant.action)
                && grant.keys.as_ref().is_none_or(|pattern| keys.contains(pattern))
        };
        let patterns =
            access.grants.iter().filter(needed).flat_map(|(_, need)| need.patterns.iter().cloned());
        let patterns = patterns.collect();
        Statement { index, actions, keys, attributes: attributes.cloned(), patterns }
    };
    by_actions.into_iter().map(statement).collect()
}
