//! `cargo run`: the whole shop on this machine. `cargo run -- demo`: a story that checks itself.

mod arguments;
mod demo;
mod serve;
mod telemetry;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("commerce: the system gives no threads: {error}");
            return ExitCode::from(2);
        }
    };
    match arguments.command {
        Some(Command::Demo) => runtime.block_on(demo::run()),
        None => runtime.block_on(serve::run(&arguments.serve)),
    }
}
