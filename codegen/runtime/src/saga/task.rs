//! What a state machine calls a step with.

use std::fmt;

use stipule_wire::{Any, DateTime, Decode, Decoder, Json, Posture};

/// One call of a step.
#[derive(Clone, PartialEq)]
pub struct StepTask {
    /// Name of the saga.
    pub saga: String,
    /// Name of the step.
    pub step: String,
    /// `saga/run/step`, with the place of the item in a list: the same at every try.
    pub key: String,
    /// Tries before this one.
    pub attempt: u32,
    /// What the run belongs to.
    pub context: RunContext,
    /// What the step is given.
    pub input: Any,
    /// What whoever answers later shows.
    pub token: Option<String>,
    /// Steps that the same call takes before this one, in their order: each is remembered under a key of its own.
    pub first: Vec<FirstStep>,
}

/// A step that a call takes before its own.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstStep {
    /// Name of the step.
    pub step: String,
    /// As in [`StepTask`].
    pub key: String,
    /// What the step is given.
    pub input: Any,
}

/// What a run carries through all of its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunContext {
    /// Whose data it is about.
    pub tenant: String,
    /// When the run was started: ids made in its steps carry this time.
    pub time: DateTime,
    /// Ties a story together.
    pub correlation_id: String,
    /// Id of the event or the request that started it.
    pub causation_id: String,
    /// W3C trace id, 32 hexadecimal digits.
    pub trace_id: String,
}

/// Parameters that no state machine of ours gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadTask(String);

impl fmt::Display for BadTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a call of a step: {}", self.0)
    }
}

impl std::error::Error for BadTask {}

impl StepTask {
    /// The task that the parameters of a state say, as JSON text.
    ///
    /// # Errors
    /// [`BadTask`] for anything else.
    pub fn from_json(text: &[u8]) -> Result<Self, BadTask> {
        stipule_wire::from_slice(text, Posture::Open).map_err(|error| BadTask(error.to_string()))
    }

    /// Takes the tasks of the steps out that this call takes first.
    pub fn take_first(&mut self) -> Vec<StepTask> {
        let first = std::mem::take(&mut self.first);
        let task = |FirstStep { step, key, input }| Self {
            saga: self.saga.clone(),
            step,
            key,
            attempt: self.attempt,
            context: self.context.clone(),
            input,
            token: None,
            first: Vec::new(),
        };
        first.into_iter().map(task).collect()
    }

    /// What the step is remembered under. One that waits is remembered with its token: tried again, it gets another one,
    /// which has to be kept in place of the first.
    pub(crate) fn remembered_as(&self) -> String {
        match &self.token {
            None => self.key.clone(),
            Some(token) => {
                format!("{}/{}", self.key, crate::id::hex(&crate::id::digest(&[token.as_bytes()])))
            }
        }
    }

    /// Sixty-four hexadecimal digits over the input: the same key with another input is a fault.
    pub(crate) fn fingerprint(&self) -> String {
        crate::id::hex(&crate::id::digest(&[
            self.saga.as_bytes(),
            self.step.as_bytes(),
            self.input.to_text().as_bytes(),
        ]))
    }
}

impl Decode for StepTask {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let saga = o.required("saga");
        let step = o.required("step");
        let key = o.required("key");
        let attempt = o.defaulted("attempt", || 0_i64);
        let context = o.required("context");
        let input = o.required("input");
        let token = o.optional("token");
        let first = o.defaulted("first", Vec::new);
        o.ignore_rest();
        Some(Self {
            saga: saga?,
            step: step?,
            key: key?,
            attempt: u32::try_from(attempt?).unwrap_or(0),
            context: context?,
            input: input?,
            token: token?,
            first: first?,
        })
    }
}

impl Decode for FirstStep {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let (step, key, input) = (o.required("step"), o.required("key"), o.required("input"));
        o.ignore_rest();
        Some(Self { step: step?, key: key?, input: input? })
    }
}

impl Decode for RunContext {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let tenant = o.required("tenant");
        let time = o.required("time");
        let correlation_id = o.required("correlationId");
        let causation_id = o.required("causationId");
        let trace_id = o.required("traceId");
        o.ignore_rest();
        Some(Self {
            tenant: tenant?,
            time: time?,
            correlation_id: correlation_id?,
            causation_id: causation_id?,
            trace_id: trace_id?,
        })
    }
}

impl RunContext {
    /// As a run carries it.
    pub fn to_any(&self) -> Any {
        let text = |text: &str| Json::from(text.to_owned());
        let mut object = stipule_wire::Object::default();
        object.insert("tenant", text(&self.tenant));
        object.insert("time", text(&self.time.to_string()));
        object.insert("correlationId", text(&self.correlation_id));
        object.insert("causationId", text(&self.causation_id));
        object.insert("traceId", text(&self.trace_id));
        Json::Object(object)
    }

    /// Of the run that an event starts.
    pub fn of_event(envelope: &crate::Envelope) -> Self {
        Self {
            tenant: envelope.tenant.clone(),
            time: envelope.time,
            correlation_id: envelope.correlation_id.clone(),
            causation_id: envelope.id.to_string(),
            trace_id: envelope.trace_id.clone(),
        }
    }

    /// Of the run that a handler starts.
    pub fn of(cx: &crate::Context) -> Self {
        let trace = cx.trace();
        Self {
            tenant: cx.tenant().to_owned(),
            time: cx.id_time().unwrap_or_else(|| cx.now()),
            correlation_id: trace.correlation_id.clone(),
            causation_id: trace.causation_id.clone(),
            trace_id: trace.trace_id.clone(),
        }
    }
}

/// Everything but the input and the token.
impl fmt::Debug for StepTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepTask")
            .field("key", &self.key)
            .field("attempt", &self.attempt)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}
