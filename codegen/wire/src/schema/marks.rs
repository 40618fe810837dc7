//! Which members or items of one value were looked at.

/// By their places in the value.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    seen: Vec<bool>,
    all: bool,
}

impl Marks {
    pub(super) fn add(&mut self, place: usize) {
        if self.all {
            return;
        }
        if self.seen.len() <= place {
            self.seen.resize(place + 1, false);
        }
        self.seen[place] = true;
    }

    pub(super) fn add_all(&mut self) {
        self.all = true;
    }

    pub(super) fn has(&self, place: usize) -> bool {
        self.all || self.seen.get(place).copied().unwrap_or(false)
    }

    pub(super) fn merge(&mut self, other: &Marks) {
        self.all |= other.all;
        for place in (0..other.seen.len()).filter(|place| other.seen[*place]) {
            self.add(place);
        }
    }
}
