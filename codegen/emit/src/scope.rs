//! Names of one generated scope, each given once.

use std::collections::BTreeSet;

/// Gives out names; a taken one gets a number.
#[derive(Default)]
pub(crate) struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// The first of these names that is free, or the last with the lowest number that makes it so.
    pub(crate) fn claim(&mut self, preferred: &[String]) -> String {
        let last = preferred.last().cloned().unwrap_or_else(|| "Unnamed".to_owned());
        let numbered = (2u32..).map(|number| format!("{last}{number}"));
        let name = preferred.iter().cloned().chain(numbered).find(|name| !self.taken.contains(name));
        let name = name.expect("numbers don't end");
        self.taken.insert(name.clone());
        name
    }

    /// Whether somebody has the name.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.taken.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_name_is_given_once() {
        let mut scope = Scope::default();
        assert_eq!(scope.claim(&["Type".into()]), "Type");
        assert_eq!(scope.claim(&["Type".into(), "TypeInput".into()]), "TypeInput");
        assert_eq!(scope.claim(&["Type".into()]), "Type2");
        assert_eq!(scope.claim(&["Type".into()]), "Type3");
    }
}
