//! What is there whether anybody calls or not, counted in the generated templates.

use crate::DAYS;
use crate::SECONDS;
use crate::item::{Group, Item, Part, Place};
use crate::ledger::Ledger;
use crate::price::Price;

/// Metrics that the gateway has of a method: calls, latency, latency of the integration, and both kinds of errors.
/// Source: "Amazon API Gateway dimensions and metrics".
const OF_METHOD: f64 = 5.0;

/// Metrics that the gateway has of a route of sockets. Source: the same for WebSocket APIs.
const OF_ROUTE: f64 = 5.0;

/// What is counted of one type of resources.
struct Counted<'p> {
    name: &'static str,
    kind: &'static str,
    quantity: f64,
    formula: String,
    price: &'p Price,
}

pub(crate) fn items(ledger: &Ledger<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = counted(ledger).into_iter().filter_map(|row| one(ledger, row)).collect();
    items.extend(queues(ledger));
    items.extend(sweeper(ledger));
    items.extend(traced(ledger));
    items.extend(delivery(ledger));
    items
}

fn item(ledger: &Ledger<'_>, name: &str, kind: &str, parts: Vec<Part>) -> Item {
    Item {
        group: Group::Fixed,
        name: name.to_owned(),
        service: None,
        place: Place::Template(ledger.facts.template(kind)),
        per_day: None,
        because: format!("counted in the template: {kind}"),
        parts,
    }
}

fn part(what: &str, formula: String, quantity: f64, price: &Price) -> Part {
    Part { what: what.to_owned(), formula, quantity, price: price.clone(), grows: false }
}

fn one(ledger: &Ledger<'_>, row: Counted<'_>) -> Option<Item> {
    let parts = vec![part(row.name, row.formula, row.quantity, row.price)];
    (row.quantity > 0.0).then(|| item(ledger, row.name, row.kind, parts))
}

fn counted<'p>(ledger: &'p Ledger<'_>) -> Vec<Counted<'p>> {
    let (prices, facts) = (&ledger.prices.platform, ledger.facts);
    let of = |name, kind, price| {
        let (quantity, _) = facts.count(kind);
        Counted { name, kind, quantity, formula: format!("{quantity} in the templates"), price }
    };
    let row =
        |name, kind, quantity: f64, formula: String, price| Counted { name, kind, quantity, formula, price };
    let alarms = facts.alarm_metrics();
    let rules = facts.firewall_rules();
    let mut rows = vec![
        row(
            "alarms",
            "AWS::CloudWatch::Alarm",
            alarms,
            format!("{alarms} metrics that alarms look at"),
            &prices.alarm,
        ),
        of("alarms over alarms", "AWS::CloudWatch::CompositeAlarm", &prices.composite_alarm),
        of("dashboards", "AWS::CloudWatch::Dashboard", &prices.dashboard),
        of("keys", "AWS::KMS::Key", &prices.key),
        of("secrets", "AWS::SecretsManager::Secret", &prices.secret),
        of("firewall", "AWS::WAFv2::WebACL", &prices.firewall),
        row(
            "rules of the firewall",
            "AWS::WAFv2::WebACL",
            rules,
            format!("{rules} rules"),
            &prices.firewall_rule,
        ),
    ];
    if facts.has_method_metrics() {
        let operations =
            ledger.contract.services.iter().flat_map(|it| &it.operations).filter(|it| it.served).count();
        let (operations, formula) =
            (operations as f64, format!("{operations} methods × {OF_METHOD} metrics"));
        rows.push(row(
            "metrics of methods",
            "AWS::ApiGateway::Stage",
            operations * OF_METHOD,
            formula,
            &prices.metric,
        ));
    }
    let routes = facts.metered_routes();
    let formula = format!("{routes} routes × {OF_ROUTE} metrics");
    rows.push(row(
        "metrics of sockets",
        "AWS::ApiGatewayV2::Stage",
        routes * OF_ROUTE,
        formula,
        &prices.metric,
    ));
    if let Some(size) = facts.cache()
        && let Some(price) = ledger.prices.caches.get(&size)
    {
        rows.push(row(
            "cache of answers",
            "AWS::ApiGateway::Stage",
            1.0,
            format!("{size} GB for a month"),
            price,
        ));
    }
    rows
}

/// Functions look at their queues all the time, and are billed for finding nothing.
fn queues(ledger: &Ledger<'_>) -> Option<Item> {
    let prices = &ledger.prices.platform;
    let (ordered, others) = ledger.facts.polled();
    let (pollers, poll) = (ledger.assume("pollers"), ledger.assume("poll").max(1.0));
    let looks = pollers * SECONDS * DAYS / poll;
    let of = |what: &str, queues: f64, price: &Price| {
        let formula = format!("{queues} queues × {pollers} readers × one look in {poll} s");
        part(what, formula, queues * looks, price)
    };
    let parts = vec![
        of("looks at ordered queues", ordered, &prices.ordered_queue_call),
        of("looks at other queues", others, &prices.queue_call),
    ];
    (ordered + others > 0.0)
        .then(|| item(ledger, "queues that are looked at", "AWS::Lambda::EventSourceMapping", parts))
}

/// The schedule that looks for events that were left behind, in each part of the outbox.
fn sweeper(ledger: &Ledger<'_>) -> Option<Item> {
    let calls = ledger.facts.scheduled() * DAYS;
    if calls == 0.0 {
        return None;
    }
    let mut parts = Vec::new();
    ledger.calls("sweeper", calls, ledger.own(), &mut parts);
    let shards =
        ledger.contract.tables.first().and_then(|table| table.outbox.as_ref()).map_or(1, |it| it.shards);
    let formula = format!("{calls} looks × {shards} parts of the outbox");
    parts.push(part("read units", formula, calls * f64::from(shards), &ledger.prices.dynamodb.read_unit()));
    parts.iter_mut().for_each(|part| part.grows = false);
    Some(item(ledger, "sweeper", "AWS::Events::Rule", parts))
}

/// So many calls a second are traced before the share counts.
fn traced(ledger: &Ledger<'_>) -> Option<Item> {
    let (_, reservoir) = ledger.facts.sampling();
    let known = ledger.contract.services.iter().flat_map(|it| &it.operations);
    let calls: f64 = known.filter_map(|it| it.rate.as_ref()).map(|rate| rate.value).sum();
    let traced = reservoir.min(calls);
    let formula = format!("the first {reservoir} of each second, of {calls:.2} requests");
    let quantity = traced * SECONDS * DAYS;
    let parts = vec![part("traces", formula, quantity, &ledger.prices.platform.trace)];
    (quantity > 0.0).then(|| item(ledger, "traces in any case", "AWS::XRay::SamplingRule", parts))
}

fn delivery(ledger: &Ledger<'_>) -> Option<Item> {
    let prices = &ledger.prices.platform;
    let releases = ledger.assume("releases");
    let of = |what: &str, key: &str, price| {
        let minutes = ledger.assume(key);
        part(what, format!("{releases} releases × {minutes} minutes"), releases * minutes, price)
    };
    let artifacts = ledger.assume("artifacts");
    let parts = vec![
        of("pipeline", "pipeline_time", &prices.pipeline_minute),
        of("builders", "build_time", &prices.build_minute),
        part("code and what is built", format!("{artifacts} GB"), artifacts, &prices.object),
    ];
    let kind = "AWS::CodePipeline::Pipeline";
    ledger.facts.has(kind).then(|| item(ledger, "delivery", kind, parts))
}
