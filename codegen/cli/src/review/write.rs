//! Where a report goes, and in which form.

use stipule_review::output;
use stipule_review::report::{Decision, Report};

use super::LOOK;
use crate::arguments::{Format, ReviewArguments};
use crate::failure::Failure;
use crate::output::Output;
use crate::replace::replace;

/// Writes a report; the exit code that it asks for.
pub(crate) fn write(report: &Report, arguments: &ReviewArguments, output: &Output) -> Result<u8, Failure> {
    let text = match output.format {
        Format::Text => output::text(report, if arguments.out.is_some() { None } else { output.width }),
        Format::Json => output::json(report),
        Format::Markdown => output::markdown(report),
        Format::Sarif => output::sarif(report),
        Format::Junit => output::junit(report),
        Format::Html => output::html(report),
        Format::Github => output::github(report),
    };
    match &arguments.out {
        Some(path) => {
            // Styles are for terminals.
            let text = anstream::adapter::strip_str(&text).to_string();
            replace(path, &text)
                .map_err(|error| Failure::io(&format!("write {}", path.display()), &error))?;
        }
        None => output.print(&text)?,
    }
    Ok(match report.decision {
        Decision::Pass | Decision::PassAcknowledged => 0,
        Decision::Block => crate::FINDINGS,
        Decision::Review => LOOK,
    })
}
