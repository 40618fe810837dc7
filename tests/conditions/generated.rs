//! From conditions to what the generated store would ask of the table: a contract with a check per condition, and the
//! expressions that stand in the emitted code.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use stipule_ir::{Source, Sources};
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{Expression, PrimaryKey, TableSchema};
use stipule_wire::{DateTime, Plain};
use syn::visit::Visit;
use syn::{Expr, ExprLit, ExprMethodCall, Lit};

use crate::random::{Condition, Kind};

pub(crate) static TABLE: TableSchema = TableSchema {
    name: "things",
    pk: "pk",
    sk: "sk",
    ttl: None,
    type_attribute: "_t",
    indexes: &[],
    native: &[],
    outbox_shards: 1,
};

const PLATFORM: &str = "
name: things
title: Things
description: Conditions on things.
tenant: {name: owner, claim: owner}
token: {issuer: https://things.example/, audience: things, scopes: {a: a}}
services: {things: {description: Has them}}
";

/// The fields of [`FIELDS`](crate::random::FIELDS).
pub(crate) const TYPES: &str = r##"
title: Thing
type: object
required: [key, whole, truth, text, textOrNull, colour, instant, wholes]
properties:
  key: {type: integer}
  whole: {type: integer}
  whole2: {type: integer, format: int32}
  number: {type: number}
  truth: {type: boolean}
  text: {type: string, maxLength: 20}
  text2: {type: string, maxLength: 20}
  textOrNull: {type: [string, "null"], maxLength: 20}
  both: {type: [integer, "null"]}
  colour: {$ref: "#/$defs/Colour"}
  colour2: {$ref: "#/$defs/Colour"}
  day: {type: string, format: date}
  instant: {type: string, format: date-time}
  instant2: {type: string, format: date-time}
  code: {type: string, format: uuid}
  texts: {type: array, maxItems: 5, items: {type: string, maxLength: 20}}
  wholes: {type: array, maxItems: 5, items: {type: integer}}
  entries: {type: object, maxProperties: 5, additionalProperties: {type: integer}}
  in: {type: string, maxLength: 20}
  inner:
    type: object
    properties:
      whole: {type: integer}
      text: {type: string, maxLength: 20}
      deep:
        type: object
        properties:
          instant: {type: string, format: date-time}
          odd name: {type: string, maxLength: 20}
$defs:
  Colour: {enum: [RED, GREEN, BLUE]}
"##;

/// The expression of each condition, with its arguments bound.
pub(crate) fn expressions(conditions: &[Condition]) -> Vec<Expression> {
    let mut table = "table: {tenant: owner_id}
entities:
  Thing: {schema: ../types/thing.yaml, key: {pk: [THING], sk: [key]}}
writes:
"
    .to_owned();
    for (number, condition) in conditions.iter().enumerate() {
        // As JSON, so that no quote of the condition ends the text.
        let text = Value::from(condition.text());
        let _ = writeln!(table, "  check{number}: [{{check: Thing, if: {text}}}]");
    }
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = Sources::new([
        source("contracts/platform.yaml", PLATFORM),
        source("contracts/types/thing.yaml", TYPES),
        source("contracts/tables/things.table.yaml", &table),
    ]);
    let (contract, faults) = stipule_front::load(&sources);
    let contract = contract.unwrap_or_else(|| {
        let said: Vec<String> = faults.sorted().into_iter().map(|fault| fault.message).collect();
        panic!("{said:#?}\n{table}")
    });
    let files = stipule_emit::emit(&contract);
    let (_, writes) = files.iter().find(|(path, _)| path.ends_with("store/src/writes.rs")).expect("writes");
    let mut found = Found::default();
    found.visit_file(&syn::parse_file(writes).expect("the emitted code is Rust"));
    let bind = |(number, condition): (usize, &Condition)| {
        let chain = &found.chains[&format!("check{number}")];
        bound(chain, condition)
    };
    conditions.iter().enumerate().map(bind).collect()
}

/// `Expression::new(text).name(a, b).value(c, d)`.
#[derive(Clone, Debug, Default)]
struct Chain {
    text: String,
    names: Vec<(String, String)>,
    values: Vec<(String, Option<Attr>)>,
}

/// The condition of each method.
#[derive(Default)]
struct Found {
    method: String,
    chains: BTreeMap<String, Chain>,
}

impl<'a> Visit<'a> for Found {
    fn visit_impl_item_fn(&mut self, it: &'a syn::ImplItemFn) {
        self.method = it.sig.ident.to_string();
        syn::visit::visit_impl_item_fn(self, it);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        // The whole chain stands as the argument of `and`.
        if call.method == "and"
            && let Some(chain) = call.args.first().and_then(chain)
        {
            self.chains.insert(self.method.clone(), chain);
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

fn chain(expression: &Expr) -> Option<Chain> {
    match expression {
        Expr::MethodCall(call) => {
            let mut before = chain(&call.receiver)?;
            let placeholder = text(call.args.first()?)?;
            let argument = call.args.iter().nth(1)?;
            match call.method.to_string().as_str() {
                "name" => before.names.push((placeholder, text(argument)?)),
                "value" | "values" => before.values.push((placeholder, literal(argument))),
                _ => return None,
            }
            Some(before)
        }
        Expr::Call(call) => Some(Chain { text: text(call.args.first()?)?, ..Chain::default() }),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// A literal of the condition; `None` for what comes from the input.
fn literal(expression: &Expr) -> Option<Attr> {
    let shown = code(expression);
    if shown == "Attr::Null" {
        return Some(Attr::Null);
    }
    let Expr::Call(call) = expression else { return None };
    let argument = call.args.first()?;
    match code(&call.func).as_str() {
        "Attr::text" => text(argument).map(Attr::S),
        "Attr::integer" => code(argument).parse::<i64>().ok().map(Attr::integer),
        "Attr::Bool" => code(argument).parse().ok().map(Attr::Bool),
        "Attr::N" => match argument {
            Expr::MethodCall(owned) => text(&owned.receiver).map(Attr::N),
            _ => None,
        },
        _ => None,
    }
}

/// Code as text without blanks.
fn code(expression: &Expr) -> String {
    quote::quote!(#expression).to_string().replace(' ', "")
}

fn bound(chain: &Chain, condition: &Condition) -> Expression {
    let mut arguments = Vec::new();
    condition.arguments(&mut arguments);
    let mut expression = Expression::new(chain.text.clone());
    for (placeholder, name) in &chain.names {
        expression = expression.name(placeholder.clone(), name.clone());
    }
    for (placeholder, value) in &chain.values {
        if let Some(value) = value {
            expression = expression.value(placeholder.clone(), value.clone());
            continue;
        }
        let named = |(name, _, _): &&(String, Kind, Vec<Value>)| *name == placeholder[1..];
        let (_, kind, values) = arguments.iter().find(named).expect("the condition has this argument");
        let mut attributes: Vec<Attr> = values.iter().map(|value| attribute(Some(*kind), value)).collect();
        // Parentheses around it alone tell a list from a value.
        expression = if chain.text.contains(&format!("IN ({placeholder})"))
            && condition_has_list(condition, placeholder)
        {
            expression.values(placeholder, attributes)
        } else {
            expression.value(placeholder.clone(), attributes.remove(0))
        };
    }
    expression
}

fn condition_has_list(condition: &Condition, placeholder: &str) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().any(|part| condition_has_list(part, placeholder))
        }
        Condition::Not(inner) => condition_has_list(inner, placeholder),
        Condition::InList(_, name, _, _) => *name == placeholder[1..],
        _ => false,
    }
}

/// A value as items have it.
fn attribute(kind: Option<Kind>, value: &Value) -> Attr {
    match value {
        Value::Null => Attr::Null,
        Value::Bool(value) => Attr::Bool(*value),
        Value::Number(number) => Attr::N(number.to_string()),
        Value::String(text) => Attr::text(match kind {
            Some(Kind::Instant) => DateTime::from_text(text).expect("an instant").fixed_width(),
            Some(Kind::Id) => text.to_lowercase(),
            _ => text.clone(),
        }),
        Value::Array(items) => Attr::list(items.iter().map(|item| attribute(None, item))),
        Value::Object(entries) => {
            let entry = |(name, value): (&String, &Value)| {
                let kind = match name.as_str() {
                    "instant" | "instant2" => Some(Kind::Instant),
                    "code" => Some(Kind::Id),
                    _ => None,
                };
                (name.clone(), attribute(kind, value))
            };
            Attr::map(entries.iter().map(entry))
        }
    }
}

pub(crate) fn key(number: usize) -> PrimaryKey {
    PrimaryKey::new("t#THING#", format!("{number}#"))
}

/// The value as a stored item.
pub(crate) fn item(number: usize, value: &Value) -> Item {
    let Attr::M(attributes) = attribute(None, value) else { unreachable!("items are objects") };
    attributes.into_iter().fold(key(number).to_item(&TABLE), |item, (name, value)| item.with(name, value))
}
