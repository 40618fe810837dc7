//! Versions: what a change needs, and what was declared.

use super::entry::Entry;
use crate::finding::Severity;

/// Which part of a version has to be raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Nothing.
    None,
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

impl Bump {
    /// `none`, `patch`, `minor`, `major`.
    pub fn as_str(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }

    /// What a finding needs.
    pub fn of(severity: Severity) -> Self {
        match severity {
            Severity::Break => Bump::Major,
            Severity::Risky | Severity::Safe => Bump::Minor,
            Severity::Docs => Bump::Patch,
        }
    }
}

/// A contract that has a version of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractVersion {
    /// `orders`, `Order.Placed v1`.
    pub name: String,
    /// Files whose findings count for it, as pointers lead into them; empty for everything.
    pub files: Vec<String>,
    /// What its findings reach, if it shares files with others: `orders: GET /orders`.
    pub prefix: String,
    /// As declared before and after.
    pub declared: (Option<String>, Option<String>),
    /// Pointers of the declarations.
    pub places: (String, String),
    /// Whether the version is one number that is raised when somebody breaks, and for nothing else.
    pub whole: bool,
}

/// A contract with the version that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// `orders`.
    pub name: String,
    /// As declared before and after.
    pub declared: (Option<String>, Option<String>),
    /// Pointers of the declarations.
    pub places: (String, String),
    /// What has to be raised.
    pub required: Bump,
    /// Whether the version is one number that is raised when somebody breaks, and for nothing else.
    pub whole: bool,
}

impl Versioned {
    /// The least version that is enough, if the one before could be read.
    pub fn needed(&self) -> Option<String> {
        let [major, minor, patch] = numbers(self.declared.0.as_deref()?)?;
        if self.whole {
            return Some((major + u64::from(self.required == Bump::Major)).to_string());
        }
        Some(match self.effective([major, minor, patch]) {
            Bump::None => format!("{major}.{minor}.{patch}"),
            Bump::Patch => format!("{major}.{minor}.{}", patch + 1),
            Bump::Minor => format!("{major}.{}.0", minor + 1),
            Bump::Major => format!("{}.0.0", major + 1),
        })
    }

    /// Before 1.0.0 everything may change with the second number.
    fn effective(&self, [major, ..]: [u64; 3]) -> Bump {
        if self.whole {
            return if self.required == Bump::Major { Bump::Major } else { Bump::None };
        }
        if major == 0 && self.required == Bump::Major { Bump::Minor } else { self.required }
    }

    /// Whether the declared version is as high as it needs to be. What is no version can't be judged.
    pub fn is_enough(&self) -> bool {
        let read = |version: &Option<String>| version.as_deref().and_then(numbers);
        let (Some(before), Some(after)) = (read(&self.declared.0), read(&self.declared.1)) else {
            return true;
        };
        match self.effective(before) {
            Bump::None => true,
            Bump::Patch => after > before,
            Bump::Minor => (after[0], after[1]) > (before[0], before[1]),
            Bump::Major => after[0] > before[0],
        }
    }
}

/// The three numbers of a version; `2` is `2.0.0`.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let version = version.trim().trim_start_matches(['v', 'V']);
    let core = version.split(['-', '+']).next()?;
    let mut numbers = [0; 3];
    let mut parts = core.split('.');
    for (number, part) in numbers.iter_mut().zip(parts.by_ref()) {
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// What each contract needs, of those that changed.
pub(super) fn versions(contracts: &[ContractVersion], entries: &[Entry]) -> Vec<Versioned> {
    let mut found = Vec::new();
    for contract in contracts {
        let concerns = |entry: &&Entry| {
            let reached = |reached: &String| {
                if contract.whole {
                    *reached == contract.prefix
                } else {
                    reached.starts_with(&contract.prefix)
                }
            };
            if contract.prefix.is_empty() {
                contract.files.is_empty() || contract.files.contains(&entry.file)
            } else {
                contract.files.contains(&entry.file) && entry.finding.reaches.is_empty()
                    || entry.finding.reaches.iter().any(reached)
            }
        };
        let required = entries.iter().filter(concerns).map(|entry| Bump::of(entry.finding.severity)).max();
        let Some(required) = required else { continue };
        found.push(Versioned {
            name: contract.name.clone(),
            declared: contract.declared.clone(),
            places: contract.places.clone(),
            required,
            whole: contract.whole,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versioned(before: &str, after: &str, required: Bump) -> Versioned {
        Versioned {
            name: "library".to_owned(),
            declared: (Some(before.to_owned()), Some(after.to_owned())),
            places: (String::new(), String::new()),
            required,
            whole: false,
        }
    }

    #[test]
    fn a_version_is_enough_or_isnt() {
        for (before, after, required, enough, needed) in [
            ("1.8.0", "1.8.0", Bump::Major, false, "2.0.0"),
            ("1.8.0", "2.0.0", Bump::Major, true, "2.0.0"),
            ("1.8.0", "1.8.1", Bump::Minor, false, "1.9.0"),
            ("1.8.0", "1.9.0", Bump::Minor, true, "1.9.0"),
            ("0.3.0", "0.4.0", Bump::Major, true, "0.4.0"),
            ("1", "1", Bump::Patch, false, "1.0.1"),
            ("v1.2.3-rc.1", "v1.2.4", Bump::Patch, true, "1.2.4"),
        ] {
            let versioned = versioned(before, after, required);
            assert_eq!(versioned.is_enough(), enough, "{before} → {after}");
            assert_eq!(versioned.needed().as_deref(), Some(needed), "{before}");
        }
        assert!(versioned("spring", "summer", Bump::Major).is_enough(), "not for us to judge");
    }
}
