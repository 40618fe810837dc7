//! The service refuses wildcards that could hold many positions at once. Its published measure is the largest number
//! of wildcard prefixes that one text can match; the limit isn't published. Reports of refused patterns put it at ten:
//! `*:*:*:*:*:event-bus/*` measures 11 and is refused, three wildcards like `*:stack/name/*` measure 9 and pass,
//! four measure 12 and are refused.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Compiler;
use crate::fault::Fault;
use crate::glob::Glob;
use crate::test::{Except, Test};

/// The most wildcard prefixes that a text may match at once.
const MOST_POSITIONS: usize = 10;
/// Sets of positions to look at before giving up; a pattern of at most 4,096 characters that needs more is refused.
const MOST_SETS: usize = 20_000;

/// Checks every field's wildcards. Combinations that agree in all fields before this one share its wildcards,
/// because the service merges them into one automaton.
pub(super) fn check(compiler: &mut Compiler<'_>) {
    if !compiler.fields.iter().any(|field| field.tests.iter().any(has_wildcard)) {
        return;
    }
    let mut groups: BTreeMap<Vec<usize>, BTreeSet<usize>> = BTreeMap::new();
    for combination in &compiler.combinations {
        let mut fields: Vec<usize> = combination.iter().map(|(_, field)| *field).collect();
        fields.sort_by(|left, right| {
            crate::pattern::path_order(&compiler.fields[*left].path, &compiler.fields[*right].path)
        });
        for (place, field) in fields.iter().enumerate() {
            let mut key = fields[..place].to_vec();
            key.push(compiler.path_ids[&compiler.fields[*field].path]);
            groups.entry(key).or_default().insert(*field);
        }
    }
    let mut checked = HashSet::new();
    let mut complex: BTreeSet<usize> = BTreeSet::new();
    for fields in groups.into_values() {
        if !checked.insert(fields.clone()) {
            continue;
        }
        let tests: Vec<&Test> = fields
            .iter()
            .flat_map(|field| &compiler.fields[*field].tests)
            .filter(|test| has_wildcard(test))
            .collect();
        if !tests.is_empty() && too_complex(&tests) {
            complex.extend(fields.last().copied());
        }
    }
    for index in complex {
        let field = &compiler.fields[index];
        let (pointer, line, column) = (field.pointer.clone(), field.line, field.column);
        compiler.errors.push(crate::CompileError { fault: Fault::TooComplex, pointer, line, column });
    }
}

fn has_wildcard(test: &Test) -> bool {
    matches!(test, Test::Wildcard(_) | Test::AnythingBut(Except::Wildcards(_)))
}

/// A step of a wildcard: a byte, or any run of bytes.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Byte(u8),
    Star,
}

struct Track {
    steps: Vec<Step>,
    /// What each position counts as: positions of one entry that start alike up to the first star are one.
    identity: Vec<u32>,
}

fn too_complex(tests: &[&Test]) -> bool {
    let tracks = tracks(tests);
    if tracks.iter().map(|track| most_positions(&track.steps)).sum::<usize>() <= MOST_POSITIONS {
        return false;
    }
    let mut alphabet: BTreeSet<u8> = BTreeSet::new();
    for step in tracks.iter().flat_map(|track| &track.steps) {
        if let Step::Byte(byte) = step {
            alphabet.insert(*byte);
        }
    }
    // One byte that no wildcard names stands for all the others.
    alphabet.extend((0..=u8::MAX).find(|byte| !alphabet.contains(byte)));
    let start: Vec<(usize, usize)> = (0..tracks.len()).map(|track| (track, 0)).collect();
    let mut seen: HashSet<Vec<(usize, usize)>> = HashSet::new();
    let mut waiting = vec![start];
    while let Some(positions) = waiting.pop() {
        for byte in &alphabet {
            let next = advance(&tracks, &positions, *byte);
            let counted: HashSet<u32> = next.iter().map(|(track, at)| tracks[*track].identity[*at]).collect();
            if counted.len() > MOST_POSITIONS || seen.len() > MOST_SETS {
                return true;
            }
            if !next.is_empty() && !seen.contains(&next) {
                seen.insert(next.clone());
                waiting.push(next);
            }
        }
    }
    false
}

fn tracks(tests: &[&Test]) -> Vec<Track> {
    let mut shared: BTreeMap<(usize, Vec<u8>, bool), u32> = BTreeMap::new();
    let mut next = 0;
    let mut tracks = Vec::new();
    for (entry, test) in tests.iter().enumerate() {
        let globs = match test {
            Test::Wildcard(glob) => std::slice::from_ref(glob),
            Test::AnythingBut(Except::Wildcards(globs)) => globs,
            _ => continue,
        };
        for glob in globs {
            let steps = steps(glob);
            let mut identity = vec![u32::MAX];
            let mut prefix = Vec::new();
            let mut starred = false;
            for step in &steps {
                let mut own = || {
                    next += 1;
                    next
                };
                let id = if starred {
                    own()
                } else {
                    match step {
                        Step::Byte(byte) => prefix.push(*byte),
                        Step::Star => starred = true,
                    }
                    *shared.entry((entry, prefix.clone(), starred)).or_insert_with(own)
                };
                identity.push(id);
            }
            tracks.push(Track { steps, identity });
        }
    }
    tracks
}

fn steps(glob: &Glob) -> Vec<Step> {
    let mut steps = Vec::new();
    for (place, literal) in glob.literals().iter().enumerate() {
        if place > 0 {
            steps.push(Step::Star);
        }
        steps.extend(literal.bytes().map(Step::Byte));
    }
    steps
}

/// An upper bound of the positions one wildcard can hold at once, without trying: before the first star one; after
/// each star the star itself and, in the literal behind it, as many prefixes as can end in one another.
fn most_positions(steps: &[Step]) -> usize {
    let mut literals = steps.split(|step| *step == Step::Star);
    literals.next();
    1 + literals.map(|literal| 1 + most_nested(literal)).sum::<usize>()
}

/// The longest chain of prefixes of a literal that each end in the next.
fn most_nested(literal: &[Step]) -> usize {
    let mut border = vec![0; literal.len()];
    let mut chain = vec![1; literal.len()];
    for at in 1..literal.len() {
        let mut length: usize = border[at - 1];
        while length > 0 && literal[length] != literal[at] {
            length = border[length - 1];
        }
        if literal[length] == literal[at] {
            length += 1;
        }
        border[at] = length;
        if length > 0 {
            chain[at] = chain[length - 1] + 1;
        }
    }
    chain.into_iter().max().unwrap_or(0)
}

/// The positions after one more byte. A position at a star also counts as the position behind it.
fn advance(tracks: &[Track], positions: &[(usize, usize)], byte: u8) -> Vec<(usize, usize)> {
    let mut next = BTreeSet::new();
    for (track, at) in positions {
        let steps = &tracks[*track].steps;
        if at.checked_sub(1).is_some_and(|before| steps[before] == Step::Star) {
            next.insert((*track, *at));
        }
        if steps.get(*at) == Some(&Step::Byte(byte)) {
            next.insert((*track, at + 1));
            if steps.get(at + 1) == Some(&Step::Star) {
                next.insert((*track, at + 2));
            }
        }
    }
    next.into_iter().collect()
}
