//! Generated sagas, run by ours and by others: the same calls, status and output.
//!
//! 120 of them; 2,000 with `STIPULE_DEEP=1`. `SAGA=17` runs one and shows it.

use saga_judges::judge::Judge;
use saga_judges::ours;
use saga_judges::saga::Case;
use saga_judges::verdict::{Run, difference};

/// Where a judge differs from Step Functions as AWS documents it.
struct Exception {
    judge: Judge,
    /// Whether a case is one of those.
    is: fn(&Case, &Run) -> bool,
    why: &'static str,
}

const EXCEPTIONS: &[Exception] = &[Exception {
    judge: Judge::LocalStepFunctions,
    is: |case, _| case.definition.to_string().contains("\"IsNull\""),
    why: "takes `IsNull: false` for `IsNull: true`, and breaks off at an `IsNull` of what isn't there although a rule \
          before it decides [Amazon States Language, \"Choice Rules\": `IsNull` compares with the boolean given]",
}];

fn cases() -> Vec<Case> {
    if let Ok(one) = std::env::var("SAGA") {
        return vec![Case::of(one.parse().expect("SAGA is a number"))];
    }
    let count = if std::env::var_os("STIPULE_DEEP").is_some() { 2_000 } else { 120 };
    (1..=count).map(Case::of).collect()
}

fn judged(judge: Judge) {
    let cases = cases();
    let theirs = judge.run(&cases);
    let (mut faults, mut excepted) = (Vec::new(), vec![0usize; EXCEPTIONS.len()]);
    let (mut failed, mut parked, mut calls) = (0, 0, 0);
    for (case, theirs) in cases.iter().zip(&theirs) {
        let ours = ours::run(case);
        if std::env::var_os("SAGA").is_some() {
            println!("{}\n{:#}\n{:?}\n{ours:#?}\n{theirs:#?}", case.yaml, case.definition, case.fail);
        }
        failed += usize::from(ours.status == "FAILED");
        parked += usize::from(ours.calls.iter().any(|(key, _)| key.starts_with("park ")));
        calls += ours.calls.len();
        let inside = ours::inside(&case.definition);
        let step = |key: &str| key.rsplit('/').next().unwrap_or_default().to_owned();
        let aside = |key: &str| inside.contains(&step(key));
        // A way that fails cuts off those beside it.
        let broken = |key: &str| case.fail.get(&step(key)).is_some_and(|errors| is_final(errors));
        let broke_inside = inside.iter().any(|step| broken(step));
        let cut = |key: &str| broke_inside && aside(key) && !step(key).starts_with("undo");
        let Some(difference) = difference(&ours, theirs, &aside, &cut) else { continue };
        let exception = EXCEPTIONS.iter().position(|it| it.judge == judge && (it.is)(case, theirs));
        match exception {
            Some(place) => excepted[place] += 1,
            None => faults.push(format!("saga {}: {difference}", case.id)),
        }
    }
    println!(
        "{}: {} sagas, {calls} calls; {failed} failed, {parked} parked a case",
        judge.name(),
        cases.len()
    );
    for (exception, count) in EXCEPTIONS.iter().zip(&excepted).filter(|(it, _)| it.judge == judge) {
        println!("  {count} × {}", exception.why);
    }
    assert!(faults.is_empty(), "{} of {} differ:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// Whether a step that gives these errors fails for good.
fn is_final(errors: &[String]) -> bool {
    errors.len() > 3
        || errors.iter().any(|error| ["Step.Permanent", "Refused", "SoldOut"].contains(&error.as_str()))
}

#[test]
fn ministack_runs_sagas_as_we_do() {
    judged(Judge::MiniStack);
}

#[test]
fn aws_local_stepfunctions_runs_sagas_as_we_do() {
    judged(Judge::LocalStepFunctions);
}
