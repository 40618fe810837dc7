//! Changes of an input: of its bytes, its tokens, its lines, its numbers and its nesting.

mod bytes;
mod lines;
mod nesting;
mod tokens;
mod values;

pub use tokens::Dictionary;

use crate::corpus::Input;
use crate::random::Random;

/// Inputs don't grow beyond this: what is slow because it is large is no finding.
const LARGEST: usize = 256 << 10;

/// Most changes of one input; half of all inputs have one.
const MOST_CHANGES: usize = 8;

type Mutation = fn(&mut Vec<u8>, &Dictionary, &mut Random);

/// Every change. Those of tokens stand twice: they get deepest into a reader.
const MUTATIONS: &[Mutation] = &[
    bytes::flip,
    bytes::insert,
    bytes::remove,
    bytes::splice,
    bytes::cut,
    tokens::double,
    tokens::double,
    tokens::swap,
    tokens::swap,
    tokens::replace,
    tokens::replace,
    tokens::remove,
    tokens::remove,
    tokens::repeat,
    lines::double,
    lines::remove,
    lines::swap,
    lines::indent,
    values::number,
    values::number,
    values::text,
    values::text,
    nesting::wrap,
    nesting::deepen,
];

/// The input with this number of a run: one of the seeds, changed.
pub fn input(seeds: &[Input], dictionary: &Dictionary, seed: u64, iteration: u64) -> Input {
    let mut random = Random::new(seed, iteration);
    let Some(chosen) = random.pick(seeds) else { return Input::new("", "") };
    let mut input = chosen.clone();
    for _ in 0..MOST_CHANGES {
        if let Some(mutation) = random.pick(MUTATIONS) {
            mutation(&mut input.bytes, dictionary, &mut random);
        }
        input.bytes.truncate(LARGEST);
        if random.once_in(2) {
            break;
        }
    }
    input
}

/// Puts `piece` in place of a range.
fn replace_range(bytes: &mut Vec<u8>, range: std::ops::Range<usize>, piece: &[u8]) {
    if range.end <= bytes.len() && range.start <= range.end {
        bytes.splice(range, piece.iter().copied());
    }
}
