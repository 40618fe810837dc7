//! Closed loops: as many as go through, of ours and of others in turn. A machine is faster in one second than in the next,
//! so what is compared is asked in the same seconds, round by round, and the median of the rounds counts.

use std::time::Duration;

use crate::load::{self, Call};
use crate::process::Shop;
use crate::series::Report;
use crate::{calls, customer, line, refused};

/// Connections at once.
const WIRES: usize = 64;

/// How often each is asked.
const ROUNDS: u32 = 5;

/// What is asked, and what came of it.
struct Asked {
    what: String,
    host: String,
    call: Call,
    /// Answers a second, of each round.
    rates: Vec<f64>,
    all: Report,
}

impl Asked {
    fn new(what: impl Into<String>, host: &str, call: Call) -> Self {
        Self { what: what.into(), host: host.to_owned(), call, rates: Vec::new(), all: Report::default() }
    }

    async fn ask(&self, during: Duration) -> Report {
        load::closed(&self.host, std::slice::from_ref(&self.call), WIRES, during).await
    }

    /// How many times the rate of another, round by round; the median.
    fn times(&self, other: &Self) -> f64 {
        median(self.rates.iter().zip(&other.rates).map(|(own, other)| own / other).collect())
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Ours and `peers`, each for so long in all. A round of all before them isn't counted: caches are cold in it, and code is
/// compiled.
pub(crate) async fn run<'a>(peers: impl Iterator<Item = (&'a str, &'a str)>, during: Duration) {
    let shop = Shop::open(&["--rate", "1000000"]);
    let mut all = own(&shop).await;
    let count = all.len();
    for (name, url) in peers {
        let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap_or((url, ""));
        all.push(Asked::new(format!("{name}: hello"), host, load::get(&format!("/{path}"), host, "")));
    }
    for round in 0..=ROUNDS {
        for asked in &mut all {
            let report = asked.ask(during / ROUNDS).await;
            if round > 0 {
                asked.rates.push(report.rate());
                asked.all.add(report);
            }
        }
    }
    let (own, peers) = all.split_at(count);
    for Asked { what, rates, all, .. } in own {
        let figure = format!("{:.0} a second, p99 {:.1?}", median(rates.clone()), all.answers.taken(99.0));
        line(&format!("closed loop of {WIRES}, {what}"), &figure, "");
        refused(&all.answers, "nothing else than 200 and 201");
    }
    for peer in peers {
        let [item, page] = [own[0].times(peer), own[1].times(peer)];
        let rate = median(peer.rates.clone());
        let figure = format!("{rate:.0} a second; ours {item:.1} (item), {page:.1} (page)");
        line(&peer.what, &figure, "bar: 8 times cargo-lambda, 25 times serverless");
    }
}

/// What is asked of the shop: the first two are compared.
async fn own(shop: &Shop) -> Vec<Asked> {
    let mut calls = calls(shop).await.into_iter();
    let made = shop.post("/customers", &customer("closed@example.com")).await;
    let item = format!("/customers/{}", made["customerId"].as_str().expect("an id"));
    let item = load::get(&item, shop.host(), shop.token());
    let kinds = ["read of an item", "read of an item and a page", "kept answer", "durable write"];
    let asked = |(what, call)| Asked::new(what, shop.host(), call);
    kinds.into_iter().zip(std::iter::once(item).chain(&mut calls)).map(asked).collect()
}
