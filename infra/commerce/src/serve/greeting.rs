//! What is said once the platform is ready.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anstyle::Style;
use commerce::seed::{ARTICLES, WAREHOUSES};
use serde_json::json;
use stipule_local::{Chaos, Local};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Who holds the API keys that are said.
const HOLDER: &str = "demo";

/// What there is to say.
pub(super) struct Greeting<'g> {
    pub(super) local: &'g Local,
    /// `http://…`
    pub(super) address: &'g str,
    pub(super) token: &'g str,
    /// Whose token it is.
    pub(super) store: &'g str,
    pub(super) data: &'g Path,
    /// Whether other machines can get here.
    pub(super) open: bool,
    /// Whether the store was filled just now.
    pub(super) seeded: bool,
    /// Whether the store has what a seed makes.
    pub(super) stocked: bool,
    /// How bad the weather is.
    pub(super) chaos: Option<Chaos>,
    pub(super) took: Duration,
}

impl Greeting<'_> {
    /// One line of JSON, for programs.
    pub(super) fn json(&self) -> String {
        let plans = self.local.app().gateway().plans.iter();
        let keys: BTreeMap<_, _> = plans.map(|it| (it.name, self.local.api_key(it.name, HOLDER))).collect();
        let said = json!({
            "address": self.address,
            "token": self.token,
            "consoleKey": self.local.console_key(),
            "apiKeys": keys,
        });
        format!("{said}\n")
    }

    /// One line for people who have read the rest: the token is still good.
    pub(super) fn again(&self) -> String {
        format!(
            "  {BOLD}again{BOLD:#}    {}   {DIM}ready in {} ms{DIM:#}\n",
            self.address,
            self.took.as_millis()
        )
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let platform = &commerce_service::PLATFORM;
        let mut out = String::new();
        let mut line = |text: String| {
            // Writing to a string can't fail.
            let _ = writeln!(out, "  {text}");
        };
        line(format!(
            "{BOLD}Stipule {}{BOLD:#} · {} services, {} endpoints, {} event consumers   {DIM}ready in {} ms{DIM:#}",
            platform.name,
            self.services(),
            self.local.app().operations().count(),
            self.local.app().subscriptions().len(),
            self.took.as_millis()
        ));
        line(format!("API      {}", self.address));
        line(format!("live     {}/live", self.address.replacen("http", "ws", 1)));
        line(format!("console  {}/console{}", self.address, self.key()));
        line(format!("data     {} {DIM}(kept; --reset starts over){DIM:#}", self.data.display()));
        let functions = self.local.functions();
        if let Some((function, _)) = functions.first() {
            let (count, most) = (functions.len(), function.concurrency);
            let seconds = function.timeout.as_secs();
            line(format!(
                "lambda   {count} functions in processes of their own {DIM}(at most {most} each, {seconds} s for a call){DIM:#}"
            ));
        }
        let made = format!(
            " {DIM}(new: {} products in {} warehouses, a customer; --no-seed for none){DIM:#}",
            ARTICLES.len(),
            WAREHOUSES.len()
        );
        line(format!("store    {}{}", self.store, if self.seeded { &made } else { "" }));
        if let Some(Chaos { rate, seed }) = self.chaos {
            out.push_str(&format!("  chaos    {rate} of everything {DIM}(--chaos-seed {seed}){DIM:#}\n"));
        }
        out.push('\n');
        out.push_str(&format!("  {DIM}In another terminal; the token is good for 8 hours:{DIM:#}\n\n"));
        out.push_str(&format!("  export TOKEN={}\n", self.token));
        for command in self.commands() {
            out.push_str(&format!("  {command}\n"));
        }
        out.push_str(&format!("\n  {DIM}Ctrl-C stops{DIM:#}\n"));
        out
    }

    /// What opens the console from elsewhere, where anybody could get here.
    fn key(&self) -> String {
        if self.open { format!("#key={}", self.local.console_key()) } else { String::new() }
    }

    /// Services that answer calls or consume events; the contracts may name more.
    fn services(&self) -> usize {
        let app = self.local.app();
        let answer = app.operations().map(|operation| operation.service);
        let consume = app.subscriptions().iter().map(|subscription| subscription.service);
        answer.chain(consume).collect::<BTreeSet<_>>().len()
    }

    /// Three commands that work as they stand.
    fn commands(&self) -> [String; 3] {
        let (second, path, body) = if self.stocked {
            let sku = ARTICLES[0].sku;
            let delivery = json!({ "warehouse": WAREHOUSES[0].0, "change": 12, "reason": "DELIVERY" });
            (format!("/stock/{sku}"), format!("/stock/{sku}/adjustments"), delivery)
        } else {
            let customer = json!({ "email": "ada@example.com", "name": "Ada Moreau" });
            ("/orders".to_owned(), "/customers".to_owned(), customer)
        };
        let get = |path: &str| format!("curl -H \"Authorization: Bearer $TOKEN\" {}{path}", self.address);
        let post = format!(
            "curl -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n    -d '{body}' \\\n    {}{path}",
            self.address
        );
        [get("/products"), get(&second), post]
    }
}
