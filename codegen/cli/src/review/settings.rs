//! How versions are compared: the policy, and what was acknowledged.

use std::path::Path;

use stipule_front::review::policy::{
    Direction as Way, Formats as Checks, OpenContent as Open, Weight as Word,
};
use stipule_front::review::{acknowledgements, policy};
use stipule_front::{reader, suggest};
use stipule_ir::{Diagnostic, Diagnostics, FileId, Sources};
use stipule_review::report::{Acknowledgement, Acknowledgements, Policy, Weight};
use stipule_review::{Direction, Formats, OpenContent, Severity, rule};

use crate::arguments::{ReviewArguments, Towards};
use crate::failure::Failure;
use crate::input;
use crate::report::text;

/// All that a review is told.
pub(crate) struct Settings {
    pub(crate) policy: Policy,
    pub(crate) acknowledgements: Acknowledgements,
    /// Where the acknowledgements are from.
    pub(crate) acknowledged: Option<(Sources, reader::Node)>,
}

/// Reads what the command line names.
pub(crate) fn read(arguments: &ReviewArguments) -> Result<Settings, Failure> {
    let mut policy = match arguments.policy.as_deref() {
        None | Some("default") => Policy::default(),
        Some("strict") => Policy::strict(),
        Some(file) => of_file(Path::new(file))?,
    };
    finish(&mut policy, arguments);
    let mut settings = Settings { policy, acknowledgements: Acknowledgements::default(), acknowledged: None };
    if let Some(path) = &arguments.acknowledgements {
        let sources = Sources::new([input::read(path)?]);
        let (list, root) = acknowledged(&sources, Path::new(""))?;
        settings.acknowledgements = Acknowledgements { list, known: None };
        settings.acknowledged = Some((sources, root));
    }
    Ok(settings)
}

/// What the command line says besides.
pub(crate) fn finish(policy: &mut Policy, arguments: &ReviewArguments) {
    let today = match &arguments.today {
        Some(today) => *today,
        None => jiff::Zoned::now().date(),
    };
    for settings in [&mut policy.schemas, &mut policy.apis, &mut policy.events] {
        settings.today = Some(today);
    }
    match arguments.direction {
        Some(Towards::Backward) => policy.direction = Direction::Backward,
        Some(Towards::Forward) => policy.direction = Direction::Forward,
        Some(Towards::Full) => policy.direction = Direction::Full,
        None => {}
    }
}

fn of_file(path: &Path) -> Result<Policy, Failure> {
    let sources = Sources::new([input::read(path)?]);
    policy_of(&sources)
}

/// The policy of the only file.
pub(crate) fn policy_of(sources: &Sources) -> Result<Policy, Failure> {
    let mut diagnostics = Diagnostics::new();
    let mut policy = Policy::default();
    let root = reader::read(FileId(0), sources.get(FileId(0)), &mut diagnostics);
    let Some(read) = root.and_then(|root| policy::read(&root, &mut diagnostics)) else {
        return Err(refused(diagnostics, sources));
    };
    for settings in [&mut policy.apis, &mut policy.events, &mut policy.schemas] {
        if let Some(formats) = read.formats {
            settings.formats = match formats {
                Checks::Checked => Formats::Checked,
                Checks::AsDialect => Formats::AsDialect,
                Checks::Noted => Formats::Noted,
            };
        }
        if let Some(open) = read.open_content {
            settings.open_content = match open {
                Open::Counted => OpenContent::Counted,
                Open::Ignored => OpenContent::Ignored,
            };
        }
        settings.docs = read.docs.unwrap_or(settings.docs);
        settings.notice_days = read.notice.unwrap_or(settings.notice_days);
    }
    match read.direction {
        Some(Way::Backward) => policy.direction = Direction::Backward,
        Some(Way::Forward) => policy.direction = Direction::Forward,
        Some(Way::Full) => policy.direction = Direction::Full,
        None => {}
    }
    for (named, word) in &read.rules {
        let weight = match word {
            Word::Off => Weight::Off,
            Word::Docs => Weight::As(Severity::Docs),
            Word::Safe => Weight::As(Severity::Safe),
            Word::Risky => Weight::As(Severity::Risky),
            Word::Break => Weight::As(Severity::Break),
        };
        if !policy.set(&named.value, weight) {
            diagnostics.push(unknown_rule(named));
        }
    }
    if diagnostics.has_errors() { Err(refused(diagnostics, sources)) } else { Ok(policy) }
}

fn unknown_rule(named: &stipule_ir::Spanned<String>) -> Diagnostic {
    let rules = rule::rules();
    let known =
        rules.iter().find(|rule| rule.code.eq_ignore_ascii_case(&named.value) || rule.name == named.value);
    match known {
        Some(rule) => {
            let message = format!("`{}` can't weigh otherwise: data would be lost", rule.name);
            Diagnostic::error("SYN023", &named.span, message).help("write a migration instead")
        }
        None => {
            let names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
            let message = format!("there is no rule `{}`", named.value);
            Diagnostic::error("SYN023", &named.span, message).help(suggest::help(&named.value, &names))
        }
    }
}

/// The acknowledgements of the only file; migrations are files below a folder.
pub(crate) fn acknowledged(
    sources: &Sources,
    folder: &Path,
) -> Result<(Vec<Acknowledgement>, reader::Node), Failure> {
    let mut diagnostics = Diagnostics::new();
    let root = reader::read(FileId(0), sources.get(FileId(0)), &mut diagnostics);
    let Some(root) = root else { return Err(refused(diagnostics, sources)) };
    let mut list = Vec::new();
    for read in acknowledgements::read(&root, &mut diagnostics) {
        let Ok(expires) = read.expires.value.parse() else {
            let message = format!("`{}` is no date", read.expires.value);
            let fault = Diagnostic::error("SYN023", &read.expires.span, message);
            diagnostics.push(fault.help("write it like 2030-01-31"));
            continue;
        };
        let place = read.fingerprint.span.pointer.to_string();
        let migration = read.migration.map(|path| path.value).filter(|path| folder.join(path).is_file());
        list.push(Acknowledgement {
            fingerprint: read.fingerprint.value.to_ascii_lowercase(),
            reason: read.reason,
            owner: read.owner,
            ticket: read.ticket,
            expires,
            migration,
            place,
        });
    }
    if diagnostics.has_errors() { Err(refused(diagnostics, sources)) } else { Ok((list, root)) }
}

fn refused(diagnostics: Diagnostics, sources: &Sources) -> Failure {
    let faults = diagnostics.sorted();
    let rendered: Vec<String> = faults.iter().map(|fault| text::diagnostic(fault, sources, None)).collect();
    Failure::new(format!("the settings of the review are wrong\n{}", rendered.join("\n")))
}
