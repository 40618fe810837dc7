//! A random saga as a person would write it, and what its steps do when they are called.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use stipule_ir::{Severity, Source, Sources};

use crate::chance::Chance;

const PLATFORM: &str = "
name: judged
tenant: {name: t, claim: t}
token: {issuer: https://judged.example/, audience: judged}
services: {alpha: {}, beta: {}, gamma: {}}
";

const TYPES: &str = "
$defs:
  Text: {type: string, maxLength: 100}
  Kind: {type: string, enum: [RED, GREEN, BLUE]}
  Number: {type: integer, format: int32, minimum: 0, maximum: 99}
  Started:
    type: object
    required: [name, flag, count, kind, items, at]
    properties:
      name: {$ref: '#/$defs/Text'}
      flag: {type: boolean}
      count: {$ref: '#/$defs/Number'}
      kind: {$ref: '#/$defs/Kind'}
      items: {type: array, maxItems: 4, items: {$ref: '#/$defs/Text'}}
      at: {type: string, format: date-time}
      maybe: {$ref: '#/$defs/Number'}
  Asked:
    type: object
    required: [name]
    properties: {name: {$ref: '#/$defs/Text'}, count: {$ref: '#/$defs/Number'}, word: {type: string}}
  Given:
    type: object
    required: [name, flag, count]
    properties: {name: {$ref: '#/$defs/Text'}, flag: {type: boolean}, count: {$ref: '#/$defs/Number'}}
  Why: {type: object, required: [error], properties: {error: {type: string}}}
";

/// A saga to be run.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its number.
    pub id: u64,
    /// The contract.
    pub yaml: String,
    /// The state machine that is made of it, with placeholders replaced.
    pub definition: Value,
    /// What it is started with.
    pub data: Value,
    /// Errors that a step gives before it succeeds, by its name, per key.
    pub fail: BTreeMap<String, Vec<String>>,
}

/// The arn that stands for every function.
pub const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:steps";

/// The queue of parked cases.
pub const QUEUE: &str = "http://127.0.0.1:4566/000000000000/parked";

/// Where a part may refer to: steps done for certain, and items around.
#[derive(Clone, Debug, Default)]
struct Known {
    steps: Vec<String>,
    items: Vec<String>,
}

struct Writer<'c> {
    chance: &'c mut Chance,
    names: usize,
    steps: String,
    fail: BTreeMap<String, Vec<String>>,
    /// Whether a step fails for good already: one per saga, so that engines needn't agree on which comes first.
    failing: bool,
    express: bool,
    pivoted: bool,
}

impl Case {
    /// The saga with this number.
    ///
    /// # Panics
    /// When what is written here is no good contract, which is a fault of this file.
    pub fn of(id: u64) -> Self {
        let mut chance = Chance::new(id);
        let (yaml, data, fail) = write(&mut chance, id);
        let definition = machine_of(&yaml);
        Self { id, yaml, definition, data, fail }
    }

    /// As the drivers of the judges read it.
    pub fn to_json(&self) -> Value {
        json!({"id": self.id, "definition": self.definition, "data": self.data, "fail": self.fail})
    }
}

