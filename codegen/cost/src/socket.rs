//! What sockets cost: minutes that they are open, messages both ways, and the functions behind them.

use stipule_ir::Socket;
use stipule_ir::socket::{Message, Topic};

use crate::item::{Group, Item};
use crate::ledger::{Ledger, figure};
use crate::{DAYS, SECONDS};

/// Bytes of a message that are counted as one: "32 KB increments" of the pricing page.
const CHUNK: f64 = 32_768.0;

pub(crate) fn items(ledger: &Ledger<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for socket in &ledger.contract.sockets {
        items.push(opened(ledger, socket));
        let mut told: Vec<&str> = Vec::new();
        for topic in &socket.topics {
            items.push(listened(ledger, socket, topic));
            for message in &topic.messages {
                if !told.contains(&message.name.wire.as_str()) {
                    told.push(&message.name.wire);
                    items.push(self::told(ledger, socket, message));
                }
            }
        }
    }
    items
}

fn opened(ledger: &Ledger<'_>, socket: &Socket) -> Item {
    let wire = socket.service.wire.as_str();
    let place = socket.connections.as_ref().map_or(&socket.span, |it| &it.rate.span);
    let mut item = ledger.item(Group::Socket, format!("sockets of {wire}"), Some(wire), place);
    let Some(connections) = &socket.connections else { return item };
    let per_day = connections.rate.value * SECONDS;
    item.per_day = Some(per_day);
    item.because = "`x-stipule-connections` of the document".to_owned();
    let opened = per_day * DAYS;
    let minutes = connections.open.as_secs_f64() / 60.0;
    let said = format!("{} a day × {DAYS} days", figure(per_day));
    let formula = format!("{said} × {minutes} minutes");
    let price = &ledger.prices.platform.socket_minute;
    item.parts.push(ledger.part("minutes open", formula, opened * minutes, price));
    ledger.calls("authorizer", opened, ledger.own(), &mut item.parts);
    ledger.calls("opening and closing", opened * 2.0, ledger.own(), &mut item.parts);
    item
}

fn listened(ledger: &Ledger<'_>, socket: &Socket, topic: &Topic) -> Item {
    let wire = socket.service.wire.as_str();
    let place = topic.rate.as_ref().map_or(&topic.span, |rate| &rate.span);
    let name = format!("listening to {}", topic.address.value);
    let mut item = ledger.item(Group::Socket, name, Some(wire), place);
    let Some(rate) = &topic.rate else { return item };
    let per_day = rate.value * SECONDS;
    item.per_day = Some(per_day);
    item.because = "`x-stipule-rate` of the channel".to_owned();
    let said = format!("{} a day × {DAYS} days × (1 asked + 1 answered)", figure(per_day));
    let price = &ledger.prices.platform.socket_message;
    item.parts.push(ledger.part("messages", said, per_day * DAYS * 2.0, price));
    ledger.calls("sockets", per_day * DAYS, ledger.own(), &mut item.parts);
    item
}

fn told(ledger: &Ledger<'_>, socket: &Socket, message: &Message) -> Item {
    let wire = socket.service.wire.as_str();
    let place = message.rate.as_ref().map_or(&message.span, |rate| &rate.span);
    let mut item = ledger.item(Group::Socket, message.name.wire.clone(), Some(wire), place);
    let Some(rate) = &message.rate else { return item };
    let per_day = rate.value * SECONDS;
    item.per_day = Some(per_day);
    item.because = "`x-stipule-rate` of the message".to_owned();
    let bytes = ledger.assume("message");
    let told = per_day * DAYS;
    let said = format!("{} a day × {DAYS} days", figure(per_day));
    let chunks = (bytes / CHUNK).ceil().max(1.0);
    let prices = &ledger.prices.platform;
    item.parts.push(ledger.part("messages", said, told * chunks, &prices.socket_message));
    let formula = format!("{} × {bytes} bytes", figure(told));
    item.parts.push(ledger.part("messages leaving", formula, told * bytes / 1e9, &prices.sent));
    item
}
