//! One comment on a pull request: the verdict first, ten root causes at most, the rest folded; nothing at all when
//! nothing changed.

use std::fmt::Write as _;

use super::proofs::proof;
use super::words::{
    at, concerned, cost, count, deployment, lines, reached, sign, verdict, verdict_sign, versions, written,
};
use crate::report::{Entry, Report};

/// Root causes in the table.
const MOST_ROWS: usize = 10;

/// Most findings whose lines are shown, and most safe changes.
const MOST_SHOWN: usize = 50;

/// Longest proof in a table.
const LONGEST_PROOF: usize = 160;

/// The report as Markdown; empty when there is nothing to say.
pub fn markdown(report: &Report) -> String {
    if report.entries.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    let decision = report.decision;
    let _ = write!(out, "**{} {}**: {}.", verdict_sign(decision), decision.as_str(), verdict(report));
    for said in versions(report) {
        let _ = write!(out, " {}.", escaped(&said));
    }
    out.push('\n');
    let around: Vec<String> = cost(report).into_iter().chain(deployment(report)).collect();
    if !around.is_empty() {
        let said: Vec<String> = around.iter().map(|said| escaped(said)).collect();
        let _ = write!(out, "\n{}.\n", said.join(". "));
    }
    let matter: Vec<&Entry> = report.entries.iter().filter(|entry| entry.finding.matters()).collect();
    if !matter.is_empty() {
        table(&mut out, &matter);
        details(&mut out, &matter);
    }
    folded(&mut out, report);
    out
}

fn table(out: &mut String, matter: &[&Entry]) {
    out.push_str("\n| | change | concerns | proof |\n| --- | --- | --- | --- |\n");
    for entry in matter.iter().take(MOST_ROWS) {
        let proof = match (&entry.acknowledged, proof(&entry.finding)) {
            (Some(acknowledgement), _) => {
                format!(
                    "acknowledged by {}, {}",
                    escaped(&acknowledgement.owner),
                    escaped(&acknowledgement.ticket)
                )
            }
            (None, Some(proof)) => cell(proof),
            (None, None) => match written(&entry.finding).as_ref().or(entry.finding.note.as_ref()) {
                Some(said) => escaped(said),
                None => format!("rule {}", entry.finding.rule.code),
            },
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {proof} |",
            sign(entry),
            sentence(entry),
            escaped(&concerned(entry)),
        );
    }
    if matter.len() > MOST_ROWS {
        let _ = writeln!(out, "\n{} below.", count(matter.len() - MOST_ROWS, "more change"));
    }
}

/// A document as code, what is said about it as words.
fn cell((document, said): (String, &str)) -> String {
    let mut shown: String = document.chars().take(LONGEST_PROOF).collect();
    if shown.len() < document.len() {
        shown.push('…');
    }
    format!("{} {said}", code(&shown))
}

fn details(out: &mut String, matter: &[&Entry]) {
    out.push_str("\n<details><summary>Before and after</summary>\n");
    for entry in matter.iter().take(MOST_SHOWN) {
        let finding = &entry.finding;
        let place = entry.place().map(|place| format!(" in {}", code(&at(place)))).unwrap_or_default();
        let _ = write!(out, "\n{} {}{place} ({})\n", sign(entry), sentence(entry), finding.rule.code);
        let shown = lines(entry);
        if !shown.is_empty() {
            let text: String = shown.iter().map(|(mark, line)| format!("{mark} {}\n", line.text)).collect();
            let fence = fence(&text);
            let _ = write!(out, "\n{fence}diff\n{text}{fence}\n");
        }
        let mut said = Vec::new();
        if let Some(proof) = proof(finding) {
            said.push(cell(proof));
        }
        said.extend(written(finding).as_deref().map(escaped));
        said.extend(finding.note.as_deref().map(escaped));
        let reached = reached(entry);
        if !reached.is_empty() {
            said.push(format!("Reaches {}", escaped(&reached)));
        }
        for user in &entry.affected {
            let fields =
                if user.fields.is_empty() { String::new() } else { format!(" ({})", user.fields.join(", ")) };
            said.push(format!(
                "Affects {}: {}{}",
                escaped(&user.consumer),
                escaped(&user.uses),
                escaped(&fields)
            ));
        }
        said.extend(
            entry
                .instead()
                .filter(|_| entry.acknowledged.is_none())
                .map(|instead| format!("Instead: {}", escaped(instead))),
        );
        if let Some(acknowledgement) = &entry.acknowledged {
            said.push(format!("{} (until {})", escaped(&acknowledgement.reason), acknowledgement.expires));
        }
        said.push(format!("Fingerprint {}", code(&entry.fingerprint)));
        let _ = write!(out, "\n{}.\n", said.join(". "));
    }
    if matter.len() > MOST_SHOWN {
        let _ = write!(out, "\n{} not shown.\n", count(matter.len() - MOST_SHOWN, "change"));
    }
    out.push_str("\n</details>\n");
}

fn folded(out: &mut String, report: &Report) {
    let safe: Vec<&Entry> = report.entries.iter().filter(|entry| !entry.finding.matters()).collect();
    if safe.is_empty() {
        return;
    }
    let _ = write!(out, "\n<details><summary>{}</summary>\n\n", count(safe.len(), "safe change"));
    for entry in safe.iter().take(MOST_SHOWN) {
        let reached = reached(entry);
        let reached = if reached.is_empty() { String::new() } else { format!(" ({})", escaped(&reached)) };
        let _ = writeln!(out, "- {}{reached}", sentence(entry));
    }
    if safe.len() > MOST_SHOWN {
        let _ = writeln!(out, "- {} more", safe.len() - MOST_SHOWN);
    }
    out.push_str("\n</details>\n");
}

/// What happened, its subject as code.
fn sentence(entry: &Entry) -> String {
    let sentence = entry.sentence();
    let subject = format!("`{}`", entry.subject);
    match sentence.strip_prefix(subject.as_str()) {
        Some(rest) if !entry.subject.is_empty() => format!("{}{}", code(&entry.subject), escaped(rest)),
        _ => escaped(&sentence),
    }
}

/// Text in which nothing is markup, but for what stands between backticks.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        // Every second part stands between two of them.
        if index % 2 == 1 && text.matches('`').count().is_multiple_of(2) {
            out.push_str(&code(part));
            continue;
        }
        for c in part.chars() {
            match c {
                '|' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' => {
                    out.push('\\');
                    out.push(c);
                }
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '&' => out.push_str("&amp;"),
                '@' => out.push_str("&#64;"),
                c if c.is_control() => out.push(' '),
                c => out.push(c),
            }
        }
    }
    out
}

/// A code span, whatever is in it. A bar would end the cell of a table.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().is_empty() {
        return String::new();
    }
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let ticks = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{blank}{}{blank}{ticks}", text.replace('|', "\\|"))
}

/// A fence that isn't in the text.
fn fence(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_no_markup() {
        assert_eq!(escaped("a|b *c* <img> @team"), "a\\|b \\*c\\* &lt;img&gt; &#64;team");
        assert_eq!(code("a`b|c"), "``a`b\\|c``");
        assert_eq!(escaped("is `x|y` now"), "is `x\\|y` now");
        assert_eq!(fence("```"), "````");
    }
}
