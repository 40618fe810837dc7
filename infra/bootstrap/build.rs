//! How the binary is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // To a fixed address: otherwise every start begins with tens of thousands of addresses that the loader writes, and the
    // pages with them can't be shared with the file. Libraries, stack and heap lie at random addresses all the same.
    let linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux");
    if linux {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
