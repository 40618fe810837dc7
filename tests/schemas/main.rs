//! What types can't say is run as a schema: its verdicts against those of the official test suite of JSON Schema.

mod formats;
mod suite;

use stipule_front::Posture;
use stipule_front::documents::Documents;
use stipule_front::json_schema::unsaid;
use stipule_ir::{Diagnostics, Source, Sources};
use stipule_wire::{Json, Limits, Rules};
use suite::Group;

/// Groups whose verdicts differ, each with its reason.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary",
    "a schema of its own for schemas may switch keywords off; no document that we read does, and `$schema` with an \
     unknown address is a warning",
)];

/// The verdicts that differ, as `draft / group / test`.
fn differences(draft: &str, metaschema: &str) -> (usize, Vec<String>) {
    let remotes = suite::remotes(draft);
    let (mut count, mut found) = (0, Vec::new());
    for group in suite::groups(draft) {
        count += group.tests.len();
        let rules = match rules(&group, metaschema, &remotes) {
            Ok(rules) => rules,
            Err(fault) => {
                found.push(format!("{draft} / {} / {fault}", group.name));
                continue;
            }
        };
        for test in &group.tests {
            let text = test.data.to_string();
            let json = Json::parse(text.as_bytes(), Limits::default()).expect("JSON of the suite");
            if rules.check(&json).is_ok() != test.valid {
                found.push(format!("{draft} / {} / {}", group.name, test.name));
            }
        }
    }
    found.retain(|difference| !EXCEPTIONS.iter().any(|(name, _)| difference.contains(name)));
    (count, found)
}

/// The schema of a group, as the generator writes it.
fn rules(group: &Group, metaschema: &str, remotes: &[(String, String)]) -> Result<Rules, String> {
    let mut schema = group.schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.entry("$schema").or_insert_with(|| metaschema.into());
    }
    let mut sources = vec![Source { path: "schema.json".to_owned(), text: schema.to_string() }];
    let wanted = |address: &str| {
        let said = group.schema.to_string();
        let host = if address.contains("localhost") { "localhost:1234" } else { "json-schema.org/draft" };
        said.contains(host)
    };
    for (at, (_, text)) in remotes.iter().enumerate().filter(|(_, (address, _))| wanted(address)) {
        sources.push(Source { path: format!("remote{at:03}.json"), text: text.clone() });
    }
    let sources = Sources::new(sources);
    let documents = Documents::read(&sources, Posture::Import, &mut Diagnostics::new());
    let file = sources.find("schema.json").ok_or("the schema isn't there")?;
    let address = |path: &str| {
        let number = path.strip_prefix("remote").and_then(|rest| rest.strip_suffix(".json"));
        match number.and_then(|number| number.parse::<usize>().ok()) {
            Some(at) => remotes[at].0.clone(),
            None => "http://example.com/of-nobody/schema.json".to_owned(),
        }
    };
    let text = unsaid::whole(&documents, file, &address).ok_or("it refers to what isn't there")?;
    Rules::read(&text).map_err(|fault| format!("{fault}: {text}"))
}

fn agrees(draft: &str, metaschema: &str, at_least: usize) {
    let (count, found) = differences(draft, metaschema);
    assert!(count >= at_least, "only {count} tests of {draft} were there");
    assert!(found.is_empty(), "{} of {count} differ:\n{}", found.len(), found.join("\n"));
}

#[test]
fn verdicts_on_schemas_of_2020_12_are_those_of_the_official_suite() {
    agrees("draft2020-12", "https://json-schema.org/draft/2020-12/schema", 1_200);
}

#[test]
fn verdicts_on_schemas_of_draft_07_are_those_of_the_official_suite() {
    agrees("draft7", "http://json-schema.org/draft-07/schema#", 800);
}
