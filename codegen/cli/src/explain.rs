//! `stipule explain`.

use std::fmt::Write as _;

use anstyle::Style;
use serde::Serialize;
use stipule_ir::Page;

use crate::arguments::Format;
use crate::failure::Failure;
use crate::output::Output;
use crate::pages;
use crate::report::prose::wrap;

const STRONG: Style = Style::new().bold();

#[derive(Serialize)]
struct Explanation {
    code: &'static str,
    title: &'static str,
    text: &'static str,
}

/// Prints the page of a code, or with none the list of all codes.
pub(crate) fn run(code: Option<&str>, output: &Output) -> Result<(), Failure> {
    let Some(code) = code else { return list(output) };
    let Some(page) = pages::find(code) else {
        let near = pages::nearest(code);
        let way_out = if near.is_empty() {
            "`stipule explain` lists all codes".to_owned()
        } else {
            format!("did you mean {}?", near.join(", "))
        };
        return Err(Failure::new(format!("there is no code {code}: {way_out}")));
    };
    match output.format {
        Format::Json => output.print_json(&explanation(page)),
        _ => {
            let mut out = format!("{STRONG}{}: {}{STRONG:#}\n\n", page.code, page.title);
            let mut fenced = false;
            for line in page.text.lines() {
                fenced ^= line.starts_with("```");
                let width = output.width.filter(|_| !fenced);
                for line in wrap(line, width) {
                    let _ = writeln!(out, "{line}");
                }
                if line.is_empty() {
                    out.push('\n');
                }
            }
            output.print(&out)
        }
    }
}

fn list(output: &Output) -> Result<(), Failure> {
    let pages = pages::all();
    match output.format {
        Format::Json => output.print_json(&Vec::from_iter(pages.into_iter().map(explanation))),
        _ => {
            let mut out = String::new();
            for page in pages {
                let _ = writeln!(out, "{STRONG}{}{STRONG:#}  {}", page.code, page.title);
            }
            output.print(&out)
        }
    }
}

fn explanation(page: &Page) -> Explanation {
    Explanation { code: page.code, title: page.title, text: page.text }
}
