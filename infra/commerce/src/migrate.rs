//! `cargo run -- migrate`: stored items get the keys that the contract's migrations say, or lose them.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use commerce_store::{MIGRATIONS, TABLE};
use stipule_local::migrate::{Work, migrate};
use stipule_local::table::Place;
use stipule_runtime::migrate::{Migration, Progress};

use crate::arguments::Migrate;
use crate::telemetry;

/// Runs or checks all of them; the exit code of the process.
pub(crate) async fn run(options: &Migrate) -> ExitCode {
    telemetry::start("warn");
    let work = match (options.check, options.restart) {
        (true, _) => Work::Check,
        (false, true) => Work::Restart,
        (false, false) => Work::Run,
    };
    if MIGRATIONS.is_empty() {
        anstream::println!("nothing migrates: the table's contract has no `migrate` entry");
        return ExitCode::SUCCESS;
    }
    if !options.data.is_dir() {
        anstream::eprintln!("commerce: there is no data in {}", options.data.display());
        return ExitCode::from(2);
    }
    let place = Place::Folder(options.data.clone());
    match migrate(&place, &TABLE, MIGRATIONS, work, show).await {
        Ok(done) => {
            clear();
            let mut over = true;
            for (migration, progress) in &done {
                anstream::println!("{}", line(migration, progress, work));
                over &= progress.is_complete() && (work != Work::Check || progress.changed == 0);
            }
            if over { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            clear();
            anstream::eprintln!("commerce: {error}");
            anstream::eprintln!("what was done is kept: run it again to go on");
            ExitCode::from(2)
        }
    }
}

/// How far it is, on one line that the next one replaces; people see it, files don't.
fn show(migration: &Migration, progress: &Progress) {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        let _ = write!(out, "\r\x1b[2K{}: {} seen", migration.name, progress.seen);
        let _ = out.flush();
    }
}

fn clear() {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        let _ = write!(out, "\r\x1b[2K");
    }
}

fn line(migration: &Migration, progress: &Progress, work: Work) -> String {
    let changed = if work == Work::Check { "not as they should be" } else { "changed" };
    let mut line =
        format!("{}: {} items seen, {} {changed}", migration.name, progress.seen, progress.changed);
    if progress.unreadable > 0 {
        line.push_str(&format!(", {} unreadable (see the log)", progress.unreadable));
    }
    line
}
