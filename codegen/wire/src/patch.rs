//! Absent, null, or a value: three different things in a merge patch.

/// A property that may be absent, `null`, or hold a value.
///
/// A struct leaves out an absent one when it is written (see [`ObjectWriter::patch`](crate::ObjectWriter::patch)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patch<T> {
    /// Not there: leave as it is.
    #[default]
    Absent,
    /// `null`: clear.
    Null,
    /// A value: set.
    Value(T),
}

impl<T> Patch<T> {
    /// The same with a borrowed value.
    pub fn as_ref(&self) -> Patch<&T> {
        match self {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => Patch::Value(value),
        }
    }

    /// The same with the value turned into another.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(value) => Patch::Value(turn(value)),
        }
    }

    /// The value, if there is one; absent and null are no longer told apart.
    pub fn into_option(self) -> Option<T> {
        match self {
            Patch::Absent | Patch::Null => None,
            Patch::Value(value) => Some(value),
        }
    }

    /// Whether it says nothing.
    pub fn is_absent(&self) -> bool {
        matches!(self, Patch::Absent)
    }

    /// Whether it clears.
    pub fn is_null(&self) -> bool {
        matches!(self, Patch::Null)
    }

    /// Changes `target` as this says. Gives whether it said anything.
    pub fn apply(self, target: &mut Option<T>) -> bool {
        match self {
            Patch::Absent => return false,
            Patch::Null => *target = None,
            Patch::Value(value) => *target = Some(value),
        }
        true
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Patch::Value(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// `None` clears.
    fn from(value: Option<T>) -> Self {
        value.map_or(Patch::Null, Patch::Value)
    }
}

#[cfg(test)]
mod tests {
    use super::Patch;

    #[test]
    fn absent_leaves_null_clears_and_a_value_sets() {
        let mut shelf = Some(3);
        assert!(!Patch::Absent.apply(&mut shelf));
        assert_eq!(shelf, Some(3));
        assert!(Patch::Value(4).apply(&mut shelf));
        assert_eq!(shelf, Some(4));
        assert!(Patch::Null.apply(&mut shelf));
        assert_eq!(shelf, None);
    }
}
