//! Array consistency: all fields of a combination must hold within the same element of every array they share.
//!
//! Each field chooses one leaf that passes (or its absence). A chosen leaf fixes the element of every array around it;
//! choices that fix different elements of one array contradict each other. Fields are decided in path order.
//! Fields that share no undecided array are decided apart from each other, and a set of choices that failed isn't
//! tried again, so the work stays proportional to the leaves involved, however many arrays a pattern spans.

use std::collections::HashSet;

use crate::event::{Event, LeafView, PlaceId};
use crate::pattern::Field;

/// Leaves looked at before giving up. Only an event that spells one path in many ways (dotted keys, repeated keys)
/// can come near it; it then counts as not matching.
const MOST_STEPS: usize = 5_000_000;

/// Below this many combinations of choices, all are tried.
const FEW_COMBINATIONS: usize = 512;

/// Whether the event satisfies all fields at once. The fields come in path order.
pub(crate) fn holds<'p>(fields: impl Iterator<Item = &'p Field> + Clone, event: &Event) -> bool {
    let any_absence = fields.clone().any(|field| field.absence);
    let mut choices: Vec<Choice> = Vec::new();
    for field in fields {
        match Choice::of(field, event, any_absence) {
            None => return false,
            Some(choice) if choice.is_settled() => {}
            Some(choice) => choices.push(choice),
        }
    }
    if choices.len() < 2 && choices.iter().all(|choice| choice.leaves_for_absence.is_empty()) {
        return true;
    }
    let combinations =
        choices.iter().try_fold(1usize, |product, choice| product.checked_mul(choice.places.len() + 1));
    if combinations.is_some_and(|combinations| combinations <= FEW_COMBINATIONS) {
        return try_all(event, &choices, &mut Vec::new());
    }
    Search::new(event, &choices).solve(&(0..choices.len()).collect::<Vec<_>>(), &Vec::new())
}

/// Tries the choices one after the other; for few of them this is quicker than avoiding repetition.
fn try_all(event: &Event, choices: &[Choice], fixed: &mut Fixed) -> bool {
    let Some((choice, rest)) = choices.split_first() else { return true };
    let absent = !choice.leaves_for_absence.is_empty()
        && !choice.leaves_for_absence.iter().any(|place| agrees(event, fixed, *place));
    if absent && try_all(event, rest, fixed) {
        return true;
    }
    for place in &choice.places {
        if agrees(event, fixed, *place) {
            let before = fixed.len();
            fixed.extend(event.elements(*place).map(|element| (element.array, element.element)));
            if try_all(event, rest, fixed) {
                return true;
            }
            fixed.truncate(before);
        }
    }
    false
}

fn agrees(event: &Event, fixed: &Fixed, place: PlaceId) -> bool {
    event.elements(place).all(|around| {
        fixed.iter().all(|(array, element)| *array != around.array || *element == around.element)
    })
}

/// What a field can choose from.
struct Choice {
    /// Where its passing leaves lie, each place once, in document order.
    places: Vec<PlaceId>,
    /// If the field allows absence: where all its leaves lie. Absence holds where none of them is consistent.
    leaves_for_absence: Vec<PlaceId>,
}

impl Choice {
    /// `None` if nothing can satisfy the field.
    fn of(field: &Field, event: &Event, any_absence: bool) -> Option<Self> {
        let absence = field.absence;
        let mut all = Vec::new();
        let mut places = Vec::new();
        for leaf in event.leaves(&field.path) {
            if absence && all.last() != Some(&leaf.place) {
                all.push(leaf.place);
            }
            if passes(field, leaf) && places.last() != Some(&leaf.place) {
                places.push(leaf.place);
                // A leaf outside all arrays contradicts nothing; only absence can profit from one inside.
                if !any_absence && leaf.place == 0 {
                    return Some(Self { places: vec![0], leaves_for_absence: Vec::new() });
                }
            }
        }
        let absent = absence && all.is_empty();
        if absent {
            return Some(Self { places: vec![0], leaves_for_absence: Vec::new() });
        }
        // A leaf outside all arrays is always consistent, so absence never holds.
        if all.contains(&0) {
            all.clear();
        }
        (!places.is_empty() || !all.is_empty()).then_some(Self { places, leaves_for_absence: all })
    }

    fn is_settled(&self) -> bool {
        self.leaves_for_absence.is_empty() && self.places == [0]
    }
}

