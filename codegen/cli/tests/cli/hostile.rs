//! Documents that were written to hurt: each is answered within bounded memory and computing time.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: A, version: \"1\"}\npaths: {}\n";

/// Nine aliases of the line before, in every line.
fn bomb(first: &str, line: impl Fn(usize, &str) -> String) -> String {
    let mut text = format!("{HEAD}x0: &a0 {first}\n");
    for at in 1..30 {
        let nine = vec![format!("*a{}", at - 1); 9].join(", ");
        writeln!(text, "x{at}: &a{at} {}", line(at, &nine)).expect("text");
    }
    text
}

/// Schemas of which each extends the two before it, which share what they extend.
fn diamonds() -> String {
    let mut text =
        format!("{HEAD}components:\n  schemas:\n    S0: {{type: object}}\n    T0: {{type: object}}\n");
    for at in 1..25 {
        for name in ["S", "T"] {
            let one = |of: &str| format!("{{$ref: \"#/components/schemas/{of}{}\"}}", at - 1);
            let own = format!("properties: {{{name}{at}: {}}}", one("S"));
            writeln!(text, "    {name}{at}: {{allOf: [{}, {}], {own}}}", one("S"), one("T")).expect("text");
        }
    }
    text
}

fn documents() -> Vec<(&'static str, String)> {
    let schema = |text: &str| format!("{HEAD}components:\n  schemas:\n{text}");
    let json = |text: &str| format!("{{\"openapi\": \"3.0.3\", \"paths\": {{}}, {text}}}");
    let deep = 1_000_000;
    vec![
        ("bomb.yaml", bomb("[a, a]", |_, nine| format!("[{nine}]"))),
        ("merges.yaml", bomb("{a: 1}", |at, nine| format!("{{<<: [{nine}], k{at}: *a{}}}", at - 1))),
        ("itself.yaml", format!("{HEAD}x: &a [*a]\n")),
        ("deep.json", json(&format!("\"x\": {}{}", "[".repeat(deep), "]".repeat(deep)))),
        ("deep.yaml", format!("{HEAD}x: {}{}\n", "[".repeat(deep), "]".repeat(deep))),
        (
            "stairs.yaml",
            (0..3_000).fold(format!("{HEAD}x:\n"), |text, at| text + &" ".repeat(at + 1) + "a:\n"),
        ),
        ("diamonds.yaml", diamonds()),
        (
            "circle.yaml",
            schema("    A: {$ref: \"#/components/schemas/B\"}\n    B: {$ref: \"#/components/schemas/A\"}\n"),
        ),
        ("bases.yaml", schema("    A: {allOf: [{$ref: \"#/components/schemas/A\"}, {type: object}]}\n")),
        ("choices.yaml", schema("    A: {oneOf: [{$ref: \"#/components/schemas/A\"}, {type: string}]}\n")),
        ("not.yaml", schema("    A: {not: {$ref: \"#/components/schemas/A\"}}\n")),
        (
            "text.json",
            json(&format!("\"info\": {{\"title\": \"{}\", \"version\": \"1\"}}", "x".repeat(100_000_000))),
        ),
    ]
}

/// What a process may have: 2 GB of addresses and two minutes of computing, several times what it needs.
const LIMITS: &str = "ulimit -v 2000000; ulimit -t 120; exec \"$@\"";

#[test]
fn hostile_documents_are_answered_within_bounds() {
    let desk = tempfile::tempdir().expect("a temporary folder");
    let mut faults = Vec::new();
    for (name, text) in documents() {
        fs::write(desk.path().join(name), text).expect("it can be written");
        let output = Command::new("sh")
            .current_dir(desk.path())
            .args([
                "-c",
                LIMITS,
                "sh",
                env!("CARGO_BIN_EXE_stipule"),
                "import",
                "openapi",
                name,
                "--out",
                "crate",
            ])
            .output()
            .expect("sh runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let answers = match output.status.code() {
            Some(0) => said.contains("0 operations"),
            Some(1) => said.contains("nothing was generated"),
            _ => false,
        };
        if !answers || said.len() > 100_000 {
            let end: String = String::from_utf8_lossy(&output.stderr).chars().take(500).collect();
            faults.push(format!("{name}: {}, {} bytes: {end}", output.status, said.len()));
        }
        println!("{name}: {}", said.lines().next().unwrap_or_default());
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
