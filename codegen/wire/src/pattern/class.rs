//! Character classes: `[…]`.

use super::Unsupported;
use super::translate::{Escape, Scanner, push_literal};

/// Translates a class; the scanner stands at its `[`.
pub(super) fn translate(scanner: &mut Scanner<'_>, out: &mut String) -> Result<(), Unsupported> {
    let start = scanner.at;
    scanner.at += 1;
    let negated = scanner.rest().starts_with('^');
    if negated {
        scanner.at += 1;
    }
    if scanner.rest().starts_with(']') {
        scanner.at += 1;
        // Nothing at all, or anything at all: both are classes in ECMA-262.
        out.push_str(if negated { r"[\x{0}-\x{10FFFF}]" } else { r"[^\x{0}-\x{10FFFF}]" });
        return Ok(());
    }
    out.push_str(if negated { "[^" } else { "[" });
    loop {
        match scanner.peek() {
            None => return Err(Unsupported::new(start, "`[` without `]`")),
            Some(']') => {
                scanner.at += 1;
                out.push(']');
                return Ok(());
            }
            Some(_) => member(scanner, out)?,
        }
    }
}

/// One character, set, or range.
fn member(scanner: &mut Scanner<'_>, out: &mut String) -> Result<(), Unsupported> {
    let start = scanner.at;
    let first = atom(scanner)?;
    let ranges =
        scanner.rest().strip_prefix('-').is_some_and(|rest| !rest.starts_with(']') && !rest.is_empty());
    if !ranges {
        first.write(out, true);
        return Ok(());
    }
    let Escape::Character(low) = first else {
        // A set can't begin a range: the hyphen is a character, as it is without the `u` flag.
        first.write(out, true);
        scanner.at += 1;
        push_literal('-', out);
        return Ok(());
    };
    scanner.at += 1;
    match atom(scanner)? {
        Escape::Character(high) if low <= high => {
            push_literal(low, out);
            out.push('-');
            push_literal(high, out);
            Ok(())
        }
        Escape::Character(_) => Err(Unsupported::new(start, "a range that ends before it begins")),
        set => {
            push_literal(low, out);
            push_literal('-', out);
            set.write(out, true);
            Ok(())
        }
    }
}

fn atom(scanner: &mut Scanner<'_>) -> Result<Escape, Unsupported> {
    match scanner.peek() {
        Some('\\') => scanner.escape(true),
        Some(c) => {
            scanner.at += c.len_utf8();
            Ok(Escape::Character(c))
        }
        None => Err(Unsupported::new(scanner.at, "`[` without `]`")),
    }
}
