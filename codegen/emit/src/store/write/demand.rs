//! What operations demand of the item that is there: deletes and checks, and the demands of all others.

use stipule_ir::table::{Demand, Entity, EntityId};

use super::failures;
use super::step::{Source, Step, Stored};
use crate::rust::Text;

impl Step<'_> {
    /// The demand that an item is there; an expired one isn't.
    pub(super) fn present(&self, entity: &Entity) -> &'static str {
        match entity.expiry {
            None => "Expression::present(&TABLE)",
            Some(_) => "Expression::live(&TABLE, &now)",
        }
    }

    /// The demand that there is none.
    pub(super) fn absent(&self, entity: &Entity) -> &'static str {
        match entity.expiry {
            None => "Expression::absent(&TABLE)",
            Some(_) => "Expression::gone(&TABLE, &now)",
        }
    }

    /// The demand that the item is there, as it was read if it was, and as the condition says; `more` is what the
    /// operation demands beyond.
    pub(super) fn demand(&self, source: &mut Source<'_>, entity: &Entity, more: &[String]) -> String {
        let mut parts = match &source.stored {
            Some(stored) if stored.versioned => {
                let mut parts = vec![format!("Expression::version({}.version)", stored.place)];
                parts.extend(entity.expiry.is_some().then(|| self.present(entity).to_owned()));
                parts
            }
            _ => vec![self.present(entity).to_owned()],
        };
        parts.extend(self.unchanged(source, entity));
        parts.extend(more.iter().cloned());
        if let Some(rule) = self.operation.kind.condition() {
            parts.push(self.rule(source, entity, rule));
        }
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |all, part| format!("{all}.and({part})"))
    }

    /// Tells a stale value apart from a demand that fails, where both have a name.
    pub(super) fn unless_stale(&self, stored: Option<&Stored>, text: &mut Text) {
        if let Some(stored) = stored.filter(|_| failures::may_be_stale(self.scene, self.operation)) {
            let stale = self.errors.maker(failures::CONFLICT, self.in_list());
            self.say(text, &format!("write.unless_stale({}.version, {stale});", stored.place));
        }
    }

    pub(super) fn delete(&self, source: &mut Source<'_>, id: EntityId, demand: &Demand, text: &mut Text) {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        self.say(text, &format!("let key = {key};"));
        let demand = match (demand, &source.stored) {
            (Demand::Any, None) => {
                self.say(text, "write.delete_any(key);");
                return;
            }
            (Demand::Any, Some(stored)) => {
                format!("Expression::absent(&TABLE).or(Expression::version({}.version))", stored.place)
            }
            (Demand::Absent | Demand::Present(_), _) => self.demand(source, entity, &[]),
        };
        let (index, otherwise) = (self.index(), self.otherwise());
        self.say(text, &format!("let demand = {demand};"));
        self.say(text, &format!("write.delete(key, Some(demand), {index}, {otherwise});"));
        self.unless_stale(source.stored.as_ref(), text);
        if let Some(stored) = &source.stored {
            for unique in &entity.unique {
                self.say(text, &format!("write.unlock({});", self.lock(entity, unique, &stored.reference)));
            }
        }
    }

    pub(super) fn check(&self, source: &mut Source<'_>, id: EntityId, demand: &Demand, text: &mut Text) {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let demand = match demand {
            Demand::Absent => self.absent(entity).to_owned(),
            Demand::Present(_) | Demand::Any => self.demand(source, entity, &[]),
        };
        let (index, otherwise) = (self.index(), self.otherwise());
        self.say(text, &format!("let key = {key};"));
        self.say(text, &format!("let demand = {demand};"));
        self.say(text, &format!("write.check(key, demand, {index}, {otherwise});"));
        self.unless_stale(source.stored.as_ref(), text);
    }
}
