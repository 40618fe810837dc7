use super::parse::parse;
use super::*;

fn shown(text: &str) -> String {
    parse(text).map_or_else(|fault| format!("{:?}: {}", fault.range, fault.message), |found| show(&found))
}

fn show(expression: &Expression) -> String {
    let joined = |parts: &[Expression], word: &str| {
        format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(word))
    };
    match expression {
        Expression::All(parts) => joined(parts, " & "),
        Expression::Any(parts) => joined(parts, " | "),
        Expression::Not(inner) => format!("!{}", show(inner)),
        Expression::Compare { left, operator, right } => {
            format!("{} {operator:?} {}", side(left), side(right))
        }
        Expression::Between { value, low, high } => {
            format!("{} in {}..={}", side(value), side(low), side(high))
        }
        Expression::In { value, among: Choices::List(name, _) } => format!("{} in ${name}", side(value)),
        Expression::In { value, among: Choices::These(terms) } => {
            format!("{} in [{}]", side(value), terms.iter().map(side).collect::<Vec<_>>().join(" "))
        }
        Expression::Exists(path) => format!("there {}", path.shown()),
        Expression::Missing(path) => format!("missing {}", path.shown()),
        Expression::BeginsWith { text, start } => format!("{} begins {}", text.shown(), side(start)),
        Expression::Contains { whole, part } => format!("{} has {}", whole.shown(), side(part)),
    }
}

fn side(term: &Term) -> String {
    match &term.kind {
        TermKind::Field(path) => path.shown(),
        TermKind::Size(path) => format!("#{}", path.shown()),
        TermKind::Argument(name) => format!("${name}"),
        TermKind::Literal(literal) => scalar::shown(literal),
    }
}

#[test]
fn and_binds_stronger_than_or_and_not_binds_strongest() {
    assert_eq!(
        shown("a = 1 or not b <> $x and c >= 'it''s'"),
        "(a Equal 1 | (!b NotEqual $x & c GreaterOrEqual 'it's'))"
    );
    assert_eq!(shown("(a = 1 or b = 2) and c = true").matches('|').count(), 1);
}

#[test]
fn the_and_of_between_is_its_own() {
    assert_eq!(shown("a between 1 and $x and b = null"), "(a in 1..=$x & b Equal null)");
    assert_eq!(shown("a not between 'x' and b.c or d = 1"), "(!a in 'x'..=b.c | d Equal 1)");
}

#[test]
fn lists_functions_and_paths_are_read() {
    for (text, expected) in [
        ("a in ('x', $y, 3)", "a in ['x' $y 3]"),
        ("a NOT IN $list", "!a in $list"),
        ("exists(a.b) and missing(c)", "(there a.b & missing c)"),
        ("begins_with(a, 'x') or contains(b.c, $y)", "(a begins 'x' | b.c has $y)"),
        ("size(a) >= size(b.c)", "#a GreaterOrEqual #b.c"),
        ("a = -1.50", "a Equal -1.50"),
        // A function is one only where it is called, and a name in backquotes is never a word of the language.
        ("size = 1 and exists <> contains", "(size Equal 1 & exists NotEqual contains)"),
        ("`not` = 1 or a.`b.c``d` = 2 or a.in = 3", "(not Equal 1 | a.b.c`d Equal 2 | a.in Equal 3)"),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn a_fault_says_where_and_what_was_expected() {
    let relation = "expected one of `=`, `<>`, `<`, `<=`, `>`, `>=`, `in`, `between` here";
    let any = "expected a field, an `$argument` or a literal here";
    for (text, expected) in [
        ("", format!("0..0: {any}")),
        ("a ==1", "2..4: `==` is no operator; write `=`".to_owned()),
        ("a = 'x", "4..6: the text has no closing quote".to_owned()),
        ("a = 1 b = 2", "6..7: expected `and`, `or` or the end here".to_owned()),
        ("(a = 1", "6..6: expected `)` here".to_owned()),
        ("a", format!("1..1: {relation}")),
        ("a.b", format!("3..3: {relation}")),
        ("a. = 1", "3..4: expected the name of a field here".to_owned()),
        ("a = 1.", "4..6: `.` needs digits behind it".to_owned()),
        ("a = -", "4..5: `-` needs digits behind it".to_owned()),
        ("é = 1", "0..2: `é` has no meaning here".to_owned()),
        ("a < $", "4..5: `$` needs the name of an argument".to_owned()),
        ("a not = 1", "6..7: expected `in` or `between` here".to_owned()),
        ("a between 1, 2", "11..12: expected `and` and the upper end here".to_owned()),
        ("a in ()", format!("6..7: {any}")),
        ("a in 'x'", "5..8: expected an `$argument` or values in parentheses here".to_owned()),
        ("a in ('x' 'y')", "10..13: expected `,` or `)` here".to_owned()),
        ("exists('x')", "7..10: expected a field here".to_owned()),
        ("begins_with(a)", "13..14: expected `,` here".to_owned()),
        ("exist(a)", "0..5: there is no function `exist`; did you mean `exists`?".to_owned()),
        ("in = 1", format!("0..2: {any}")),
    ] {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn deep_nesting_is_refused_rather_than_followed() {
    let deep = "(".repeat(100_000) + "a = 1";
    assert!(shown(&deep).contains("fewer levels"), "{}", &shown(&deep)[..80]);
}