/// The state machine that a saga becomes, with placeholders replaced.
///
/// # Panics
/// When the saga is no good contract.
pub fn machine_of(yaml: &str) -> Value {
    let file = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = Sources::new([
        file("contracts/platform.yaml", PLATFORM),
        file("contracts/types/all.yaml", TYPES),
        file("contracts/workflows/judged.saga.yaml", yaml),
    ]);
    let (contract, found) = stipule_front::load(&sources);
    let contract = contract.unwrap_or_else(|| panic!("{found:#?}\n{yaml}"));
    let found = stipule_rules::check(&contract).sorted();
    let errors: Vec<_> = found.into_iter().filter(|it| it.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "the saga breaks rules: {errors:#?}\n{yaml}");
    let files = stipule_emit::emit(&contract);
    let (_, text) = files
        .iter()
        .find(|(path, _)| *path == "infra/workflows/judged.asl.json")
        .unwrap_or_else(|| panic!("the saga has no state machine"));
    let text = ["Alpha", "Beta", "Gamma"]
        .iter()
        .fold(text.to_owned(), |text, service| text.replace(&format!("${{{service}Steps}}"), FUNCTION))
        .replace("${ParkedQueue}", QUEUE);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn write(chance: &mut Chance, id: u64) -> (String, Value, BTreeMap<String, Vec<String>>) {
    let express = chance.once_in(5);
    let mut writer = Writer {
        chance,
        names: 0,
        steps: String::new(),
        fail: BTreeMap::new(),
        failing: false,
        express,
        pivoted: false,
    };
    let mut flow = String::new();
    let mut known = Known::default();
    let before = 1 + writer.chance.below(4);
    for _ in 0..before {
        writer.part(&mut flow, 1, 0, &mut known);
    }
    // Something has to be undone or decided: the rules want a pivot where nothing can be.
    writer.pivot(&mut flow, &known);
    for _ in 0..writer.chance.below(3) {
        writer.part(&mut flow, 1, 0, &mut known);
    }
    let on_failure = writer.chance.once_in(2).then(|| {
        writer.step("told", "Why", "", "changes", &[]);
        "on_failure: {do: told, with: {error: $failure.Error}}\n"
    });
    let kind = if express { "express\ntimeout: 4m" } else { "standard\ntimeout: 300d" };
    let steps = std::mem::take(&mut writer.steps);
    let yaml = format!(
        "title: Judged\nkind: {kind}\ninput: ../types/all.yaml#/$defs/Started\nsteps:\n{steps}flow:\n{flow}{}",
        on_failure.unwrap_or_default()
    );
    let fail = std::mem::take(&mut writer.fail);
    let items: Vec<String> = (0..chance.below(4)).map(|at| format!("item-{at}")).collect();
    let mut input = json!({
        "name": format!("n-{id}"), "flag": chance.once_in(2), "count": chance.below(20),
        "kind": chance.pick(&["RED", "GREEN", "BLUE"]), "items": items, "at": "2020-01-02T03:04:05Z",
    });
    match chance.below(3) {
        0 => input["maybe"] = json!(chance.below(20)),
        1 if chance.once_in(2) => input["maybe"] = json!(0),
        _ => {}
    }
    let data = json!({"key": format!("judged/run-{id}"), "context": {"tenant": "t"}, "input": input});
    (yaml, data, fail)
}

impl Writer<'_> {
    fn name(&mut self, word: &str) -> String {
        self.names += 1;
        format!("{word}_{}", self.names)
    }

    fn step(&mut self, name: &str, input: &str, output: &str, effect: &str, errors: &[&str]) -> bool {
        let service = *self.chance.pick(&["alpha", "beta", "gamma"]);
        // An express saga is over within five minutes, whatever its steps do.
        let timeout = if self.express { "1s, retry: {attempts: 1}" } else { "60s" };
        let mut line = format!(
            "  {name}: {{service: {service}, input: '../types/all.yaml#/$defs/{input}', timeout: {timeout}"
        );
        if !output.is_empty() {
            let _ = write!(line, ", output: '../types/all.yaml#/$defs/{output}'");
        }
        if effect == "none" {
            line.push_str(", effect: none");
        }
        let callback = !self.express && name.starts_with("wait_for");
        if callback {
            line.push_str(", callback: true");
        }
        match self.chance.below(3) {
            _ if self.express => {}
            0 => line.push_str(", retry: {attempts: 2, interval: 2s, backoff: 1.5, max: 9s}"),
            1 => line.push_str(", retry: {attempts: 1}"),
            _ => {}
        }
        if !errors.is_empty() {
            let _ = write!(line, ", errors: [{}]", errors.join(", "));
        }
        line.push_str("}\n");
        self.steps.push_str(&line);
        callback
    }

    /// What a step does: most succeed, some after a while, one per saga never.
    fn script(&mut self, name: &str, errors: &[&str], certain_end: bool) {
        let script: Vec<String> = match self.chance.below(8) {
            0 => vec!["Step.Transient".to_owned()],
            1 => vec!["Odd".to_owned()],
            // Beyond every retry, or an answer.
            2 | 3 if !self.failing && !certain_end => {
                self.failing = true;
                match errors.first().filter(|_| self.chance.once_in(2)) {
                    Some(error) => vec![(*error).to_owned()],
                    None if self.chance.once_in(2) => vec!["Step.Permanent".to_owned()],
                    None => vec!["Broken".to_owned(); 4],
                }
            }
            _ => Vec::new(),
        };
        if !script.is_empty() {
            self.fail.insert(name.to_owned(), script);
        }
    }

    fn with(&mut self, known: &Known) -> String {
        let mut names = vec!["$input.name".to_owned()];
        names.extend(known.steps.iter().map(|step| format!("${step}.name")));
        names.extend(known.items.iter().map(|item| format!("${item}")));
        let mut with = format!("name: {}", self.chance.pick(&names));
        if self.chance.once_in(2) {
            let mut counts = vec!["$input.count".to_owned(), self.chance.below(100).to_string()];
            counts.extend(known.steps.iter().map(|step| format!("${step}.count")));
            let _ = write!(with, ", count: {}", self.chance.pick(&counts));
        }
        if self.chance.once_in(3) {
            with.push_str(", word: \"it's \\\"quoted\\\" {}\"");
        }
        with
    }

    fn pivot(&mut self, flow: &mut String, known: &Known) {
        let name = self.name("decide");
        self.step(&name, "Asked", "", "changes", &["Refused"]);
        self.script(&name, &["Refused"], false);
        let with = self.with(known);
        let _ = writeln!(flow, "  - {{do: {name}, with: {{{with}}}, pivot: true}}");
        self.pivoted = true;
    }

    fn part(&mut self, flow: &mut String, depth: usize, nesting: usize, known: &mut Known) {
        let most = if nesting < 2 { 10 } else { 6 };
        match self.chance.below(most) {
            0..=4 => self.task(flow, depth, known),
            5 => self.wait(flow, depth),
            6 | 7 => self.choice(flow, depth, nesting, known),
            8 => self.parallel(flow, depth, nesting, known),
            _ => self.each(flow, depth, nesting, known),
        }
    }

    fn task(&mut self, flow: &mut String, depth: usize, known: &mut Known) {
        let waits = self.chance.once_in(6);
        let name = self.name(if waits { "wait_for" } else { "take" });
        let reads = self.chance.once_in(4);
        let gives = self.chance.once_in(2);
        let errors: &[&str] = if self.chance.once_in(2) { &["Refused", "SoldOut"] } else { &[] };
        self.step(
            &name,
            "Asked",
            if gives { "Given" } else { "" },
            if reads { "none" } else { "changes" },
            errors,
        );
        self.script(&name, errors, false);
        let with = self.with(known);
        let pad = "  ".repeat(depth);
        let undo = (!reads && !self.pivoted).then(|| {
            let undo = self.name("undo");
            self.step(&undo, "Asked", "", "changes", &[]);
            self.script(&undo, &[], true);
            let with = self.undo_with(known);
            format!(", undo: {{do: {undo}, with: {{{with}}}}}")
        });
        let _ = writeln!(flow, "{pad}- {{do: {name}, with: {{{with}}}{}}}", undo.unwrap_or_default());
        if gives {
            known.steps.push(name);
        }
    }

    /// What is known where something is undone: the input and what was known around.
    fn undo_with(&mut self, known: &Known) -> String {
        let mut names = vec!["$input.name".to_owned()];
        names.extend(known.items.iter().map(|item| format!("${item}")));
        format!("name: {}", self.chance.pick(&names))
    }

    fn wait(&mut self, flow: &mut String, depth: usize) {
        let name = self.name("rest");
        let until = if self.chance.once_in(2) { "for: 5s" } else { "until: $input.at" };
        let _ = writeln!(flow, "{}- {{wait: {name}, {until}}}", "  ".repeat(depth));
    }

    fn test(&mut self, known: &Known) -> String {
        let mut tests = vec![
            "$input.flag: true".to_owned(),
            "$input.flag: false".to_owned(),
            "$input.kind: [RED, BLUE]".to_owned(),
            "$input.kind: GREEN".to_owned(),
            format!("$input.count: {{at_least: {}}}", self.chance.below(20)),
            format!("$input.count: {{at_least: 3, at_most: {}}}", 3 + self.chance.below(17)),
            "$input.maybe: {present: true}".to_owned(),
            "$input.maybe: {present: false}".to_owned(),
            format!("$input.maybe: {{at_most: {}}}", self.chance.below(20)),
            "$input.name: n-1".to_owned(),
        ];
        tests.extend(known.steps.iter().map(|step| format!("${step}.flag: true")));
        tests.extend(known.steps.iter().map(|step| format!("${step}.count: {{at_least: 3}}")));
        self.chance.pick(&tests).clone()
    }

    fn flow(&mut self, flow: &mut String, depth: usize, nesting: usize, known: &mut Known, least: usize) {
        for _ in 0..least + self.chance.below(2) {
            self.part(flow, depth, nesting + 1, known);
        }
    }

    fn choice(&mut self, flow: &mut String, depth: usize, nesting: usize, known: &Known) {
        let (name, pad) = (self.name("which"), "  ".repeat(depth));
        let _ = writeln!(flow, "{pad}- choice: {name}\n{pad}  arms:");
        let mut used: Vec<String> = Vec::new();
        for _ in 0..1 + self.chance.below(2) {
            let test = self.test(known);
            let root = test.split(':').next().unwrap_or_default().to_owned();
            // Whether a way can be taken at all is judged per value: each is asked once.
            if used.contains(&root) {
                continue;
            }
            used.push(root);
            let _ = writeln!(flow, "{pad}    - when: {{{test}}}");
            let mut inner = String::new();
            self.flow(&mut inner, depth + 4, nesting, &mut known.clone(), 0);
            if !inner.is_empty() {
                let _ = write!(flow, "{pad}      flow:\n{inner}");
            }
        }
        let mut inner = String::new();
        self.flow(&mut inner, depth + 2, nesting, &mut known.clone(), 0);
        if !inner.is_empty() {
            let _ = write!(flow, "{pad}  else:\n{inner}");
        }
    }

    fn parallel(&mut self, flow: &mut String, depth: usize, nesting: usize, known: &mut Known) {
        let (name, pad) = (self.name("both"), "  ".repeat(depth));
        let _ = writeln!(flow, "{pad}- parallel: {name}\n{pad}  branches:");
        let before = known.clone();
        for _ in 0..2 + self.chance.below(2) {
            let branch = self.name("branch");
            let _ = writeln!(flow, "{pad}    {branch}:");
            let mut inner = before.clone();
            self.flow(flow, depth + 4, nesting, &mut inner, 1);
            known.steps.extend(inner.steps.into_iter().filter(|step| !before.steps.contains(step)));
        }
    }

    fn each(&mut self, flow: &mut String, depth: usize, nesting: usize, known: &Known) {
        let (name, item, pad) = (self.name("every"), self.name("item"), "  ".repeat(depth));
        let _ = writeln!(flow, "{pad}- each: {name}\n{pad}  in: $input.items\n{pad}  as: {item}");
        if self.chance.once_in(2) {
            let _ = writeln!(flow, "{pad}  at_once: {}", 1 + self.chance.below(3));
        }
        let _ = writeln!(flow, "{pad}  flow:");
        let mut inner = known.clone();
        inner.items.push(item);
        self.flow(flow, depth + 2, nesting, &mut inner, 1);
    }
}
