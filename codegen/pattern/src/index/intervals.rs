//! Intervals, and which of them hold a point, in logarithmic time.

/// A set of closed intervals, each with what it leads to.
#[derive(Debug, Clone)]
pub(super) struct Intervals<K> {
    /// By lower end: a balanced tree in the order of a binary search.
    sorted: Vec<(K, K, u32)>,
    /// The highest upper end below each node of that tree.
    highest: Vec<K>,
    /// Newcomers, merged in when they become many.
    recent: Vec<(K, K, u32)>,
}

impl<K> Default for Intervals<K> {
    fn default() -> Self {
        Self { sorted: Vec::new(), highest: Vec::new(), recent: Vec::new() }
    }
}

impl<K: Ord + Copy> Intervals<K> {
    pub(super) fn is_empty(&self) -> bool {
        self.sorted.is_empty() && self.recent.is_empty()
    }

    /// How many intervals hold a point.
    pub(super) fn crowd(&self, point: K) -> usize {
        let mut holding = Vec::new();
        self.descend(0, self.sorted.len(), point, &mut holding);
        holding.len() + self.recent.iter().filter(|(low, high, _)| *low <= point && point <= *high).count()
    }

    pub(super) fn insert(&mut self, low: K, high: K, target: u32) {
        self.recent.push((low, high, target));
        if self.recent.len() > 16 + self.sorted.len() / 16 {
            self.sorted.append(&mut self.recent);
            self.sorted.sort_unstable();
            self.measure();
        }
    }

    pub(super) fn remove(&mut self, low: K, high: K, target: u32) {
        let gone = (low, high, target);
        self.recent.retain(|interval| *interval != gone);
        if let Ok(place) = self.sorted.binary_search(&gone) {
            self.sorted.remove(place);
            self.measure();
        }
    }

    pub(super) fn holding(&self, point: K, out: &mut Vec<u32>) {
        self.descend(0, self.sorted.len(), point, out);
        for (low, high, target) in &self.recent {
            if *low <= point && point <= *high {
                out.push(*target);
            }
        }
    }

    fn descend(&self, start: usize, end: usize, point: K, out: &mut Vec<u32>) {
        if start >= end {
            return;
        }
        let middle = start + (end - start) / 2;
        if self.highest[middle] < point {
            return;
        }
        self.descend(start, middle, point, out);
        let (low, high, target) = self.sorted[middle];
        if low <= point {
            if point <= high {
                out.push(target);
            }
            self.descend(middle + 1, end, point, out);
        }
    }

    fn measure(&mut self) {
        self.highest = self.sorted.iter().map(|(_, high, _)| *high).collect();
        measure_between(&mut self.highest, 0, self.sorted.len());
    }
}

fn measure_between<K: Ord + Copy>(highest: &mut [K], start: usize, end: usize) -> Option<K> {
    if start >= end {
        return None;
    }
    let middle = start + (end - start) / 2;
    let left = measure_between(highest, start, middle);
    let right = measure_between(highest, middle + 1, end);
    for side in [left, right].into_iter().flatten() {
        highest[middle] = highest[middle].max(side);
    }
    Some(highest[middle])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_intervals_around_a_point_are_found_among_many() {
        let mut intervals = Intervals::default();
        for low in 0..500u64 {
            intervals.insert(low * 7 % 500, low * 7 % 500 + low % 40, u32::try_from(low).expect("small"));
        }
        for gone in (0..500u64).step_by(3) {
            intervals.remove(gone * 7 % 500, gone * 7 % 500 + gone % 40, u32::try_from(gone).expect("small"));
        }
        for point in 0..550 {
            let mut found = Vec::new();
            intervals.holding(point, &mut found);
            found.sort_unstable();
            let expected: Vec<u32> = (0..500u64)
                .filter(|low| low % 3 != 0 && (low * 7 % 500..=low * 7 % 500 + low % 40).contains(&point))
                .map(|low| u32::try_from(low).expect("small"))
                .collect();
            assert_eq!(found, expected, "at {point}");
        }
    }
}
