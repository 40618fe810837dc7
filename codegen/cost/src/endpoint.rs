//! What operations cost: the gateway in front of them, the function behind it.

use stipule_ir::{Operation, Service};

use crate::item::{Group, Item};
use crate::ledger::{Ledger, Work, figure};
use crate::{DAYS, SECONDS};

pub(crate) fn items(ledger: &Ledger<'_>) -> Vec<Item> {
    let services = ledger.contract.services.iter();
    let all = services.flat_map(|service| service.operations.iter().map(move |it| (service, it)));
    all.filter(|(_, operation)| operation.served).map(|(service, it)| item(ledger, service, it)).collect()
}

fn item(ledger: &Ledger<'_>, service: &Service, operation: &Operation) -> Item {
    let wire = service.name.wire.as_str();
    let name = format!("{} {}", operation.method.as_str(), operation.path.template);
    let place = operation.rate.as_ref().map_or(&operation.span, |rate| &rate.span);
    let mut item = ledger.item(Group::Endpoint, name, Some(wire), place);
    let Some(rate) = &operation.rate else { return item };
    item.per_day = Some(rate.value * SECONDS);
    item.because = "`x-stipule-rate` of the operation".to_owned();
    let prices = &ledger.prices.platform;
    let requests = rate.value * SECONDS * DAYS;
    let said = format!("{} a day × {DAYS} days", figure(rate.value * SECONDS));
    let parts = &mut item.parts;
    parts.push(ledger.part("requests", said.clone(), requests, &prices.request));
    let cached = operation.cache.as_ref().map_or(0.0, |_| ledger.assume("cached"));
    let work = Work { time: "request_time", memory: ledger.memory(Some(wire)) };
    ledger.calls("requests", requests * (1.0 - cached), work, parts);
    if !operation.security.is_public() {
        ledger.calls("authorizer", requests * (1.0 - ledger.assume("known")), ledger.own(), parts);
    }
    let log = ledger.assume("access_log");
    let formula = format!("{} × {log} bytes", figure(requests));
    parts.push(ledger.part("log of the gateway", formula, requests * log / 1e9, &prices.logged));
    if ledger.facts.has("AWS::WAFv2::WebACL") {
        parts.push(ledger.part("firewall", said, requests, &prices.firewall_request));
    }
    ledger.traces(requests, parts);
    let answer = ledger.assume("answer");
    let formula = format!("{} × {answer} bytes", figure(requests));
    parts.push(ledger.part("answers", formula, requests * answer / 1e9, &prices.sent));
    item
}
