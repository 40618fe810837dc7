//! Schemas such as people write for the settings of their tools, edited as people edit them: every incompatibility is
//! one to somebody else too, no document contradicts a proof, and little stays undecided.
//!
//! `STIPULE_SCHEMAS=DIR cargo test --profile fuzz -p stipule-review --test mutations -- --ignored --nocapture` does the
//! same with every JSON file below a folder, such as the schemas of a public catalogue.

#[path = "../schemas/dice.rs"]
mod dice;
mod documents;
mod edits;
mod places;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dice::Dice;
use documents::Known;
use serde_json::Value;
use stipule_review::{
    Confidence, Dialect, Direction, Documents, Finding, Formats, Generator, Schema, Settings, Verdict,
    compare, compare_schemas, validator,
};

/// Valid documents that search for a contradiction of each proof.
const DOCUMENTS: usize = 200;

/// Documents that are made for them, at most.
const TRIES: usize = 4_000;

/// Largest file of a folder, in bytes.
const LARGEST: u64 = 400_000;

/// Longest that is spent on a schema of a folder once it was compared at all.
const LONGEST: Duration = Duration::from_secs(30);

fn judge(schema: &Value) -> Option<jsonschema::Validator> {
    // Drafts 4 to 7 assert formats, later ones note them.
    let notes = schema["$schema"].as_str().is_none_or(|named| named.contains("20"));
    jsonschema::options().offline().should_validate_formats(!notes).build(schema).ok()
}

#[derive(Debug, Default)]
struct Count {
    pairs: usize,
    compatible: usize,
    incompatible: usize,
    unknown: usize,
    /// Nothing is proved of it, rules say so.
    by_rule: usize,
    witnesses: usize,
    documents: usize,
    /// Documents that were valid before: the others contradict nothing.
    valid: usize,
    /// Proofs that stood against as many of those as are asked for.
    searched: usize,
    /// Documents about which the judge and we disagree on what is valid.
    disagreements: BTreeSet<String>,
    slowest: (Duration, String),
    spent: Duration,
    /// Schemas whose time was over before all was tried.
    cut: usize,
}

/// What is wrong, and with which pair.
type Wrong = Vec<String>;

