//! `cargo run -- demo`: some orders over HTTP, what happens to them, and whether the books balance afterwards.
//!
//! ```text
//! stage ─▶ story ─▶ timeline ─▶ tree ─▶ page
//!   └────▶ books ─▶ ledger ───────────▶ page
//! ```

mod books;
mod buyer;
mod day;
mod detail;
mod fault;
mod ledger;
mod money;
mod page;
mod stage;
mod story;
mod timeline;
mod tree;
mod window;

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use books::Books;
use fault::DemoError;
use ledger::Check;
use page::{BAD, BOLD, DIM, GOOD, PLAIN, Page};
use stage::Stage;
use story::Story;
use timeline::Timeline;

use crate::telemetry;

/// The store of the story, and one that has nothing to do with it.
const STORES: [&str; 2] = ["maple", "oak"];

/// Tells the story; the exit code of the process.
pub(crate) async fn run() -> ExitCode {
    // What goes wrong on the way is part of the story: it isn't told twice.
    telemetry::start("off");
    let began = Instant::now();
    let mut page = Page::standard();
    match perform(&mut page).await {
        Ok(checks) => conclude(&mut page, &checks, began),
        Err(error) => {
            page.gap();
            let lead = [(BAD, "  ✗ ".to_owned())];
            page.flow(&lead, 4, &[(PLAIN, format!("the story breaks off: {error}"))]);
            ExitCode::from(2)
        }
    }
}

async fn perform(page: &mut Page) -> Result<Vec<Check>, DemoError> {
    let stage = Stage::set().await?;
    let checks = tokio::select! {
        checks = tell(page, &stage) => checks,
        _ = tokio::signal::ctrl_c() => Err(DemoError::Interrupted),
    };
    stage.strike().await;
    checks
}

async fn tell<W: Write>(page: &mut Page<W>, stage: &Stage) -> Result<Vec<Check>, DemoError> {
    let lead = [(BOLD, "  Stipule commerce ".to_owned())];
    let about =
        format!("· the demo, through the SDK on http://{}, data in a temporary folder", stage.address);
    page.flow(&lead, 2, &[(DIM, about)]);
    let shop = stage.client(STORES[0])?;
    let stranger = stage.client(STORES[1])?;
    let mut story = Story { page, timeline: Timeline::of(&stage.local) };
    let (buyer, order) = story.tell(&shop).await?;
    let books = Books::read(stage, &shop, &stranger, buyer.seeded.customer).await?;
    // Now that everything is at rest.
    story.told(&stage.messenger);
    let noon = ledger::judge(&books);
    show(story.page, "The ledgers at noon", &noon);
    story.go_on(stage, &buyer, order).await?;
    // Days went by: the tokens of noon are good no longer.
    let (shop, stranger) = (stage.client(STORES[0])?, stage.client(STORES[1])?);
    let books = Books::read(stage, &shop, &stranger, buyer.seeded.customer).await?;
    let mut night = ledger::judge_night(&books);
    night.extend(noon.into_iter().filter(|check| !check.holds));
    Ok(night)
}

fn show<W: Write>(page: &mut Page<W>, title: &str, checks: &[Check]) {
    page.title(title);
    for check in checks {
        let mark = if check.holds { (GOOD, "  ✓ ") } else { (BAD, "  ✗ ") };
        let lead = [(mark.0, mark.1.to_owned()), (BOLD, format!("{:<8}", check.about))];
        page.flow(&lead, if page.is_narrow() { 4 } else { 12 }, &[(PLAIN, check.found.clone())]);
    }
}

/// Says what the ledgers say.
fn conclude<W: Write>(page: &mut Page<W>, checks: &[Check], began: Instant) -> ExitCode {
    show(page, "The ledgers at night", checks);
    let balance = checks.iter().all(|check| check.holds);
    let verdict = if balance { (GOOD, "The ledgers balance.") } else { (BAD, "The ledgers do not balance.") };
    page.gap();
    let took = format!("{:.1} s", began.elapsed().as_secs_f64());
    page.flow(&[], 2, &[(verdict.0, verdict.1.to_owned()), (DIM, took)]);
    ExitCode::from(u8::from(!balance))
}
