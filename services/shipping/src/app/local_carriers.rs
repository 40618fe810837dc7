//! Carriers in this process that behave like real ones, on magic postal codes that the contract documents (`Carrier`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use commerce_model::shipping::CarrierMessage;
use commerce_model::types::{
    Account, Address, Carrier, Currency, Grams, Money, ScanKind, Shipment, ShippingOption, ShippingService,
    TrackingNumber,
};
use stipule_runtime::wire::{DateTime, Fault, Ranged};

use super::carriers::{Back, Carriers, Destination, Interception, Labelling, NoAnswer, ParcelKey};

/// Nobody goes there.
const NOWHERE: &str = "00001";
/// The first try to get a label times out.
const SLOW: &str = "00002";
/// Nobody is at home at first.
const OUT: &str = "00003";
/// Nobody is ever at home.
const NEVER_IN: &str = "00004";
/// The parcel is lost.
const LOST: &str = "00005";
/// The parcel can't be stopped.
const UNSTOPPABLE: &str = "00006";

/// Nobody there ever sends anything back.
const KEEPER: &str = "00007";

/// Carriers that know their parcels until the end of the process, and tell where each is when they are asked to go on.
#[derive(Debug, Default)]
pub struct LocalCarriers(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Keys whose first try timed out.
    timed_out: BTreeSet<String>,
    /// Parcels on their way, by number.
    parcels: BTreeMap<String, Parcel>,
}

#[derive(Debug)]
struct Parcel {
    account: String,
    carrier: Carrier,
    /// What is still to happen, and how much of it did.
    fate: Vec<ScanKind>,
    told: usize,
    stoppable: bool,
}

/// A message of a carrier that is to be delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// What the carrier calls it.
    pub id: String,
    /// What it says.
    pub message: CarrierMessage,
}

