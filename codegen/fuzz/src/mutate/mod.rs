//! Changes of an input: of its bytes, its tokens, its lines, its numbers and its nesting; and of what only inputs of a
//! form have: heads of requests, percent-encoding, segments of base64url.

mod bytes;
mod escapes;
mod heads;
mod lines;
mod nesting;
mod segments;
mod tokens;
mod values;

pub use tokens::Dictionary;

use crate::corpus::Input;
use crate::random::Random;

/// Inputs don't grow beyond this: what is slow because it is large is no finding.
const LARGEST: usize = 256 << 10;

/// Most changes of one input; half of all inputs have one.
const MOST_CHANGES: usize = 8;

/// A change.
pub type Mutation = fn(&mut Vec<u8>, &Dictionary, &mut Random);

/// Changes of requests as they come over a connection.
pub const REQUESTS: &[Mutation] = &[
    heads::add,
    heads::add,
    heads::double,
    heads::bend,
    heads::method,
    escapes::insert,
    escapes::insert,
    escapes::encode,
    escapes::decode,
    segments::inside,
    segments::spell,
];

/// Changes of JSON that stands for a request.
pub const MESSAGES: &[Mutation] =
    &[escapes::insert, escapes::encode, escapes::decode, segments::inside, segments::spell];

/// Changes of what is written in base64url.
pub const SEALED: &[Mutation] =
    &[segments::inside, segments::inside, segments::spell, segments::swap, segments::member];

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

/// The input with this number of a run: one of the seeds, changed. Where there are changes for its form, every other one
/// is of these.
pub fn input(
    seeds: &[Input],
    dictionary: &Dictionary,
    forms: &[Mutation],
    seed: u64,
    iteration: u64,
) -> Input {
    let mut random = Random::new(seed, iteration);
    let Some(chosen) = random.pick(seeds) else { return Input::new("", "") };
    let mut input = chosen.clone();
    for _ in 0..MOST_CHANGES {
        let of_form = !forms.is_empty() && random.once_in(2);
        if let Some(mutation) = random.pick(if of_form { forms } else { MUTATIONS }) {
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