/// A schema with its edits, each compared both ways.
fn run(name: &str, base: &Value, (rounds, longest): (u64, Duration), count: &mut Count, wrong: &mut Wrong) {
    let end = Instant::now() + longest;
    let mut witnesses: Vec<Value> = Vec::new();
    let mut proved: Vec<(String, Value, Value)> = Vec::new();
    for round in 0..rounds {
        let seed = name.bytes().fold(round, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let mut dice = Dice::new(seed);
        let mut revision = base.clone();
        let edits: Vec<String> =
            (0..=dice.below(3)).filter_map(|_| places::edit(&mut dice, &mut revision)).collect();
        // A reference may lead nowhere now.
        if judge(&revision).is_none() {
            continue;
        }
        for (one, other, way) in [(base, &revision, "forth"), (&revision, base, "back")] {
            let what = format!("{name}, {way}: {}", edits.join(", "));
            pair((one, other), what, (&mut witnesses, &mut proved), count, wrong);
        }
        if Instant::now() > end {
            break;
        }
    }
    // What shows a difference of one pair is a good try against the proof of another.
    for (what, one, other) in proved {
        let read = [&one, &other].map(|schema| Schema::read(schema, Dialect::Draft2020));
        if !contradiction(&what, &read, [&one, &other], (&witnesses, end), count, wrong) {
            count.cut += 1;
            break;
        }
    }
}

fn pair(
    (one, other): (&Value, &Value),
    what: String,
    (witnesses, proved): (&mut Vec<Value>, &mut Vec<(String, Value, Value)>),
    count: &mut Count,
    wrong: &mut Wrong,
) {
    let read = [one, other].map(|schema| Schema::read(schema, Dialect::Draft2020));
    let began = Instant::now();
    let verdict = compare(&read[0], &read[1], Direction::Backward);
    let took = began.elapsed();
    count.spent += took;
    count.pairs += 1;
    if took > count.slowest.0 {
        count.slowest = (took, what.clone());
    }
    match &verdict {
        // A format that others may check and that isn't decided here.
        Verdict::Compatible(_) if has_undecided_format(one, other) => count.unknown += 1,
        Verdict::Compatible(_) => {
            count.compatible += 1;
            proved.push((what, one.clone(), other.clone()));
        }
        Verdict::Incompatible(findings) => {
            count.incompatible += 1;
            let sure: Vec<&Finding> =
                findings.iter().filter(|finding| finding.confidence == Confidence::Proved).collect();
            count.by_rule += usize::from(sure.is_empty());
            let Some((before, after)) = judge(one).zip(judge(other)) else { return };
            for finding in sure {
                let witness = finding.witness.as_ref().expect("what is proved has a witness");
                count.witnesses += 1;
                if !before.is_valid(witness) || after.is_valid(witness) {
                    let said = (before.is_valid(witness), after.is_valid(witness));
                    wrong.push(format!("{what}\n    {}: {witness} {said:?}", finding.pointer()));
                }
                witnesses.push(witness.clone());
            }
        }
        Verdict::Unknown(findings) => {
            count.unknown += 1;
            if std::env::var_os("STIPULE_SHOW").is_some() {
                println!("unknown: {what}: {:?}", findings[0].note);
            }
        }
    }
}

fn has_undecided_format(one: &Value, other: &Value) -> bool {
    let documents = [one, other].map(|schema| Documents::one(schema, Dialect::Draft2020));
    let settings = Settings::default();
    let found = compare_schemas((&documents[0], ""), (&documents[1], ""), Direction::Backward, &settings);
    found.iter().any(|finding| finding.matters() && finding.confidence == Confidence::Unknown)
}

/// Looks for documents that contradict a proof, and that others judge otherwise; false if the time is over.
fn contradiction(
    what: &str,
    read: &[Schema; 2],
    written: [&Value; 2],
    (witnesses, end): (&[Value], Instant),
    count: &mut Count,
    wrong: &mut Wrong,
) -> bool {
    let ours = [0, 1].map(|index| validator(&read[index], Formats::AsDialect));
    let theirs = judge(written[0]).zip(judge(written[1]));
    let mut generator = Generator::new(&read[0], &[&read[0], &read[1]], 7);
    let mut known = Known::new(witnesses);
    let mut valid = 0;
    for number in 0..witnesses.len() + TRIES {
        let document = match witnesses.get(number) {
            Some(witness) => witness.clone(),
            None => known.near(generator.document()),
        };
        let document = &document;
        count.documents += 1;
        let (before, after) = (ours[0](document), ours[1](document));
        if before == Some(true) && known.add(document) {
            valid += 1;
        }
        if before == Some(true) && after == Some(false) {
            wrong.push(format!("{what}\n    contradicted by {document}"));
            return true;
        }
        let Some((base, revision)) = &theirs else { continue };
        if base.is_valid(document) && !revision.is_valid(document) {
            wrong.push(format!("{what}\n    contradicted, to others, by {document}"));
            return true;
        }
        if before.is_some_and(|valid| valid != base.is_valid(document)) {
            let name = what.split(',').next().unwrap_or_default().to_owned();
            if count.disagreements.insert(name) && std::env::var_os("STIPULE_SHOW").is_some() {
                println!("disagreement: {what}: {document}: ours {before:?}");
            }
        }
        if valid == DOCUMENTS || Instant::now() > end {
            break;
        }
    }
    count.valid += valid;
    count.searched += usize::from(valid == DOCUMENTS);
    Instant::now() <= end
}

fn report(count: &Count, wrong: &Wrong) {
    println!(
        "{} pairs: {} compatible, {} incompatible ({} of them by rules only), {} unknown ({:.2} %); {} witnesses; {} documents \
         against proofs, {} of them valid before, {} proofs stood against {DOCUMENTS} of those; {} schemas judged otherwise by others; {:?} each, slowest {:?}; the time of {} schemas was over before all was tried",
        count.pairs,
        count.compatible,
        count.incompatible,
        count.by_rule,
        count.unknown,
        count.unknown as f64 * 100.0 / count.pairs.max(1) as f64,
        count.witnesses,
        count.documents,
        count.valid,
        count.searched,
        count.disagreements.len(),
        count.spent / u32::try_from(count.pairs.max(1)).unwrap_or(1),
        count.slowest,
        count.cut,
    );
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count.unknown * 100 <= count.pairs * 3, "{} of {} are unknown", count.unknown, count.pairs);
    assert!(count.compatible * 10 > count.pairs && count.incompatible * 10 > count.pairs, "{count:?}");
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn files(folder: &Path, rounds: u64, longest: Duration) {
    let (mut count, mut wrong, mut left_out) = (Count::default(), Wrong::new(), 0);
    for path in json_files(folder) {
        let small = fs::metadata(&path).is_ok_and(|file| file.len() <= LARGEST);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let schema: Option<Value> = serde_json::from_str(&text).ok().filter(|_| small);
        // A reference into another document is to nothing here.
        let Some(schema) = schema.filter(|schema: &Value| schema.is_object() && judge(schema).is_some())
        else {
            left_out += 1;
            continue;
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        run(&name, &schema, (rounds, longest), &mut count, &mut wrong);
        if std::env::var_os("STIPULE_SHOW").is_some() && count.pairs % 500 < 2 * rounds as usize {
            println!(
                "{name}: {} pairs, {} unknown, {} wrong, {:?}",
                count.pairs,
                count.unknown,
                wrong.len(),
                count.spent
            );
        }
    }
    println!("{left_out} files are too large, no schemas, or refer to other files");
    report(&count, &wrong);
}

#[test]
fn edits_of_documents_of_our_own_are_judged_as_others_judge_them() {
    let rounds = if std::env::var_os("STIPULE_DEEP").is_some() { 400 } else { 5 };
    // The count is the same on every machine: nothing is cut.
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutations/documents");
    files(&ours, rounds, Duration::from_secs(86_400));
}

#[test]
#[ignore = "takes a folder of schemas that aren't ours: STIPULE_SCHEMAS"]
fn edits_of_the_documents_of_a_folder_are_judged_as_others_judge_them() {
    let folder = std::env::var_os("STIPULE_SCHEMAS").expect("STIPULE_SCHEMAS names a folder");
    let rounds = std::env::var("STIPULE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3);
    files(Path::new(&folder), rounds, LONGEST);
}