impl LocalCarriers {
    /// Carriers without parcels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every parcel goes one station further; what is told of it. The end of a way is told twice, as real carriers do
    /// when an answer is lost.
    ///
    /// # Errors
    /// Never: what is told keeps the contract.
    pub fn go_on(&self, now: DateTime) -> Result<Vec<Outgoing>, Fault> {
        let mut state = self.state();
        let mut outgoing = Vec::new();
        for (number, parcel) in &mut state.parcels {
            let Some(kind) = parcel.fate.get(parcel.told) else { continue };
            parcel.told += 1;
            let message = CarrierMessage::new(
                Account::new(parcel.account.as_str())?,
                parcel.carrier,
                TrackingNumber::new(number.as_str())?,
                *kind,
                now,
            );
            let message = Outgoing { id: format!("{number}-{}-{}", parcel.told, kind.as_str()), message };
            if parcel.told == parcel.fate.len() {
                outgoing.push(message.clone());
            }
            outgoing.push(message);
        }
        state.parcels.retain(|_, parcel| parcel.told < parcel.fate.len());
        Ok(outgoing)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is(address: &Address, code: &str) -> bool {
    address.postal_code.as_ref().is_some_and(|own| own.as_str() == code)
}

/// What happens to a parcel on its way.
fn fate(address: &Address) -> Vec<ScanKind> {
    use ScanKind::{Delivered, InTransit, Lost, NotDelivered, OutForDelivery, Returned};
    if is(address, OUT) {
        vec![InTransit, OutForDelivery, NotDelivered, OutForDelivery, Delivered]
    } else if is(address, NEVER_IN) {
        vec![InTransit, OutForDelivery, NotDelivered, OutForDelivery, NotDelivered, Returned]
    } else if is(address, LOST) {
        vec![InTransit, Lost]
    } else {
        vec![InTransit, OutForDelivery, Delivered]
    }
}

/// Made of the key alone, so that the same parcel has the same number after a restart.
fn number(kind: &str, key: &ParcelKey) -> Result<TrackingNumber, NoAnswer> {
    let letters = key.as_str().chars().filter(char::is_ascii_alphanumeric).take(32);
    let number: String = kind.chars().chain(letters.map(|letter| letter.to_ascii_uppercase())).collect();
    TrackingNumber::new(number).map_err(|_| NoAnswer::Unreachable)
}

fn made(number: TrackingNumber) -> Result<Labelling, NoAnswer> {
    Ok(Labelling::Made { carrier: Carrier::Northpost, service: ShippingService::Standard, number })
}

impl Carriers for LocalCarriers {
    async fn quote(&self, to: Destination<'_>, weight: Grams) -> Result<Vec<ShippingOption>, NoAnswer> {
        if to.postal_code == Some(NOWHERE) {
            return Ok(Vec::new());
        }
        let abroad = to.country.as_str() != "CA";
        let option = |carrier, service, cents: i64, days: i64| {
            let cents = cents + i64::from(weight.get()) / 10 * if abroad { 3 } else { 1 };
            let price = Money { amount: Ranged::new(cents).ok()?, currency: Currency::new("CAD").ok()? };
            Some(ShippingOption { carrier, service, price, days: Ranged::new(days).ok()? })
        };
        let (near, far) = if abroad { (12, 4) } else { (4, 1) };
        let options = [
            option(Carrier::Northpost, ShippingService::Standard, 990, near),
            option(Carrier::Swift, ShippingService::Express, 2190, far),
        ];
        Ok(options.into_iter().flatten().collect())
    }

    async fn label(&self, key: &ParcelKey, to: &Address, _weight: Grams) -> Result<Labelling, NoAnswer> {
        if is(to, NOWHERE) {
            return Ok(Labelling::Refused);
        }
        if is(to, SLOW) && self.state().timed_out.insert(key.as_str().to_owned()) {
            return Err(NoAnswer::TimedOut);
        }
        made(number("NP", key)?)
    }

    /// Whoever has the label sends the parcel at once.
    async fn label_back(&self, key: &ParcelKey, account: &str, way: Back<'_>) -> Result<Labelling, NoAnswer> {
        if is(way.from, NOWHERE) {
            return Ok(Labelling::Refused);
        }
        let mut state = self.state();
        if is(way.from, SLOW) && state.timed_out.insert(key.as_str().to_owned()) {
            return Err(NoAnswer::TimedOut);
        }
        let number = number("NR", key)?;
        if !is(way.from, KEEPER) {
            let sent = || Parcel {
                account: account.to_owned(),
                carrier: Carrier::Northpost,
                fate: vec![ScanKind::Accepted, ScanKind::InTransit, ScanKind::Delivered],
                told: 0,
                stoppable: false,
            };
            state.parcels.entry(number.to_string()).or_insert_with(sent);
        }
        made(number)
    }

    async fn cancel(&self, key: &ParcelKey) -> Result<(), NoAnswer> {
        let mut state = self.state();
        state.timed_out.remove(key.as_str());
        // What is on its way already arrives all the same.
        if let Ok(number) = number("NR", key) {
            state.parcels.retain(|known, parcel| *known != number.as_str() || parcel.told > 0);
        }
        Ok(())
    }

    async fn collect(&self, account: &str, parcel: &Shipment) -> Result<(), NoAnswer> {
        let on_its_way = || Parcel {
            account: account.to_owned(),
            carrier: parcel.carrier,
            fate: fate(&parcel.address),
            told: 0,
            stoppable: !is(&parcel.address, UNSTOPPABLE),
        };
        self.state().parcels.entry(parcel.tracking_number.to_string()).or_insert_with(on_its_way);
        Ok(())
    }

    async fn intercept(&self, parcel: &Shipment) -> Result<Interception, NoAnswer> {
        let mut state = self.state();
        let Some(known) = state.parcels.get_mut(parcel.tracking_number.as_str()) else {
            return Ok(Interception::TooLate);
        };
        let stopped = known.fate.ends_with(&[ScanKind::Returned]);
        if !known.stoppable {
            return Ok(Interception::TooLate);
        }
        if !stopped {
            known.fate.truncate(known.told);
            known.fate.push(ScanKind::Returned);
        }
        Ok(Interception::Accepted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{noon, shipment, to};
    use commerce_model::types::ShipmentStatus;
    use futures_util::FutureExt;

    fn now<T>(call: impl Future<Output = T>) -> T {
        call.now_or_never().expect("local carriers answer at once")
    }

    fn sent(code: &str) -> (LocalCarriers, Shipment) {
        let parcel = Shipment { address: to(code), ..shipment(ShipmentStatus::Labelled) };
        let carriers = LocalCarriers::new();
        now(carriers.collect("maple", &parcel)).unwrap();
        (carriers, parcel)
    }

    fn told(carriers: &LocalCarriers) -> Vec<ScanKind> {
        let mut kinds = Vec::new();
        loop {
            let some = carriers.go_on(noon()).unwrap();
            if some.is_empty() {
                return kinds;
            }
            kinds.extend(some.iter().map(|it| it.message.kind));
        }
    }

    #[test]
    fn an_ordinary_parcel_arrives_and_its_end_is_told_twice() {
        use ScanKind::{Delivered, InTransit, OutForDelivery};
        let (carriers, _) = sent("H2X 1X1");
        assert_eq!(told(&carriers), [InTransit, OutForDelivery, Delivered, Delivered]);
    }

    #[test]
    fn magic_codes_decide_what_happens() {
        use ScanKind::{Delivered, Lost, NotDelivered, Returned};
        let ends = [(OUT, Delivered), (NEVER_IN, Returned), (LOST, Lost), (UNSTOPPABLE, Delivered)];
        for (code, end) in ends {
            assert_eq!(told(&sent(code).0).last(), Some(&end), "{code}");
        }
        assert!(told(&sent(OUT).0).contains(&NotDelivered));
        let key = ParcelKey::of(&shipment(ShipmentStatus::Labelled).fulfilment_id);
        let grams = Grams::new(840).unwrap();
        assert_eq!(now(LocalCarriers::new().label(&key, &to(NOWHERE), grams)), Ok(Labelling::Refused));
        let carriers = LocalCarriers::new();
        assert_eq!(now(carriers.label(&key, &to(SLOW), grams)), Err(NoAnswer::TimedOut));
        assert!(matches!(now(carriers.label(&key, &to(SLOW), grams)), Ok(Labelling::Made { .. })));
    }

    #[test]
    fn a_parcel_that_is_stopped_comes_back() {
        let (carriers, parcel) = sent("H2X 1X1");
        carriers.go_on(noon()).unwrap();
        assert_eq!(now(carriers.intercept(&parcel)), Ok(Interception::Accepted));
        assert_eq!(now(carriers.intercept(&parcel)), Ok(Interception::Accepted), "asked twice");
        assert_eq!(told(&carriers), [ScanKind::Returned, ScanKind::Returned]);
        assert_eq!(now(carriers.intercept(&parcel)), Ok(Interception::TooLate), "it is back");
        let (carriers, parcel) = sent(UNSTOPPABLE);
        assert_eq!(now(carriers.intercept(&parcel)), Ok(Interception::TooLate));
    }

    #[test]
    fn whoever_gets_a_label_sends_the_parcel_back_unless_they_keep_it() {
        use ScanKind::{Accepted, Delivered, InTransit};
        let key = ParcelKey::back(&"018f3a52-0000-7000-8000-0000000000ab".parse().unwrap());
        let warehouse = "YUL1".parse().unwrap();
        let label = |carriers: &LocalCarriers, code: &str| {
            now(carriers.label_back(&key, "maple", Back { from: &to(code), to: &warehouse }))
        };
        let carriers = LocalCarriers::new();
        assert_eq!(label(&carriers, "H2X 1X1"), label(&carriers, "H2X 1X1"), "asked twice");
        assert_eq!(told(&carriers), [Accepted, InTransit, Delivered, Delivered]);
        let carriers = LocalCarriers::new();
        assert!(matches!(label(&carriers, KEEPER), Ok(Labelling::Made { .. })));
        assert_eq!(told(&carriers), []);
        assert_eq!(label(&carriers, NOWHERE), Ok(Labelling::Refused));
        assert_eq!(label(&carriers, SLOW), Err(NoAnswer::TimedOut));
        assert!(matches!(label(&carriers, SLOW), Ok(Labelling::Made { .. })));
        now(carriers.cancel(&key)).unwrap();
        assert_eq!(told(&carriers), [], "nobody expects it any more");
    }

    #[test]
    fn the_same_parcel_has_the_same_number_after_a_restart_and_is_collected_once() {
        let key = ParcelKey::of(&shipment(ShipmentStatus::Labelled).fulfilment_id);
        let label = || now(LocalCarriers::new().label(&key, &to("H2X 1X1"), Grams::new(1).unwrap()));
        assert_eq!(label(), label());
        let (carriers, parcel) = sent("H2X 1X1");
        carriers.go_on(noon()).unwrap();
        now(carriers.collect("maple", &parcel)).unwrap();
        assert_eq!(told(&carriers).len(), 3, "it goes on from where it was");
    }
}
