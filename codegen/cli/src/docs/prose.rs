//! Words of people as HTML: everything escaped, code set apart, paragraphs, and what a changelog is made of.

use std::fmt::Write as _;

use askama::filters::Safe;

/// Text that can stand anywhere in a page.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

/// One line with code in it.
pub(super) fn inline(text: &str) -> Safe<String> {
    let mut out = String::new();
    for (at, piece) in text.split('`').enumerate() {
        // Behind every second mark code begins.
        match at % 2 {
            0 => out.push_str(&escaped(piece)),
            _ => out.push_str(&format!("<code>{}</code>", escaped(piece))),
        }
    }
    Safe(out)
}

/// Paragraphs.
pub(super) fn paragraphs(text: &str) -> Safe<String> {
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    Safe(parts.map(|part| format!("<p class=\"lead\">{}</p>", inline(part).0)).collect())
}

/// Headings, lists and paragraphs of Markdown, as the changelog has them.
pub(super) fn markdown(text: &str) -> Safe<String> {
    let (mut out, mut in_list) = (String::new(), false);
    for line in text.lines() {
        let trimmed = line.trim();
        let item = trimmed.strip_prefix("- ");
        if in_list && item.is_none() && !line.starts_with("  ") {
            out.push_str("</ul>");
            in_list = false;
        }
        let wrote = match (item, trimmed) {
            (Some(item), _) => {
                if !in_list {
                    out.push_str("<ul>");
                    in_list = true;
                }
                write!(out, "<li>{}</li>", inline(item).0)
            }
            (None, "") => Ok(()),
            (None, text) => {
                match text.strip_prefix("### ").or(text.strip_prefix("## ")).or(text.strip_prefix("# ")) {
                    Some(heading) => write!(out, "<h2>{}</h2>", inline(heading).0),
                    None => write!(out, "<p>{}</p>", inline(text).0),
                }
            }
        };
        // Writing to a string can't fail.
        let _ = wrote;
    }
    if in_list {
        out.push_str("</ul>");
    }
    Safe(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_html_and_never_markup_of_their_own() {
        assert_eq!(inline("a `b<c` <d>").0, "a <code>b&lt;c</code> &lt;d&gt;");
        assert_eq!(paragraphs("one\n\ntwo").0, "<p class=\"lead\">one</p><p class=\"lead\">two</p>");
        assert_eq!(
            markdown("# A\n- `x`\n- y\n\nz").0,
            "<h2>A</h2><ul><li><code>x</code></li><li>y</li></ul><p>z</p>"
        );
        assert_eq!(markdown("- <img src=x onerror=y>").0, "<ul><li>&lt;img src=x onerror=y&gt;</li></ul>");
    }
}
