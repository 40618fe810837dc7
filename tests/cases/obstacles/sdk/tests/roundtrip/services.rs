//! Services that answer what they were asked.

use std::sync::{Arc, Mutex};

use obstacles_sdk::model::open;
use obstacles_sdk::model::things::ListThingsOkBody;
use obstacles_sdk::model::types::{
    Bird, Choice, Dog, Either, Everything, Loop, Maps, Person, Problem, Shade,
};
use obstacles_service::things::{
    ChangeThing, ChangeThingError, ChangeThingOk, CreateThing, CreateThingError, CreateThingOk, ListThings,
    ListThingsError, ListThingsOk, ThingWebhook, ThingWebhookError, ThingWebhookOk, Things, ThingsEvents,
};
use obstacles_service::type_::{Cmp, CmpError, CmpOk, Type, TypeError, TypeInput, TypeOk};
use obstacles_service::{things, type_};
use stipule_runtime::{Context, Failed, Failure, Received};

/// Remembers what was asked.
#[derive(Clone, Default)]
pub(crate) struct Echo {
    pub(crate) listed: Arc<Mutex<Vec<ListThings>>>,
}

/// How many people there are in all.
pub(crate) const PEOPLE: usize = 7;

fn person(number: usize) -> Person {
    let id = format!("018f3a52-0000-7000-8000-00000000000{number}").parse().unwrap();
    Person::new(id, "a@b.ca".parse().unwrap())
}

impl Things for Echo {
    async fn list_things(&self, _: &Context, input: ListThings) -> Result<ListThingsOk, ListThingsError> {
        let from: usize = input.cursor.as_deref().map_or(0, |cursor| cursor.parse().unwrap());
        let to = PEOPLE.min(from + usize::try_from(input.limit.get()).unwrap());
        self.listed.lock().unwrap().push(input);
        let next_cursor = (to < PEOPLE).then(|| to.to_string());
        Ok(ListThingsOk::Ok(ListThingsOkBody { items: (from..to).map(person).collect(), next_cursor }))
    }

    async fn create_thing(&self, _: &Context, input: CreateThing) -> Result<CreateThingOk, CreateThingError> {
        match input.body.text.as_ref().map(|text| text.as_str()) {
            Some("there") => Ok(CreateThingOk::Ok(person(1))),
            Some("later") => Ok(CreateThingOk::Accepted),
            Some("not now") => Err(CreateThingError::conflict(
                "Busy.",
                Shade::AB,
                vec![Shade::Plus, Shade::Minus],
                "me".into(),
            )),
            Some("slower") => Err(CreateThingError::too_many_requests("Wait.")),
            Some("broken") => Err(Failed::internal("a secret").into()),
            _ => Ok(CreateThingOk::Created {
                location: "/things/1".into(),
                x_remaining: Some(3),
                body: input.body,
            }),
        }
    }

    async fn change_thing(&self, _: &Context, input: ChangeThing) -> Result<ChangeThingOk, ChangeThingError> {
        if input.if_match != "\"1\"" {
            let problem = Problem::new("about:blank".into(), "Gone".into(), 410);
            return Err(ChangeThingError::Gone {
                since: "2026-11-22".parse().unwrap(),
                body: Box::new(problem),
            });
        }
        match input.body {
            Some(_) => Ok(ChangeThingOk::Ok(Dog::default().into())),
            None => Err(ChangeThingError::not_found("Nothing to change.")),
        }
    }

    async fn thing_webhook(
        &self,
        _: &Context,
        input: ThingWebhook,
    ) -> Result<ThingWebhookOk, ThingWebhookError> {
        if *input.x_signature == *"good" {
            Ok(ThingWebhookOk::NoContent)
        } else {
            Err(ThingWebhookError::unauthorized("Who are you?"))
        }
    }
}

impl ThingsEvents for Echo {
    async fn on_thing_made(
        &self,
        _: &Context,
        event: Received<open::events::ThingMade>,
    ) -> Result<(), Failure> {
        let open::types::Choice::Cat(_) = event.choice else { return Err(Failure::park("not a cat")) };
        Ok(())
    }

    async fn on_thing_counted(
        &self,
        _: &Context,
        _: Received<open::events::ThingCountedV2>,
    ) -> Result<(), Failure> {
        Ok(())
    }
}

impl things::ImplSteps for Echo {
    async fn r#async(
        &self,
        _: &Context,
        input: Loop,
        _: things::ImplAsyncToken,
    ) -> Result<(), things::ImplAsyncError> {
        Err(things::ImplAsyncError::Error(input.r#fn.as_str().to_owned()))
    }

    async fn r#dyn(&self, _: &Context, _: Loop) -> Result<(), Failure> {
        Ok(())
    }

    async fn routes(&self, _: &Context, _: Loop) -> Result<(), Failure> {
        Ok(())
    }
}

/// The service with the name of a keyword.
#[derive(Clone)]
pub(crate) struct Kind;

impl type_::ImplSteps for Kind {
    async fn r#fn(&self, _: &Context, input: Loop) -> Result<Loop, type_::ImplFnError> {
        Ok(input)
    }

    async fn r#move(&self, _: &Context, _: Loop) -> Result<(), Failure> {
        Ok(())
    }
}

impl Type for Kind {
    async fn r#type(&self, _: &Context, input: TypeInput) -> Result<TypeOk, TypeError> {
        let asked = [input.self_, input.foo_bar, input.foo_bar_2, input.foo_bar_3, input.send, input.call];
        let asked: Vec<String> = asked.into_iter().map(|text| text.unwrap_or_else(|| "-".into())).collect();
        if input.r#type == "nothing" {
            return Err(TypeError::not_found(asked.join("|")));
        }
        let mut maps = Maps::new(Default::default(), Default::default());
        maps.shades.insert(input.r#type, Shade::Type);
        let mut everything = everything();
        everything.maps = Some(maps);
        everything.any = Some(asked.join("|").into());
        Ok(TypeOk::Ok(everything))
    }

    async fn cmp(&self, _: &Context, _: Cmp) -> Result<CmpOk, CmpError> {
        Ok(CmpOk::NoContent)
    }
}

/// Everything, with what is required.
pub(crate) fn everything() -> Everything {
    let bird = Bird { kind: "bird".into(), wings: 2 };
    Everything::new(Choice::Bird(bird), Either::Text("either".into()))
}
