//! Documentation comments from a contract's words.
//!
//! Descriptions are Markdown that somebody wrote for another reader: here they are laid out so that rustdoc shows
//! them, takes none of it for code to run or a link to follow, and lines stay short.

use std::borrow::Cow;

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Name;
use stipule_ir::types::Docs;

const WIDTH: usize = 96;

/// `///` lines for an item. `fallback` speaks when the contract says nothing.
pub(crate) fn docs(docs: &Docs, fallback: &str) -> TokenStream {
    let text = markdown(docs);
    paragraphs(if text.is_empty() { fallback } else { &text })
}

/// As [`docs`], as text, each line indented by so many spaces.
pub(crate) fn doc_lines(docs: &Docs, indent: usize) -> String {
    lines_of(&markdown(docs), indent)
}

/// `///` lines for Markdown, as text, each indented by so many spaces.
pub(crate) fn lines_of(markdown: &str, indent: usize) -> String {
    let indent = " ".repeat(indent);
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    for line in lay_out(markdown) {
        out.push_str(&indent);
        out.push_str(if line.is_empty() { "///" } else { "/// " });
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// As [`doc_lines`], followed by a paragraph that the generator knows better.
pub(crate) fn doc_lines_and(docs: &Docs, note: Option<&str>, indent: usize) -> String {
    let text = markdown(docs);
    match note {
        Some(note) if text.is_empty() => lines_of(note, indent),
        Some(note) => lines_of(&format!("{text}\n\n{note}"), indent),
        None => lines_of(&text, indent),
    }
}

/// The words about an item, without a title that only repeats its name.
pub(crate) fn beside_name(docs: &Docs, name: &Name) -> Docs {
    let echoes = |title: &String| Name::new(title.as_str(), name.span.clone()).words() == name.words();
    Docs {
        title: docs.title.clone().filter(|title| !echoes(title) || docs.description.is_none()),
        ..docs.clone()
    }
}

/// Title, description, examples as one text; empty when the contract says nothing.
pub(crate) fn markdown(docs: &Docs) -> String {
    let mut text = String::new();
    if let Some(title) = docs.title.as_deref().map(str::trim).filter(|title| !title.is_empty()) {
        text.push_str(&sentence(title));
    }
    if let Some(description) = docs.description.as_deref().map(str::trim).filter(|text| !text.is_empty())
        && docs.title.as_deref().map(str::trim) != Some(description)
    {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(description);
    }
    match docs.examples.as_slice() {
        [] => {}
        [one] if one.len() <= WIDTH => text.push_str(&format!("\n\nExample: {}", code_span(one))),
        many => {
            text.push_str(if many.len() == 1 { "\n\nExample:\n```json" } else { "\n\nExamples:\n```json" });
            for example in many {
                text.push('\n');
                text.push_str(example);
            }
            text.push_str("\n```");
        }
    }
    if docs.deprecated {
        // Not the attribute: the generated code itself has to name the item.
        text.push_str("\n\n**Deprecated.**");
    }
    text.trim_start().to_owned()
}

/// `///` lines for Markdown.
pub(crate) fn paragraphs(markdown: &str) -> TokenStream {
    let lines = lay_out(markdown).into_iter().map(|line| spaced(&line));
    quote!(#(#[doc = #lines])*)
}

/// `//!` lines for Markdown: what a file is about.
pub(crate) fn inner_doc(markdown: &str) -> TokenStream {
    let lines = lay_out(markdown).into_iter().map(|line| spaced(&line));
    quote!(#(#![doc = #lines])*)
}

fn spaced(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

fn sentence(title: &str) -> String {
    if title.ends_with(['.', '!', '?', ':', '…']) { title.to_owned() } else { format!("{title}.") }
}

/// Text between backticks, with more of them around than there are inside.
fn code_span(text: &str) -> String {
    let mut fence = String::from("`");
    while text.contains(&fence) {
        fence.push('`');
    }
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// What the lines so far are inside of.
enum Block {
    Paragraph,
    /// A list item: continuations stand this far in.
    Item(usize),
    Quote,
    /// A fenced code block, until this fence.
    Fence(String),
}

/// Markdown as lines: paragraphs wrapped, list items and quotes continued explicitly, code fenced as text.
fn lay_out(markdown: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut block = Block::Paragraph;
    let mut paragraph = String::new();
    for line in markdown.lines().map(clean) {
        let trimmed = line.trim();
        if let Block::Fence(fence) = &block {
            let closes = trimmed.starts_with(fence.as_str());
            out.push(if closes { fence.clone() } else { line.trim_end().to_owned() });
            if closes {
                block = Block::Paragraph;
            }
            continue;
        }
        if let Some(fence) = opening_fence(trimmed) {
            flush(&mut out, &mut paragraph, &block);
            let language = trimmed[fence.len()..].trim();
            let language = if matches!(language, "" | "rust" | "rs") { "text" } else { language };
            out.push(format!("{fence}{language}"));
            block = Block::Fence(fence);
        } else if trimmed.is_empty() {
            flush(&mut out, &mut paragraph, &block);
            block = Block::Paragraph;
            if out.last().is_some_and(|last| !last.is_empty()) {
                out.push(String::new());
            }
        } else if let Some(marker) = list_marker(trimmed) {
            flush(&mut out, &mut paragraph, &block);
            block = Block::Item(marker);
            paragraph.push_str(trimmed);
        } else if trimmed.starts_with(['#', '|'])
            || trimmed.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'*'))
        {
            flush(&mut out, &mut paragraph, &block);
            block = Block::Paragraph;
            out.push(escape(trimmed));
        } else if let Some(quoted) = trimmed.strip_prefix('>') {
            if !matches!(block, Block::Quote) {
                flush(&mut out, &mut paragraph, &block);
            }
            block = Block::Quote;
            extend(&mut paragraph, quoted.trim());
        } else {
            extend(&mut paragraph, trimmed);
        }
    }
    flush(&mut out, &mut paragraph, &block);
    if let Block::Fence(fence) = block {
        out.push(fence);
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

/// Without characters that have no place in a comment.
fn clean(line: &str) -> Cow<'_, str> {
    if line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(line);
    }
    Cow::Owned(
        line.replace('\t', "    ")
            .chars()
            .filter(|letter| !letter.is_control() && !is_bidi(*letter))
            .collect(),
    )
}

/// Direction marks, which the compiler refuses in comments.
fn is_bidi(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn extend(paragraph: &mut String, words: &str) {
    if !paragraph.is_empty() {
        paragraph.push(' ');
    }
    paragraph.push_str(words);
}

fn opening_fence(line: &str) -> Option<String> {
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let count = line.chars().take_while(|letter| *letter == sign).count();
    let closed_on_the_line = line[count..].contains(sign);
    (count >= 3 && !closed_on_the_line).then(|| line[..count].to_owned())
}

/// Width of a list item's marker with the space after it.
fn list_marker(line: &str) -> Option<usize> {
    if ["- ", "* ", "+ "].iter().any(|marker| line.starts_with(marker)) {
        return Some(2);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = &line[digits..];
    ((1..=3).contains(&digits) && (after.starts_with(". ") || after.starts_with(") "))).then_some(digits + 2)
}

/// Writes the paragraph so far, wrapped, and empties it.
fn flush(out: &mut Vec<String>, paragraph: &mut String, block: &Block) {
    let text = escape(&std::mem::take(paragraph));
    let (first, rest) = match block {
        Block::Item(width) => (String::new(), " ".repeat(*width)),
        Block::Quote => ("> ".to_owned(), "> ".to_owned()),
        Block::Paragraph | Block::Fence(_) => (String::new(), String::new()),
    };
    let mut line = first;
    let mut width = line.len();
    let mut empty = true;
    for word in text.split_whitespace() {
        let letters = word.chars().count();
        if !empty && width + 1 + letters > WIDTH && may_lead(word) {
            width = rest.len();
            out.push(std::mem::replace(&mut line, rest.clone()));
            empty = true;
        }
        if !empty {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += letters;
        empty = false;
    }
    if !empty {
        out.push(line);
    }
}

/// Whether a line may begin with a word: not with one that would begin a list, a heading, a quote or a table.
fn may_lead(word: &str) -> bool {
    list_marker(&format!("{word} x")).is_none() && !word.starts_with(['#', '>', '|'])
}

/// The contract's words within a sentence of the generator's: one line, without links that nobody meant.
pub(crate) fn quoted_words(text: &str) -> String {
    escape(&clean(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Keeps rustdoc from reading links and tags where somebody wrote plain brackets; bare addresses become links.
fn escape(text: &str) -> String {
    if !text.contains(['[', '<']) && !text.contains("://") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for (at, part) in code_parts(text) {
        if at {
            out.push_str(part);
            continue;
        }
        let mut rest = part;
        while let Some(letter) = rest.chars().next() {
            let is_address = rest.starts_with("http://") || rest.starts_with("https://");
            let taken = if is_address && !out.ends_with(['<', '(', '"']) {
                let end =
                    rest.find(|c: char| c.is_whitespace() || "<>()[]\"'".contains(c)).unwrap_or(rest.len());
                let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
                out.push_str(&format!("<{address}>"));
                address.len()
            } else {
                let opens_link =
                    letter == '[' && rest.find(']').is_some_and(|end| rest[end..].starts_with("]("));
                let opens_address = rest.starts_with("<http://") || rest.starts_with("<https://");
                if (letter == '[' && !opens_link) || (letter == '<' && !opens_address) {
                    out.push('\\');
                }
                out.push(letter);
                letter.len_utf8()
            };
            rest = &rest[taken..];
        }
    }
    out
}

/// Cuts a text at its code spans: `(is code, part)`.
fn code_parts(text: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].bytes().take_while(|byte| *byte == b'`').count();
        let fence = &rest[start..start + ticks];
        let Some(length) = rest[start + ticks..].find(fence) else { break };
        let end = start + ticks + length + ticks;
        parts.push((false, &rest[..start]));
        parts.push((true, &rest[start..end]));
        rest = &rest[end..];
    }
    parts.push((false, rest));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_within_a_sentence_make_no_links_and_no_lines() {
        assert_eq!(quoted_words("because `self`\n  [is] <here>"), "because `self` \\[is] \\<here>");
    }

    #[test]
    fn long_paragraphs_are_wrapped_and_items_continued() {
        let text = format!("{}\n\n- {}", "word ".repeat(30), "item ".repeat(30));
        let lines = lay_out(&text);
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{lines:#?}");
        assert!(lines.iter().any(|line| line.starts_with("  item")), "{lines:#?}");
    }

    #[test]
    fn nothing_is_taken_for_a_link_or_a_tag() {
        assert_eq!(escape("see [x] and <b> or `[y]<c>`"), "see \\[x] and \\<b> or `[y]<c>`");
        assert_eq!(escape("[docs](https://a.b/c)"), "[docs](https://a.b/c)");
        assert_eq!(escape("at https://a.b/c."), "at <https://a.b/c>.");
    }

    #[test]
    fn code_is_never_run() {
        assert_eq!(lay_out("```\nlet x;\n```"), ["```text", "let x;", "```"]);
        assert_eq!(lay_out("intro\n\n    indented code"), ["intro", "", "indented code"]);
        assert_eq!(lay_out("```json\n{"), ["```json", "{", "```"]);
    }
}
