//! `cargo run`: the whole shop on this machine. `cargo run -- demo`: a story that checks itself.
//! `cargo run -- migrate`: stored items get the keys that the contract's migrations say.

mod arguments;
mod demo;
mod migrate;
mod serve;
mod settings;
mod stop;
mod telemetry;
mod watch;

use std::io::Write;
use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser;

/// Calls make and drop many small things on both threads: the system's own takes a fifth of their time for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match settings::arguments(std::env::args_os(), |name| std::env::var_os(name)) {
        Ok(words) => Arguments::parse_from(words),
        Err(error) => {
            anstream::eprintln!("commerce: {error}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("commerce: the system gives no threads: {error}");
            return ExitCode::from(2);
        }
    };
    match arguments.command {
        Some(Command::Demo) => runtime.block_on(demo::run()),
        Some(Command::Migrate(options)) => runtime.block_on(migrate::run(&options)),
        None if arguments.serve.watch && arguments.serve.watched.is_none() => {
            runtime.block_on(watch::run(&arguments.serve))
        }
        None => runtime.block_on(serve::run(&arguments.serve)),
    }
}

/// Writes; that nobody reads is no reason to stop serving.
fn say(mut out: impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
