//! How the binary is linked.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // To a fixed address: otherwise every start begins with tens of thousands of addresses that the loader writes, and the
    // pages with them can't be shared with the file. Libraries, stack and heap lie at random addresses all the same.
    let linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux");
    if linux {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    // Functions with the same instructions are one: `lld` does that, which is the compiler's own linker on this target alone.
    // Not where somebody may look for them with a debugger.
    let [host, target] = ["HOST", "TARGET"].map(env::var);
    let is_small = env::var("OPT_LEVEL").is_ok_and(|level| level != "0");
    if is_small && host == target && target.is_ok_and(|it| it == "x86_64-unknown-linux-gnu") {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}
