//! States and their ways: a picture for those who see it, and the same in words.

use std::fmt::Write as _;

use askama::filters::Safe;

use super::prose::escaped;
use super::said::Said;

const INFALLIBLE: &str = "writing into a String never fails";
/// Width of a letter, height of a box, and the room between boxes, in pixels.
const LETTER: usize = 9;
const HEIGHT: usize = 34;
const BESIDE: usize = 64;
const BELOW: usize = 22;
/// Around everything; below it ways lead back.
const EDGE: usize = 12;
const BACK: usize = 48;

/// A state in its place: those that are as many steps from a beginning stand above each other.
struct State<'t> {
    name: &'t str,
    next: Vec<usize>,
    column: usize,
    row: usize,
}

/// The states of a schema with a name that says how they follow each other.
pub(super) fn view(name: &str, schema: Said<'_>) -> Safe<String> {
    let states = placed(schema);
    let names = states.iter().map(|it| it.name.len()).max().unwrap_or(0);
    let width = names * LETTER + 2 * EDGE;
    let columns = states.iter().map(|it| it.column + 1).max().unwrap_or(0);
    let rows = states.iter().map(|it| it.row + 1).max().unwrap_or(0);
    let (across, down) = (columns * (width + BESIDE) + 2 * EDGE, rows * (HEIGHT + BELOW) + EDGE + BACK);
    let at = |it: &State<'_>| (EDGE + it.column * (width + BESIDE), EDGE + it.row * (HEIGHT + BELOW));
    let mut picture = String::new();
    for from in &states {
        for to in from.next.iter().map(|to| &states[*to]) {
            way(&mut picture, (at(from), at(to)), width, from.column.cmp(&to.column));
        }
    }
    for it in &states {
        let (left, top) = at(it);
        let class = if it.next.is_empty() { "state end" } else { "state" };
        let (middle, line) = (left + width / 2, top + HEIGHT / 2 + 5);
        write!(
            picture,
            "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{HEIGHT}\" rx=\"8\"/>\
             <text x=\"{middle}\" y=\"{line}\">{}</text>",
            escaped(it.name)
        )
        .expect(INFALLIBLE);
    }
    Safe(format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The way of {}\"><svg class=\"states\" viewBox=\"0 0 {across} {down}\" \
         width=\"{across}\" height=\"{down}\" aria-hidden=\"true\">{picture}</svg></div><ul class=\"plain small\">{}</ul>",
        escaped(name),
        words(&states)
    ))
}

/// Each state with what may come after it.
fn words(states: &[State<'_>]) -> String {
    let mut words = String::new();
    for it in states {
        let next: Vec<String> =
            it.next.iter().map(|to| format!("<code>{}</code>", escaped(states[*to].name))).collect();
        let next = if next.is_empty() { "the end".to_owned() } else { next.join(", ") };
        write!(words, "<li><code>{}</code> → {next}</li>", escaped(it.name)).expect(INFALLIBLE);
    }
    words
}

/// A way from one box to another: forward, within a column, or back below.
fn way(
    picture: &mut String,
    ((from_left, from_top), (to_left, to_top)): ((usize, usize), (usize, usize)),
    width: usize,
    order: std::cmp::Ordering,
) {
    let (right, from_middle, to_middle) = (from_left + width, from_top + HEIGHT / 2, to_top + HEIGHT / 2);
    let bend = BESIDE / 2;
    let (class, path, tip) = match order {
        std::cmp::Ordering::Less => {
            let (out, into) = (right + bend, to_left.saturating_sub(bend + 6));
            let path = format!(
                "M{right} {from_middle}C{out} {from_middle} {into} {to_middle} {} {to_middle}",
                to_left - 6
            );
            ("way", path, format!("M{to_left} {to_middle}l-8 -4v8z"))
        }
        std::cmp::Ordering::Equal => {
            let out = right + bend;
            let path = format!(
                "M{right} {from_middle}C{out} {from_middle} {out} {to_middle} {} {to_middle}",
                right + 6
            );
            ("way", path, format!("M{right} {to_middle}l8 -4v8z"))
        }
        std::cmp::Ordering::Greater => {
            let (from, to) = (from_left + width / 2, to_left + width / 2);
            let (start, end) = (from_top + HEIGHT, to_top + HEIGHT);
            let deep = start.max(end) + BACK;
            let path = format!("M{from} {start}C{from} {deep} {to} {deep} {to} {}", end + 6);
            ("way back", path, format!("M{to} {end}l-4 8h8z"))
        }
    };
    write!(picture, "<path class=\"{class}\" d=\"{path}\"/><path class=\"tip\" d=\"{tip}\"/>")
        .expect(INFALLIBLE);
}

fn placed(schema: Said<'_>) -> Vec<State<'_>> {
    let members = schema.at("x-stipule-transitions").members();
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let next = |following: Said<'_>| -> Vec<usize> {
        following.items().iter().filter_map(|to| names.iter().position(|name| *name == to.word())).collect()
    };
    let mut states: Vec<State<'_>> = members
        .iter()
        .map(|(name, following)| State { name, next: next(*following), column: usize::MAX, row: 0 })
        .collect();
    let led: Vec<usize> = states.iter().flat_map(|it| it.next.clone()).collect();
    let mut reached: Vec<usize> = (0..states.len()).filter(|at| *at == 0 || !led.contains(at)).collect();
    reached.iter().for_each(|at| states[*at].column = 0);
    let mut at = 0;
    while let Some(from) = reached.get(at).copied() {
        for to in states[from].next.clone() {
            if states[to].column == usize::MAX {
                states[to].column = states[from].column + 1;
                reached.push(to);
            }
        }
        at += 1;
    }
    // What only leads in a circle begins nowhere.
    states.iter_mut().filter(|it| it.column == usize::MAX).for_each(|it| it.column = 0);
    let mut rows = vec![0; states.len()];
    for it in &mut states {
        it.row = rows[it.column];
        rows[it.column] += 1;
    }
    states
}

#[cfg(test)]
mod tests {
    use super::*;

    use stipule_emit::export::Tree;

    #[test]
    fn each_state_stands_as_far_as_it_is_from_the_beginning_and_says_what_follows() {
        let states =
            [("NEW", vec!["OPEN"]), ("OPEN", vec!["DONE", "NEW"]), ("DONE", vec![])].map(|(from, next)| {
                let next = next.into_iter().map(|to| Tree::Text(to.to_owned()));
                (from.to_owned(), Tree::List(next.collect()))
            });
        let schema = Tree::Map(vec![("x-stipule-transitions".to_owned(), Tree::Map(states.into()))]);
        let states = placed(Said::of(&schema));
        let places: Vec<_> = states.iter().map(|it| (it.name, it.column, it.row)).collect();
        assert_eq!(places, [("NEW", 0, 0), ("OPEN", 1, 0), ("DONE", 2, 0)]);
        let page = view("Status", Said::of(&schema)).0;
        assert!(page.contains("<li><code>OPEN</code> → <code>DONE</code>, <code>NEW</code></li>"), "{page}");
        assert!(page.contains("<li><code>DONE</code> → the end</li>"), "{page}");
        assert_eq!(
            (page.matches("class=\"way\"").count(), page.matches("class=\"way back\"").count()),
            (2, 1)
        );
    }
}
