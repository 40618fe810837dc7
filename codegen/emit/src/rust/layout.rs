//! Statements over several lines, where one is too long.
//!
//! Knows as much of Rust as the statements of generated bodies need: brackets, chains of calls, conditions. The rest
//! of the language is for the printer.

/// Columns that a line may have: those of the printer, so that both look alike.
pub(super) const WIDTH: usize = 89;

/// Writes a statement, an expression or an item of a list, given as one line, indented by so many steps of four.
pub(super) fn write(out: &mut String, depth: usize, code: &str) {
    if depth * 4 + code.len() <= WIDTH {
        line(out, depth, code);
        return;
    }
    let marks = Marks::of(code);
    if !marks.operators.is_empty() {
        split(out, depth, code, &marks.operators);
    } else if marks.breaks_at_calls(depth, code) {
        split(out, depth, code, marks.links(code));
    } else if let Some((open, close)) = marks.group.map(|group| innermost(code, group)) {
        if let Some((arguments, body)) = closure(&code[open + 1..close]) {
            line(out, depth, &format!("{}{arguments} {{", &code[..=open]));
            write(out, depth + 1, body);
            line(out, depth, &format!("}}{}", &code[close..]));
            return;
        }
        line(out, depth, &code[..=open]);
        items(out, depth + 1, code, (open, close));
        line(out, depth, &code[close..]);
    } else {
        line(out, depth, code);
    }
}

/// What stands before the first place, then a line from each place on: one step further in, unless what is before takes
/// several lines itself.
fn split(out: &mut String, depth: usize, code: &str, places: &[usize]) {
    let head = code[..places[0]].trim_end();
    write(out, depth, head);
    let depth = if depth * 4 + head.len() > WIDTH { depth } else { depth + 1 };
    for (at, start) in places.iter().enumerate() {
        let end = places.get(at + 1).copied().unwrap_or(code.len());
        write(out, depth, code[*start..end].trim_end());
    }
}

/// Arguments and body of a closure that is all there is in a pair of brackets.
fn closure(inner: &str) -> Option<(&str, &str)> {
    let end = inner.strip_prefix('|')?.find('|')? + 2;
    let alone = Marks::of(inner).commas.is_empty();
    alone.then(|| (&inner[..end], inner[end..].trim()))
}

/// The brackets to break at: those of a struct that is all there is inside of others.
fn innermost(code: &str, (open, close): (usize, usize)) -> (usize, usize) {
    let inner = Marks::of(&code[open + 1..close]);
    match inner.group {
        Some((from, to)) if inner.commas.is_empty() && open + 2 + to == close => {
            let nested = (open + 1 + from, open + 1 + to);
            if is_struct(code, nested.0) { nested } else { (open, close) }
        }
        _ => (open, close),
    }
}

/// Whether a brace follows the name of a type.
fn is_struct(code: &str, open: usize) -> bool {
    let before = code[..open].trim_end();
    let name = before.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
    code[open..].starts_with('{') && name.is_some_and(|name| name.starts_with(char::is_uppercase))
}

/// What a pair of brackets holds, an item a line.
fn items(out: &mut String, depth: usize, code: &str, (open, close): (usize, usize)) {
    let inner = code[open + 1..close].trim();
    let commas = Marks::of(inner).commas;
    // A comma would make a tuple of a single expression in parentheses, and nothing of one in a block.
    let is_list = match code.as_bytes()[open] {
        b'{' => is_struct(code, open),
        _ => code[..open].ends_with(|before: char| before.is_alphanumeric() || "_>!&".contains(before)),
    };
    let is_list = is_list || !commas.is_empty();
    let mut start = 0;
    for end in commas.into_iter().chain([inner.len()]) {
        let item = inner[start..end].trim();
        match item {
            "" => {}
            _ if is_list => write(out, depth, &format!("{item},")),
            _ => write(out, depth, item),
        }
        start = end + 1;
    }
}

fn line(out: &mut String, depth: usize, code: &str) {
    for _ in 0..depth {
        out.push_str("    ");
    }
    out.push_str(code);
    out.push('\n');
}

/// Places in a statement outside all of its brackets and literals.
#[derive(Default)]
struct Marks {
    /// The dots of method calls and of `.await`.
    calls: Vec<usize>,
    /// The `&&` and `==` between two conditions or values.
    operators: Vec<usize>,
    commas: Vec<usize>,
    /// The last pair of brackets that holds something.
    group: Option<(usize, usize)>,
}

impl Marks {
    /// Whether a statement is a chain of calls, rather than one call of something with a name.
    fn breaks_at_calls(&self, depth: usize, code: &str) -> bool {
        match self.calls.as_slice() {
            [] => false,
            [only] => {
                let starts_with_call = Marks::of(&code[..*only]).group.is_some();
                starts_with_call && *only > 0 && depth * 4 + 4 + code.len() - only <= WIDTH
            }
            _ => true,
        }
    }

