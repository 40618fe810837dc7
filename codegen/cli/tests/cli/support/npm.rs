//! Packages of npm that tests compare with, pinned, unpacked below the build folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The folder of a package of this version.
pub(crate) fn package(name: &str, version: &str) -> PathBuf {
    let plain = format!("{}-{version}", name.trim_start_matches('@').replace('/', "-"));
    let tools = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("npm");
    let folder = tools.join(&plain);
    if folder.join("package").is_dir() {
        return folder.join("package");
    }
    // Unpacked aside, then moved in one step: tests run side by side.
    let aside = tools.join(format!("{plain}.{}", std::process::id()));
    fs::create_dir_all(&aside).expect("a folder below the build folder");
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).current_dir(&aside).args(arguments).output();
        let output =
            output.unwrap_or_else(|error| panic!("{program} is needed (tests/run installs it): {error}"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run("npm", &["pack", "--silent", &format!("{name}@{version}")]);
    run("tar", &["xzf", &format!("{plain}.tgz")]);
    if fs::rename(&aside, &folder).is_err() {
        assert!(folder.join("package").is_dir(), "{} can't be made", folder.display());
        fs::remove_dir_all(&aside).expect("what was unpacked twice goes");
    }
    folder.join("package")
}
