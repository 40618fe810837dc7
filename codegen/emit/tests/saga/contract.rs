//! A travel agency: a saga with every kind of part.

use std::collections::BTreeMap;

use serde_json::Value;
use stipule_ir::{Source, Sources};
use stipule_machine::Machine;

const PLATFORM: &str = "
name: travel
tenant: {name: agency, claim: agency_id}
token: {issuer: https://travel.example/, audience: travel}
services: {flights: {}, hotels: {}, payments: {}, visas: {}}
";

const TYPES: &str = "
$defs:
  Id: {type: string, maxLength: 20}
  Trip:
    type: object
    required: [tripId, nights, abroad]
    properties:
      tripId: {$ref: '#/$defs/Id'}
      nights: {type: array, items: {$ref: '#/$defs/Id'}, maxItems: 5}
      abroad: {type: boolean}
      voucher: {$ref: '#/$defs/Id'}
  Named: {type: object, required: [tripId], properties: {tripId: {$ref: '#/$defs/Id'}}}
  Seat: {type: object, required: [seatId], properties: {seatId: {$ref: '#/$defs/Id'}, row: {type: integer}}}
  Night: {type: object, required: [tripId, night], properties: {tripId: {$ref: '#/$defs/Id'}, night: {$ref: '#/$defs/Id'}}}
  Ticket: {type: object, required: [tripId, seatId], properties: {tripId: {$ref: '#/$defs/Id'}, seatId: {$ref: '#/$defs/Id'}, how: {type: string}}}
  Reason: {type: object, required: [tripId, reason], properties: {tripId: {$ref: '#/$defs/Id'}, reason: {type: string}}}
";

pub(crate) const SAGA: &str = "
title: Trip
input: ../types/trip.yaml#/$defs/Trip
timeout: 30d
steps:
  quote: {service: flights, input: '../types/trip.yaml#/$defs/Named', effect: none, timeout: 5s}
  seat: {service: flights, input: '../types/trip.yaml#/$defs/Named', output: '../types/trip.yaml#/$defs/Seat', timeout: 5s, errors: [FullyBooked]}
  free_seat: {service: flights, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}
  room: {service: hotels, input: '../types/trip.yaml#/$defs/Night', timeout: 5s}
  free_room: {service: hotels, input: '../types/trip.yaml#/$defs/Night', timeout: 5s}
  apply: {service: visas, input: '../types/trip.yaml#/$defs/Named', callback: true, timeout: 7d, heartbeat: 1d}
  withdraw: {service: visas, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}
  hold: {service: payments, input: '../types/trip.yaml#/$defs/Named', timeout: 5s, retry: {attempts: 0}}
  release: {service: payments, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}
  charge: {service: payments, input: '../types/trip.yaml#/$defs/Named', timeout: 5s}
  ticket: {service: flights, input: '../types/trip.yaml#/$defs/Ticket', timeout: 5s}
  tell: {service: flights, input: '../types/trip.yaml#/$defs/Reason', timeout: 5s}
flow:
  - {do: quote, with: {tripId: $input.tripId}}
  - parallel: bookings
    branches:
      flight:
        - {do: seat, with: {tripId: $input.tripId}, undo: {do: free_seat, with: {tripId: $input.tripId}}}
      hotel:
        - each: rooms
          in: $input.nights
          as: night
          at_once: 2
          flow:
            - {do: room, with: {tripId: $input.tripId, night: $night}, undo: {do: free_room, with: {tripId: $input.tripId, night: $night}}}
  - choice: border
    arms:
      - when: {$input.abroad: true}
        flow:
          - {do: apply, with: {tripId: $input.tripId}, undo: {do: withdraw, with: {tripId: $input.tripId}}}
  - {wait: thinking, for: 1h}
  - {do: hold, with: {tripId: $input.tripId}, undo: {do: release, with: {tripId: $input.tripId}}}
  - {do: charge, with: {tripId: $input.tripId}, pivot: true}
  - {do: ticket, with: {tripId: $input.tripId, seatId: $seat.seatId, how: by mail}}
on_failure: {do: tell, with: {tripId: $input.tripId, reason: $failure.Error}}
";

/// Every file that is made of the saga, by its name.
pub(crate) fn files(saga: &str) -> BTreeMap<String, String> {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = Sources::new([
        file("contracts/platform.yaml", PLATFORM),
        file("contracts/types/trip.yaml", TYPES),
        file("contracts/workflows/trip.saga.yaml", saga),
    ]);
    let (contract, faults) = stipule_front::load(&sources);
    let contract = contract.unwrap_or_else(|| panic!("{faults:#?}"));
    let files = stipule_emit::emit(&contract);
    let names = files.iter().filter_map(|(path, text)| Some((path.strip_prefix("infra/workflows/")?, text)));
    names.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The definition, and the machine that it is.
pub(crate) fn machine(saga: &str) -> (Value, Machine) {
    let files = files(saga);
    let definition: Value = serde_json::from_str(&files["trip.asl.json"]).expect("a definition is JSON");
    let machine = Machine::of(&definition).unwrap_or_else(|faults| panic!("{faults:#?}"));
    (definition, machine)
}