    /// The calls that stand on lines of their own: the first stays with a name that is as short as an indentation.
    fn links(&self, code: &str) -> &[usize] {
        let short = self.calls.len() > 1 && code[..self.calls[0]].len() <= 4;
        &self.calls[usize::from(short)..]
    }

    fn of(code: &str) -> Self {
        let mut marks = Self::default();
        let bytes = code.as_bytes();
        let (mut depth, mut open, mut at) = (0_usize, 0, 0);
        while at < bytes.len() {
            match bytes[at] {
                b'"' => at = end_of_literal(bytes, at),
                b'(' | b'[' | b'{' => {
                    if depth == 0 {
                        open = at;
                    }
                    depth += 1;
                }
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && !code[open + 1..at].trim().is_empty() {
                        marks.group = Some((open, at));
                    }
                }
                b',' if depth == 0 => marks.commas.push(at),
                b'&' | b'=' if depth == 0 && at > 0 && is_operator(&code[at..]) => marks.operators.push(at),
                b'.' if depth == 0 && is_call(&code[at + 1..]) => marks.calls.push(at),
                _ => {}
            }
            at += 1;
        }
        marks
    }
}

fn is_operator(rest: &str) -> bool {
    rest.starts_with("&& ") || rest.starts_with("== ")
}

/// The closing quote of the literal that opens at a place.
fn end_of_literal(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

fn is_call(after_dot: &str) -> bool {
    let name = after_dot.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    name > 0 && (after_dot[name..].starts_with('(') || &after_dot[..name] == "await")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(code: &str) -> String {
        let mut out = String::new();
        write(&mut out, 1, code);
        out
    }

    #[test]
    fn what_fits_stays_on_its_line() {
        assert_eq!(laid_out("let a = b.c().d();"), "    let a = b.c().d();\n");
    }

    #[test]
    fn chains_break_at_their_calls_and_fields_stay() {
        let [x, y] = ["x".repeat(40), "y".repeat(40)];
        assert_eq!(
            laid_out(&format!("self.cx.{x}(a).await?.{y}(\"), .b()\");")),
            format!("    self.cx\n        .{x}(a)\n        .await?\n        .{y}(\"), .b()\");\n")
        );
    }

    #[test]
    fn one_call_breaks_at_its_arguments() {
        let [x, y] = ["x".repeat(40), "y".repeat(40)];
        assert_eq!(
            laid_out(&format!("a.b({x}, |_| Err {{ {y} }})?;")),
            format!("    a.b(\n        {x},\n        |_| Err {{ {y} }},\n    )?;\n")
        );
    }

    #[test]
    fn one_call_of_a_result_stands_on_a_line_of_its_own_if_it_fits() {
        let [x, y] = ["x".repeat(40), "y".repeat(40)];
        assert_eq!(
            laid_out(&format!("let a = A::of({x}).b({y});")),
            format!("    let a = A::of({x})\n        .b({y});\n")
        );
    }

    #[test]
    fn a_struct_breaks_inside_of_what_holds_nothing_else() {
        let [x, y] = ["x".repeat(40), "y".repeat(40)];
        assert_eq!(
            laid_out(&format!("Ok(A::B {{ {x}, {y} }})")),
            format!("    Ok(A::B {{\n        {x},\n        {y},\n    }})\n")
        );
    }

    #[test]
    fn a_closure_that_is_all_there_is_has_a_block() {
        let [x, y] = ["x".repeat(35), "y".repeat(35)];
        assert_eq!(
            laid_out(&format!("a.map(|it| {x}(it, {y})),")),
            format!("    a.map(|it| {{\n        {x}(it, {y})\n    }}),\n")
        );
    }

    #[test]
    fn a_block_is_no_list() {
        let [x, y] = ["x".repeat(35), "y".repeat(35)];
        assert_eq!(
            laid_out(&format!("async move {{ {x}.{y}(a) }}")),
            format!("    async move {{\n        {x}.{y}(a)\n    }}\n")
        );
    }

    #[test]
    fn conditions_break_before_their_signs() {
        let [x, y] = ["x".repeat(40), "y".repeat(40)];
        assert_eq!(
            laid_out(&format!("let a = {x} == {y} && b;")),
            format!("    let a = {x}\n        == {y}\n        && b;\n")
        );
    }

    #[test]
    fn parentheses_around_a_condition_stay_parentheses() {
        let [x, y] = ["x".repeat(40), "y".repeat(40)];
        assert_eq!(
            laid_out(&format!("({x} && {y}).then(|| {{")),
            format!("    (\n        {x}\n            && {y}\n    )\n    .then(|| {{\n")
        );
    }
}
