//! A saga as a picture: the way forward from top to bottom, and beside each step what undoes it.

use std::fmt::Write as _;
use std::time::Duration;

use stipule_ir::Workflow;
use stipule_ir::types::EnumLiteral;
use stipule_ir::workflow::{
    Act, Arm, Choice, Do, Each, Is, Node, Parallel, Reference, Root, Test, Until, Wait,
};

use super::act::step_of;

const INFALLIBLE: &str = "writing into a String never fails";
/// Between two parts below each other, for the arrow.
const GAP: usize = 28;
/// Around the ways of a part.
const PAD: usize = 16;
/// Height of a step.
const STEP: usize = 46;
/// Height of everything else with one line of text.
const LINE: usize = 32;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1b1f24;text-anchor:middle}\
.small{font-size:11px;fill:#57606a}.start{text-anchor:start;paint-order:stroke;stroke:#fff;stroke-width:4px}\
.step{fill:#ddf4ff;stroke:#0969da}.pivot{stroke-width:3}.undo{fill:#fff1e5;stroke:#bc4c00;stroke-dasharray:4 3}\
.choice{fill:#fff8c5;stroke:#9a6700}.wait{fill:#f6f8fa;stroke:#57606a}.frame{fill:none;stroke:#8c959f;stroke-dasharray:2 3}\
.way{fill:none;stroke:#57606a}.back{fill:none;stroke:#bc4c00;stroke-dasharray:4 3}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#9198a1}.start{stroke:#0d1117}.step{fill:#0c2d6b;stroke:#58a6ff}\
.undo{fill:#3d1300;stroke:#ffa657}.choice{fill:#3b2300;stroke:#e3b341}.wait{fill:#161b22;stroke:#9198a1}\
.frame{stroke:#6e7681}.way{stroke:#9198a1}.back{stroke:#ffa657}}";

/// The picture.
pub(super) fn svg(workflow: &Workflow) -> String {
    let mut parts = vec![pill("start", "wait")];
    parts.extend(workflow.flow.iter().map(|node| block(workflow, node)));
    parts.push(pill("done", "wait"));
    let whole = stack(parts);
    let whole = match &workflow.on_failure {
        None => whole,
        Some(act) => {
            let name = lower(&step_of(workflow, act).name.sentence());
            noted(&whole, &format!("after a failure: undone from below to above, then {name}"))
        }
    };
    let (width, height) = (whole.width + 2 * PAD, whole.height + 2 * PAD);
    let title = workflow.docs.title.clone().unwrap_or_else(|| workflow.name.sentence());
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n{}</svg>\n",
        escaped(&title),
        moved(PAD, PAD, &whole.body)
    )
}

/// Something drawn, with the place where its way enters above and leaves below.
struct Block {
    width: usize,
    height: usize,
    middle: usize,
    body: String,
}

fn block(workflow: &Workflow, node: &Node) -> Block {
    match node {
        Node::Do(it) => step(workflow, it),
        Node::Choice(it) => choice(workflow, it),
        Node::Parallel(it) => parallel(workflow, it),
        Node::Each(it) => each(workflow, it),
        Node::Wait(it) => wait(workflow, it),
    }
}

fn flow(workflow: &Workflow, nodes: &[Node]) -> Block {
    match nodes {
        [] => pill("nothing", "wait"),
        nodes => stack(nodes.iter().map(|node| block(workflow, node)).collect()),
    }
}

/// Parts below each other, with an arrow from each to the next.
fn stack(parts: Vec<Block>) -> Block {
    let middle = parts.iter().map(|part| part.middle).max().unwrap_or(0);
    let width = parts.iter().map(|part| middle - part.middle + part.width).max().unwrap_or(0);
    let mut body = String::new();
    let mut top = 0;
    let count = parts.len();
    for (at, part) in parts.into_iter().enumerate() {
        body.push_str(&moved(middle - part.middle, top, &part.body));
        top += part.height;
        if at + 1 < count {
            arrow(&mut body, "way", (middle, top), (middle, top + GAP));
            top += GAP;
        }
    }
    Block { width, height: top, middle, body }
}

fn step(workflow: &Workflow, it: &Do) -> Block {
    let declared = step_of(workflow, &it.act);
    let title = declared.name.sentence();
    let about = match (it.pivot, declared.callback) {
        (true, _) => format!("{}, the pivot", declared.service.value),
        (false, true) => format!("{}, waits for an answer", declared.service.value),
        (false, false) => declared.service.value.clone(),
    };
    let width = width_of(&title).max(width_of(&about));
    let class = if it.pivot { "step pivot" } else { "step" };
    let mut body = boxed(class, 0, width, STEP, 6);
    text(&mut body, width / 2, 20, "", &title);
    text(&mut body, width / 2, 37, "small", &about);
    let Some(undo) = &it.undo else { return Block { width, height: STEP, middle: width / 2, body } };
    let (beside, undo_width) = (width + GAP, undo_width(workflow, undo));
    body.push_str(&moved(beside, 0, &undo_box(workflow, undo, undo_width)));
    arrow(&mut body, "back", (width, STEP / 2), (beside, STEP / 2));
    Block { width: beside + undo_width, height: STEP, middle: width / 2, body }
}

fn undo_width(workflow: &Workflow, undo: &Act) -> usize {
    let declared = step_of(workflow, undo);
    width_of(&declared.name.sentence()).max(width_of(&format!("undoes, {}", declared.service.value)))
}

fn undo_box(workflow: &Workflow, undo: &Act, width: usize) -> String {
    let declared = step_of(workflow, undo);
    let mut body = boxed("undo", 0, width, STEP, 6);
    text(&mut body, width / 2, 20, "", &declared.name.sentence());
    text(&mut body, width / 2, 37, "small", &format!("undoes, {}", declared.service.value));
    body
}

fn choice(workflow: &Workflow, it: &Choice) -> Block {
    let mut ways: Vec<(String, Block)> = it
        .arms
        .iter()
        .map(|Arm { when, flow: nodes, .. }| (tests(workflow, when), flow(workflow, nodes)))
        .collect();
    ways.push(("otherwise".to_owned(), flow(workflow, &it.otherwise)));
    side_by_side(Some((&it.name.sentence(), "choice")), ways)
}

fn parallel(workflow: &Workflow, it: &Parallel) -> Block {
    let ways = it.branches.iter().map(|(name, nodes)| (name.sentence(), flow(workflow, nodes))).collect();
    framed(&format!("{}, at once", it.name.sentence()), &side_by_side(None, ways))
}

fn each(workflow: &Workflow, it: &Each) -> Block {
    let list = shown(workflow, &it.over);
    let limit = if it.at_once == 0 { String::new() } else { format!(", {} at a time", it.at_once) };
    let label = format!("{}: for each {} of {list}{limit}", it.name.sentence(), it.item.wire);
    framed(&label, &flow(workflow, &it.flow))
}

fn wait(workflow: &Workflow, it: &Wait) -> Block {
    let until = match &it.until {
        Until::For(time) => duration(*time),
        Until::At(instant) => format!("until {}", shown(workflow, instant)),
    };
    pill(&format!("{}: {until}", it.name.sentence()), "wait")
}

/// Ways beside each other, each under its label, below a heading if there is one.
fn side_by_side(heading: Option<(&str, &str)>, ways: Vec<(String, Block)>) -> Block {
    let count = ways.len();
    let columns: Vec<(String, usize, Block)> = ways
        .into_iter()
        .map(|(label, way)| (label.clone(), way.width.max(small_width(&label)), way))
        .collect();
    let inner: usize =
        columns.iter().map(|(_, width, _)| width).sum::<usize>() + GAP * count.saturating_sub(1);
    let tallest = columns.iter().map(|(_, _, way)| way.height).max().unwrap_or(0);
    let heading_width = heading.map_or(0, |(title, _)| width_of(title));
    let width = inner.max(heading_width);
    let middle = width / 2;
    let mut body = String::new();
    let mut top = 0;
    if let Some((title, class)) = heading {
        body.push_str(&moved(middle - heading_width / 2, 0, &pill(title, class).body));
        top += LINE;
    }
    let (first, label_at, last) = (top, top + GAP + 12, top + 2 * GAP + tallest);
    let mut left = (width - inner) / 2;
    for (label, column, way) in columns {
        let at = left + way.middle + (column - way.width) / 2;
        arrow(&mut body, "way", (middle, first), (at, first + GAP));
        text(&mut body, at.max(left + small_width(&label) / 2), label_at, "small", &label);
        body.push_str(&moved(at - way.middle, first + GAP + 20, &way.body));
        let bottom = first + GAP + 20 + way.height;
        line(&mut body, "way", (at, bottom), (middle, last + 20));
        left += column + GAP;
    }
    Block { width, height: last + 20, middle, body }
}

fn framed(label: &str, inner: &Block) -> Block {
    let width = (inner.width + 2 * PAD).max(small_width(label) + PAD);
    let height = inner.height + 2 * PAD + 16;
    let left = (width - inner.width) / 2;
    let mut body = boxed("frame", 0, width, height, 8);
    let middle = left + inner.middle;
    line(&mut body, "way", (middle, 0), (middle, PAD + 16));
    body.push_str(&moved(left, PAD + 16, &inner.body));
    line(&mut body, "way", (middle, height - PAD), (middle, height));
    writeln!(body, "<text class=\"small start\" x=\"{}\" y=\"18\">{}</text>", PAD / 2, escaped(label))
        .expect(INFALLIBLE);
    Block { width, height, middle, body }
}

fn pill(label: &str, class: &str) -> Block {
    let width = width_of(label);
    let mut body = boxed(class, 0, width, LINE, LINE / 2);
    text(&mut body, width / 2, 21, "", label);
    Block { width, height: LINE, middle: width / 2, body }
}

/// A block with a line of text below it.
fn noted(block: &Block, label: &str) -> Block {
    let half = small_width(label) / 2;
    let shift = half.saturating_sub(block.middle);
    let middle = block.middle + shift;
    let mut body = moved(shift, 0, &block.body);
    text(&mut body, middle, block.height + 24, "small", label);
    let width = (block.width + shift).max(middle + half);
    Block { width, height: block.height + LINE, middle, body }
}

fn boxed(class: &str, left: usize, width: usize, height: usize, round: usize) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{left}\" y=\"0\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>\n"
    )
}

fn text(body: &mut String, x: usize, y: usize, class: &str, label: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    writeln!(body, "<text{class} x=\"{x}\" y=\"{y}\">{}</text>", escaped(label)).expect(INFALLIBLE);
}

fn line(body: &mut String, class: &str, (x, y): (usize, usize), (to, below): (usize, usize)) {
    writeln!(body, "<path class=\"{class}\" d=\"M{x} {y}L{to} {below}\"/>").expect(INFALLIBLE);
}

/// A line with a head: downward or to the right.
fn arrow(body: &mut String, class: &str, (x, y): (usize, usize), (to, below): (usize, usize)) {
    line(body, class, (x, y), (to, below));
    let head = match y == below {
        true => format!("M{} {}L{to} {below}L{} {}", to - 5, below - 4, to - 5, below + 4),
        false => format!("M{} {}L{to} {below}L{} {}", to.saturating_sub(4), below - 6, to + 4, below - 6),
    };
    writeln!(body, "<path class=\"{class}\" style=\"stroke-dasharray:none\" d=\"{head}\"/>")
        .expect(INFALLIBLE);
}

fn moved(x: usize, y: usize, body: &str) -> String {
    match (x, y) {
        (0, 0) => body.to_owned(),
        _ => format!("<g transform=\"translate({x} {y})\">\n{body}</g>\n"),
    }
}

/// Enough for a text of 13 pixels in any usual font.
fn width_of(label: &str) -> usize {
    (label.chars().count() * 8 + 24).max(96)
}

fn small_width(label: &str) -> usize {
    label.chars().count() * 7 + 8
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (length, unit) =
        units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length)).unwrap_or((1, "second"));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// `check fraud.outcome`
pub(crate) fn shown(workflow: &Workflow, reference: &Reference) -> String {
    let root = match &reference.root {
        Root::Input => "input".to_owned(),
        Root::Failure => "failure".to_owned(),
        Root::Item(name) => name.clone(),
        Root::Step(step) => workflow.steps[step.0 as usize].name.words().join(" "),
    };
    reference.path.iter().fold(root, |shown, name| shown + "." + name)
}

pub(crate) fn tests(workflow: &Workflow, tests: &[Test]) -> String {
    let shown: Vec<String> = tests
        .iter()
        .map(|test| {
            let value = shown(workflow, &test.value);
            match &test.is {
                Is::Present(true) => format!("{value} is there"),
                Is::Present(false) => format!("no {value}"),
                Is::Within(Some(least), Some(most)) => format!("{value} from {least} to {most}"),
                Is::Within(Some(least), None) => format!("{value} from {least}"),
                Is::Within(None, Some(most)) => format!("{value} to {most}"),
                Is::Within(None, None) => value,
                Is::OneOf(literals) => {
                    let literals: Vec<String> = literals.iter().map(literal).collect();
                    format!("{value} is {}", literals.join(" or "))
                }
            }
        })
        .collect();
    shown.join(" and ")
}

fn literal(literal: &EnumLiteral) -> String {
    match literal {
        EnumLiteral::String(text) => text.clone(),
        EnumLiteral::Integer(number) => number.to_string(),
        EnumLiteral::Boolean(truth) => truth.to_string(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
