//! How long reviews take: `cargo bench -p stipule-review`. A line a measurement: the median of several runs, by the clock.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stipule_ir::{Source, Sources};
use stipule_review::report::Policy;
use stipule_review::repository::{Repository, compare_repositories};
use stipule_review::{Api, Dialect, Documents, Settings, compare_apis};

/// Runs of each measurement.
const RUNS: usize = 15;

fn main() {
    let mut out = String::new();
    let sixty = [api(60, 20), api(60, 19)];
    measure(&mut out, "60 operations, a schema each, a shared type changed", || apis(&sixty));
    let thousand = [api(1000, 20), api(1000, 19)];
    measure(&mut out, "1,000 operations that share the type", || apis(&thousand));
    let found = apis(&thousand);
    let _ = writeln!(out, "{found:>10}  finding of those 1,000");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let before = contracts(&root);
    let mut after = before.clone();
    let money = after.get_mut("contracts/types/money.yaml").expect("the shop counts money");
    *money = money.replace("99999999999", "9999999999");
    let (base, revision) = (load(&before), load(&after));
    measure(&mut out, "the whole shop, loaded, the type of money changed", || repositories(&base, &revision));
    let mut after = before.clone();
    let title = after.get_mut("contracts/types/category.yaml").expect("the shop has categories");
    *title = title.replace("maxLength: ", "maxLength: 1");
    let revision = load(&after);
    measure(&mut out, "the whole shop, loaded, a type of one service changed", || {
        repositories(&base, &revision)
    });
    measure(&mut out, "reading and loading the whole shop", || load(&before).0.services.len());
    print!("{out}");
}

fn measure(out: &mut String, what: &str, mut run: impl FnMut() -> usize) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            assert!(std::hint::black_box(run()) > 0, "{what}: something is found");
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times[RUNS / 2].as_secs_f64() * 1000.0;
    let _ = writeln!(out, "{median:>7.1} ms  {what}");
}

/// An API whose operations each take a body of their own, and share a type of which the text is so long at most.
fn api(operations: usize, longest: u64) -> Value {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let mut schemas = json!({
        "Title": {"type": "string", "maxLength": longest},
        "Problem": {"type": "object", "required": ["status"], "properties": {"status": {"type": "integer"}}},
    });
    let mut paths = json!({});
    for index in 0..operations {
        let name = format!("Body{index}");
        schemas[&name] = json!({
            "type": "object",
            "required": ["id", "title"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "title": reference("Title"),
                "kind": {"enum": ["a", "b", format!("c{index}")]},
                "count": {"type": "integer", "minimum": 0, "maximum": 1000},
                "tags": {"type": "array", "maxItems": 20, "items": {"type": "string", "pattern": "^[a-z]{1,12}$"}},
            },
        });
        let content = json!({"application/json": {"schema": reference(&name)}});
        paths[format!("/things{index}/{{id}}")] = json!({"put": {
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}},
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
            ],
            "requestBody": {"required": true, "content": content},
            "responses": {
                "200": {"description": "Done.", "content": content},
                "404": {"description": "None.", "content": {"application/json": {"schema": reference("Problem")}}},
            },
        }});
    }
    json!({"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": paths, "components": {"schemas": schemas}})
}

/// Breaks that are found.
fn apis([before, after]: &[Value; 2]) -> usize {
    let [before, after] = [before, after].map(|api| Documents::one(api, Dialect::Draft2020));
    let api = |documents| Api { documents, at: "" };
    let found = compare_apis(api(&before), api(&after), &Settings::default());
    found.iter().filter(|finding| finding.matters()).count()
}

/// Contract files below a folder by their paths.
fn contracts(root: &Path) -> BTreeMap<String, String> {
    fn collect(root: &Path, path: &str, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(root.join(path)).expect("contracts can be read") {
            let entry = entry.expect("contracts can be read");
            let below = format!("{path}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                collect(root, &below, files);
            } else {
                files.insert(below, std::fs::read_to_string(entry.path()).expect("contracts are text"));
            }
        }
    }
    let mut files = BTreeMap::new();
    collect(root, "contracts", &mut files);
    files
}

/// A version, read and loaded.
type Loaded = (stipule_ir::Contract, Documents<'static>);

fn load(files: &BTreeMap<String, String>) -> Loaded {
    let sources = files.iter().map(|(path, text)| Source { path: path.clone(), text: text.clone() });
    let (contract, _) = stipule_front::load(&Sources::new(sources));
    let values = files
        .iter()
        .map(|(path, text)| (path.clone(), serde_yaml_ng::from_str(text).expect("contracts are YAML")));
    (contract.expect("the shop loads"), Documents::files(values.collect::<Vec<(String, Value)>>()))
}

fn repositories(base: &Loaded, revision: &Loaded) -> usize {
    let changed = compare_repositories(
        Repository { contract: &base.0, documents: &base.1 },
        Repository { contract: &revision.0, documents: &revision.1 },
        &[],
        &Policy::default(),
    );
    changed.findings.len()
}