fn passes(field: &Field, leaf: LeafView<'_>) -> bool {
    field.tests.iter().any(|test| test.passes(leaf))
}

/// The elements that choices have fixed: array and element, by array.
type Fixed = Vec<(u32, u32)>;

struct Search<'a> {
    event: &'a Event,
    choices: &'a [Choice],
    /// The arrays around each choice's leaves.
    arrays: Vec<HashSet<u32>>,
    /// The classes of those arrays.
    classes: Vec<HashSet<u32>>,
    failed: HashSet<(Vec<usize>, Fixed)>,
    steps: usize,
}

impl<'a> Search<'a> {
    fn new(event: &'a Event, choices: &'a [Choice]) -> Self {
        let arrays: Vec<HashSet<u32>> = choices
            .iter()
            .map(|choice| {
                let places = choice.places.iter().chain(&choice.leaves_for_absence);
                places.flat_map(|place| event.elements(*place)).map(|element| element.array).collect()
            })
            .collect();
        let classes =
            arrays.iter().map(|arrays| arrays.iter().map(|array| event.class_of(*array)).collect()).collect();
        Self { event, choices, arrays, classes, failed: HashSet::new(), steps: 0 }
    }

    /// Whether the fields can all be satisfied given what is fixed.
    fn solve(&mut self, fields: &[usize], fixed: &Fixed) -> bool {
        let parts = self.independent(fields, fixed);
        if let [part] = &*parts {
            return self.solve_together(part, fixed);
        }
        parts.iter().all(|part| self.solve_together(part, fixed))
    }

    fn solve_together(&mut self, fields: &[usize], fixed: &Fixed) -> bool {
        let Some((first, rest)) = fields.split_first() else { return true };
        let relevant = self.relevant(fields, fixed);
        let key = (fields.to_vec(), relevant);
        if self.failed.contains(&key) {
            return false;
        }
        let choices = self.choices;
        let choice = &choices[*first];
        if !choice.leaves_for_absence.is_empty()
            && !choice.leaves_for_absence.iter().any(|place| agrees(self.event, fixed, *place))
            && self.solve(rest, fixed)
        {
            return true;
        }
        let mut tried = HashSet::new();
        for place in &choice.places {
            let Some(joined) = self.join(fixed, *place) else { continue };
            if rest.is_empty() {
                return true;
            }
            if tried.insert(self.relevant(rest, &joined)) && self.solve(rest, &joined) {
                return true;
            }
            if self.steps > MOST_STEPS {
                return false;
            }
        }
        self.failed.insert(key);
        false
    }

    /// What is fixed, with the elements around a place; `None` if they contradict each other.
    fn join(&mut self, fixed: &Fixed, place: PlaceId) -> Option<Fixed> {
        self.steps += 1;
        let mut joined = fixed.clone();
        for element in self.event.elements(place) {
            match joined.binary_search_by_key(&element.array, |(array, _)| *array) {
                Ok(at) if joined[at].1 != element.element => return None,
                Ok(_) => {}
                Err(at) => joined.insert(at, (element.array, element.element)),
            }
        }
        Some(joined)
    }

    /// The part of what is fixed that these fields can notice.
    fn relevant(&self, fields: &[usize], fixed: &Fixed) -> Fixed {
        let noticed = |array: &u32| fields.iter().any(|field| self.arrays[*field].contains(array));
        fixed.iter().filter(|(array, _)| noticed(array)).copied().collect()
    }

    /// Splits the fields into sets that share no array that is still open. Each set keeps the order of its fields.
    fn independent(&self, fields: &[usize], fixed: &Fixed) -> Vec<Vec<usize>> {
        if self.event.is_ambiguous() || fields.len() < 2 {
            return vec![fields.to_vec()];
        }
        let closed: HashSet<u32> = fixed.iter().map(|(array, _)| self.event.class_of(*array)).collect();
        let mut parts: Vec<(HashSet<u32>, Vec<usize>)> = Vec::new();
        for field in fields {
            let mut open: HashSet<u32> = self.classes[*field].difference(&closed).copied().collect();
            let mut members = vec![*field];
            parts.retain_mut(|(classes, earlier)| {
                let joins = !classes.is_disjoint(&open);
                if joins {
                    open.extend(classes.drain());
                    members.append(earlier);
                }
                !joins
            });
            members.sort_unstable();
            parts.push((open, members));
        }
        parts.into_iter().map(|(_, members)| members).collect()
    }
}
