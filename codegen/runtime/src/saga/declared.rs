//! What is known of a saga before it runs.

use stipule_wire::{Any, Json};

use crate::event::Envelope;
use crate::id;

/// A saga: its state machine and what starts it.
#[derive(Clone, Copy, Debug)]
pub struct Saga {
    /// `checkout`
    pub name: &'static str,
    /// The state machine in the Amazon States Language, as JSON.
    pub definition: &'static str,
    /// Events that start it.
    pub starts: &'static [SagaStart],
}

/// An event that starts a saga.
#[derive(Clone, Copy, Debug)]
pub struct SagaStart {
    /// Name of the event.
    pub event: &'static str,
    /// Version whose payload is the saga's input.
    pub version: u32,
    /// Field of the payload that names the run.
    pub name: &'static str,
    /// Fields of the input, each with the field of the payload that it gets beside those of their own names.
    pub given: &'static [(&'static str, &'static str)],
}

impl Saga {
    /// The name of the run that an event starts; `None` for an event that starts none.
    pub fn run_of(&self, envelope: &Envelope) -> Option<String> {
        let field = envelope.data.get(self.start_of(envelope)?.name)?;
        let value = field.as_str().map_or_else(|| field.to_text(), str::to_owned);
        Some(run_name(&envelope.tenant, &value))
    }

    /// What the run that an event starts begins with: the payload, and what the start gives by another name.
    pub fn input_of(&self, envelope: &Envelope) -> Any {
        let Json::Object(payload) = &envelope.data else { return envelope.data.clone() };
        let mut input = payload.clone();
        for (to, from) in self.start_of(envelope).map_or(&[][..], |start| start.given) {
            if let Some(value) = payload.get(from) {
                input.insert(*to, value.clone());
            }
        }
        Json::Object(input)
    }

    fn start_of(&self, envelope: &Envelope) -> Option<&SagaStart> {
        self.starts.iter().find(|start| start.event == envelope.name && start.version == envelope.version)
    }
}

/// Most characters of the readable part of a name. Step Functions takes names of 80 characters.
const READABLE: usize = 47;

/// The name of a tenant's run: what the caller called it as far as a state machine's name may hold that, and a digest
/// that keeps tenants and everything else apart. The same arguments give the same name.
pub fn run_name(tenant: &str, value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let readable: String = value.chars().filter(|letter| plain(*letter)).take(READABLE).collect();
    let digest = id::hex(&id::digest(&[b"run", tenant.as_bytes(), value.as_bytes()]));
    format!("{readable}-{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_gives_fields_by_other_names_beside_the_payload() {
        let text = br#"{"id": "018f3a52-0000-7000-8000-0000000000c1", "name": "Loan.Returned", "source": "s", "version": 1,
            "time": "2026-11-23T04:00:00Z", "tenant": "north", "aggregate": {"name": "Loan", "id": "l"}, "seq": 1,
            "orderingKey": "l", "correlationId": "c", "causationId": "e", "traceId": "0",
            "data": {"loanId": "l", "memberId": "m", "fine": 5}}"#;
        let envelope = Envelope::from_json(text).expect("an envelope");
        let start = SagaStart {
            event: "Loan.Returned",
            version: 1,
            name: "loanId",
            given: &[("borrowerId", "memberId"), ("note", "nothing")],
        };
        let starts = Box::leak(Box::new([start]));
        let saga = Saga { name: "trial", definition: "{}", starts };
        let input = saga.input_of(&envelope).to_text();
        assert_eq!(input, r#"{"loanId":"l","memberId":"m","fine":5,"borrowerId":"m"}"#);
        let other = Saga { name: "trial", definition: "{}", starts: &[] };
        assert_eq!(other.input_of(&envelope).to_text(), envelope.data.to_text());
    }

    #[test]
    fn names_of_runs_are_legal_and_keep_tenants_apart() {
        let name = run_name("maple", "018f3a52-0000-7000-8000-0000000000c1");
        assert!(name.starts_with("018f3a52-0000-7000-8000-0000000000c1-"), "{name}");
        assert_eq!(name, run_name("maple", "018f3a52-0000-7000-8000-0000000000c1"));
        assert_ne!(name, run_name("cedar", "018f3a52-0000-7000-8000-0000000000c1"));
        assert_ne!(run_name("a", "b:c"), run_name("a", "bc"), "what isn't shown counts all the same");
        assert!(run_name("t", &"ä/ x".repeat(100)).len() <= 80);
    }
}
