//! The disk takes no more: a limit on the size of files stands for a full one, which the system holds the process to.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::server::{BINARY, Server};
use crate::shop::Shop;
use crate::splitmix::SplitMix;
use crate::{limit, refusal, rounds};

/// The binary, to which a file that may not grow is an error and not its end.
fn enduring(limits: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("trap '' XFSZ; {limits} exec \"$0\" \"$@\""), BINARY]);
    command
}

/// Size of the largest file of a folder, in bytes.
fn largest(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").metadata());
    files.map(|it| it.expect("a size").len()).max().unwrap_or_default()
}

#[test]
fn a_disk_that_is_full_for_a_while_loses_nothing_and_repeats_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut shop = Shop::open(Server::start_by(enduring(""), folder.path()));
    let seed = 20_261_128;
    println!("seed {seed}");
    let mut chance = SplitMix::new(seed);
    let mut refused = 0;
    for round in 0..rounds(6, 60) {
        shop.sell(1 + usize::try_from(chance.word() % 4).expect("few"));
        // Somewhere in what is written next, in one file or the other.
        let least = chance.word() % (largest(folder.path()) + 20_000);
        limit(shop.process(), &format!("--fsize={least}:"));
        thread::park_timeout(Duration::from_micros(50_000 + chance.word() % 200_000));
        let body = json!({ "code": format!("W{round:03}"), "name": "Late", "country": "CA" });
        let command = || shop.ask("POST", "/warehouses", &format!("late-{round}"), Some(&body));
        // Longer than a client waits is no answer.
        let answer = (0..6).find_map(|_| command());
        refused += usize::from(matches!(answer, Some((503, _))));
        assert!(matches!(answer, Some((201 | 503, _))), "{answer:?}");
        let read = shop.ask("GET", "/stock/MUG-BLUE", "read", None);
        assert!(matches!(read, Some((200, _))), "what is there can be read: {read:?}");
        if round % 2 == 0 {
            // Somebody makes room, and it goes on.
            limit(shop.process(), "--fsize=unlimited:");
        } else {
            shop.kill();
            shop.recover(folder.path());
            shop.kill();
            let again = Server::start_by(enduring(""), folder.path());
            shop.take(again);
        }
        shop.sell(1);
        shop.look();
    }
    assert!(refused > 0, "the disk was never full");
    shop.send_home();
    // What was tried too often while the disk was full is parked; a person has it tried again.
    let redriven = shop.redrive();
    println!("{refused} refused, {redriven} redriven, {} orders, none lost, none twice", shop.close());
}

#[test]
fn a_start_on_a_disk_that_takes_nothing_is_refused_with_a_word_and_harms_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    // With every size at which a new folder could be left half made.
    for blocks in [0, 1, 8, 40] {
        let said = refusal(enduring(&format!("ulimit -f {blocks};")), &data);
        println!("{blocks} blocks: {}", said.trim_end());
    }
    let mut shop = Shop::open(Server::start(&data));
    shop.sell(3);
    shop.kill();
    // 0 in a folder that is in use.
    refusal(enduring("ulimit -f 0;"), &data);
    shop.recover(&data);
    shop.look();
    println!("{} orders, none lost, none twice", shop.close());
}

/// The binary over a folder that may only be read, even by who may everything.
fn reading() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all", "--", BINARY]);
    command
}

fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output().expect("there is `id`");
    said.stdout == b"0\n"
}

fn permit(folder: &Path, directory: u32, file: u32) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        std::fs::set_permissions(path, Permissions::from_mode(file)).expect("it is ours");
    }
    std::fs::set_permissions(folder, Permissions::from_mode(directory)).expect("it is ours");
}

#[test]
fn a_folder_that_may_only_be_read_is_named_and_goes_on_when_it_may_be_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut shop = Shop::open(Server::start(folder.path()));
    shop.sell(3);
    shop.kill();
    permit(folder.path(), 0o555, 0o444);
    let said = refusal(if is_root() { reading() } else { Command::new(BINARY) }, folder.path());
    assert!(said.contains(&folder.path().display().to_string()), "{said}");
    permit(folder.path(), 0o755, 0o644);
    shop.recover(folder.path());
    shop.look();
    println!("{} orders, none lost, none twice", shop.close());
}
