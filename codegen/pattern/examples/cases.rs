//! Answers cases given on standard input: `cargo run -p stipule-pattern --example cases < cases.jsonl`.

use std::io::Read;

fn main() -> std::io::Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    for answer in stipule_pattern::run_cases(&text) {
        println!("{answer}");
    }
    Ok(())
}
