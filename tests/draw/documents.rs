//! Documents drawn from a schema: mostly valid ones, with the edges of every limit.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Number, Value, json};

use super::bundle::Bundle;
use super::random::Random;

/// Below this depth optional parts are left out, so that recursive types end.
const DEEPEST: usize = 6;

pub struct Documents<'b> {
    bundle: &'b Bundle,
    pub random: Random,
    texts: BTreeMap<String, Vec<String>>,
}

impl<'b> Documents<'b> {
    pub fn new(bundle: &'b Bundle, seed: u64) -> Self {
        Self { bundle, random: Random::new(seed), texts: BTreeMap::new() }
    }

    /// A document that means to be valid. Whether it is, the judge says.
    pub fn draw(&mut self, schema: &Value, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return self.random.pick(values).cloned().unwrap_or(Value::Null);
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(choices) = schema.get(keyword).and_then(Value::as_array) {
                let choice = self.random.pick(choices).cloned().unwrap_or(Value::Null);
                return self.draw(&choice, depth);
            }
        }
        match self.kind(&schema).as_str() {
            "object" => self.object(&schema, depth),
            "array" => self.array(&schema, depth),
            "string" => Value::String(self.text(&schema)),
            "integer" => self.integer(&schema),
            "number" => self.number(&schema),
            "boolean" => Value::Bool(self.random.one_in(2)),
            "null" => Value::Null,
            _ => json!({ "any": [1, "two", null] }),
        }
    }

    /// The schema with its reference followed and its `allOf` folded in.
    fn resolved(&self, schema: &Value) -> Value {
        let mut schema = schema.clone();
        while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let mut target = self.bundle.follow(reference).clone();
            if let (Some(target), Some(beside)) = (target.as_object_mut(), schema.as_object()) {
                for (key, value) in beside.iter().filter(|(key, _)| *key != "$ref") {
                    target.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            schema = target;
        }
        let parts = schema.as_object_mut().and_then(|members| members.remove("allOf"));
        for part in parts.iter().filter_map(Value::as_array).flatten() {
            fold(&mut schema, &self.resolved(part));
        }
        schema
    }

    fn kind(&mut self, schema: &Value) -> String {
        match &schema["type"] {
            Value::String(kind) => kind.clone(),
            Value::Array(kinds) => {
                let kind = self.random.pick(kinds).and_then(Value::as_str).unwrap_or("null");
                kind.to_owned()
            }
            _ if schema.get("properties").is_some() => "object".to_owned(),
            _ if schema.get("items").is_some() => "array".to_owned(),
            _ => "any".to_owned(),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let wanted = required.contains(&name.as_str());
            if wanted || (depth < DEEPEST && self.random.one_in(2)) {
                object.insert(name.clone(), self.draw(property, depth + 1));
            }
        }
        let extra = &schema["additionalProperties"];
        let least = schema["minProperties"].as_u64().unwrap_or(0) as usize;
        let most = schema["maxProperties"].as_u64().unwrap_or(4) as usize;
        let free = extra.is_object() || extra == &Value::Bool(true);
        let open = free || (extra.is_null() && self.random.one_in(8));
        let wanted =
            if open { least.max(object.len() + self.random.below(3)).min(most.max(object.len())) } else { 0 };
        let mut number = 0;
        while object.len() < wanted && number < 64 {
            let key = match schema.get("propertyNames") {
                Some(names) => self.draw(names, depth).as_str().unwrap_or("k").to_owned(),
                None => format!("extra{number}"),
            };
            let value = if extra.is_object() { self.draw(extra, depth + 1) } else { json!(number) };
            object.insert(key, value);
            number += 1;
        }
        Value::Object(object)
    }

    fn array(&mut self, schema: &Value, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0) as usize;
        let most = (schema["maxItems"].as_u64().unwrap_or(4) as usize).min(least + 4).max(least);
        let wanted = if depth >= DEEPEST { least } else { least + self.random.below(most - least + 1) };
        let unique = schema["uniqueItems"] == Value::Bool(true);
        let item = schema.get("items").cloned().unwrap_or(json!({ "type": "string" }));
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..wanted * 8 {
            if items.len() == wanted {
                break;
            }
            let drawn = self.draw(&item, depth + 1);
            if !unique || !items.contains(&drawn) {
                items.push(drawn);
            }
        }
        Value::Array(items)
    }

    fn text(&mut self, schema: &Value) -> String {
        if let Some(pattern) = schema["pattern"].as_str() {
            let least = schema["minLength"].as_u64().unwrap_or(0) as usize;
            let most = schema["maxLength"].as_u64().map_or(usize::MAX, |most| most as usize);
            return self.matching(pattern, least, most);
        }
        if let Some(format) = schema["format"].as_str()
            && let Some(text) = self.formatted(format)
        {
            return text;
        }
        let least = schema["minLength"].as_u64().unwrap_or(0) as usize;
        let most = schema["maxLength"].as_u64().unwrap_or(least as u64 + 12) as usize;
        let length = match self.random.below(4) {
            0 => least,
            1 => most.min(2_000),
            _ => least + self.random.below(most.min(least + 20) - least + 1),
        };
        let letters: Vec<char> = "abcXYZ019 -_.é語😀\"\\/#$~\t".chars().collect();
        (0..length).map(|_| *self.random.pick(&letters).expect("not empty")).collect()
    }

    /// Texts that match a pattern and its lengths, drawn once per pattern by proptest and then chosen from.
    fn matching(&mut self, pattern: &str, least: usize, most: usize) -> String {
        let texts = self.texts.entry(format!("{pattern} {least} {most}")).or_insert_with(|| {
            let inner = pattern.trim_start_matches('^').trim_end_matches('$');
            let strategy = proptest::string::string_regex(inner)
                .unwrap_or_else(|error| panic!("pattern {pattern}: {error}"));
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            let drawn =
                (0..4_000).filter_map(|_| strategy.new_tree(&mut runner).ok().map(|tree| tree.current()));
            drawn.filter(|text| (least..=most).contains(&text.chars().count())).take(200).collect()
        });
        self.random.pick(texts).cloned().unwrap_or_default()
    }

    fn formatted(&mut self, format: &str) -> Option<String> {
        let number = self.random.word();
        Some(match format {
            "uuid" => format!(
                "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                number as u32,
                number >> 48,
                number & 0xfff,
                (number >> 12) & 0xfff,
                number & 0xffff_ffff_ffff
            ),
            "ulid" => format!("0{number:025}"),
            "date" => {
                format!("{:04}-{:02}-{:02}", 1900 + number % 200, 1 + number % 12, 1 + (number >> 8) % 28)
            }
            "date-time" => {
                let zone = ["Z", "+02:00", "-11:30", "z"][self.random.below(4)];
                let fraction = ["", ".5", ".123456", ".123456789"][self.random.below(4)];
                format!(
                    "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{fraction}{zone}",
                    1970 + number % 100,
                    1 + number % 12,
                    1 + (number >> 8) % 28,
                    (number >> 16) % 24,
                    (number >> 24) % 60,
                    (number >> 32) % 60
                )
            }
            "email" => format!(
                "{}{number:x}@{}",
                ["a", "a.b", "x+y"][self.random.below(3)],
                ["example.com", "m.example.org"][self.random.below(2)]
            ),
            "uri" => format!(
                "https://example.com/{number:x}{}",
                ["", "?q=1", "#f", "/a%20b"][self.random.below(4)]
            ),
            "decimal" => format!("{}.{:02}", number % 1000, (number >> 32) % 100),
            _ => return None,
        })
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let low = schema["minimum"].as_i64().or(schema["exclusiveMinimum"].as_i64().map(|n| n + 1));
        let high = schema["maximum"].as_i64().or(schema["exclusiveMaximum"].as_i64().map(|n| n - 1));
        let low = low.unwrap_or(-1_000_000);
        let high = high.unwrap_or_else(|| low.saturating_add(2_000_000));
        let number = match self.random.below(4) {
            0 => low,
            1 => high,
            _ => self.random.between(low, high),
        };
        let step = schema["multipleOf"].as_i64().unwrap_or(1).max(1);
        let number = number - number.rem_euclid(step);
        if self.random.one_in(16) && number.abs() < (1 << 50) {
            return Number::from_f64(number as f64).map_or(Value::Null, Value::Number);
        }
        json!(number)
    }

    fn number(&mut self, schema: &Value) -> Value {
        let low = schema["minimum"].as_f64().unwrap_or(-1000.0);
        let high = schema["maximum"].as_f64().unwrap_or(low + 2000.0);
        let part = self.random.below(101) as f64 / 100.0;
        let number = low + (high - low) * part;
        match schema["multipleOf"].as_f64() {
            Some(step) => json!((number / step).round() * step),
            None => json!(number),
        }
    }
}

/// Folds one part of an `allOf` into the rest.
fn fold(schema: &mut Value, part: &Value) {
    let (Some(into), Some(from)) = (schema.as_object_mut(), part.as_object()) else { return };
    for (key, value) in from {
        match (into.get_mut(key), key.as_str()) {
            (Some(Value::Object(mine)), "properties") => {
                mine.extend(value.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
            }
            (Some(Value::Array(mine)), "required") => {
                mine.extend(value.as_array().into_iter().flatten().cloned());
            }
            (Some(_), _) => {}
            (None, _) => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}
