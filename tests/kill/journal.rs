//! The end of what was written when the power went: pages that were never synced are there in part, or as anything.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::server::{BINARY, Server};
use crate::shop::{Shop, door_of};
use crate::splitmix::SplitMix;
use crate::{refusal, rounds};

/// Bytes of a write-ahead log's own header. Source: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
const HEADER: usize = 32;

/// Bytes of each page's header in it.
const FRAME: usize = 24;

/// Where the last commit of a log ends, and the salts that its pages carry; none of a log without one.
fn committed(log: &[u8]) -> Option<(usize, [u8; 8])> {
    let salts: [u8; 8] = log.get(16..24)?.try_into().ok()?;
    let number = |at: usize| Some(u32::from_be_bytes(log.get(at..at + 4)?.try_into().ok()?));
    let page = FRAME + usize::try_from(number(8)?).ok()?;
    let mut end = None;
    let mut at = HEADER;
    // A page of an earlier round of the log has other salts; the last one of a commit says how large the file is then.
    while log.get(at + 8..at + 16) == Some(&salts[..]) && log.len() >= at + page {
        if number(at + 4)? > 0 {
            end = Some(at + page);
        }
        at += page;
    }
    end.map(|end| (end, salts))
}

/// Leaves, in place of what no commit needs, some pages of a transaction that was being written: whole, torn, or bytes
/// that were there before. Whether there was a log.
fn tear(path: &Path, chance: &mut SplitMix) -> bool {
    let Ok(log) = std::fs::read(path) else { return false };
    let Some((end, salts)) = committed(&log) else { return false };
    let file = OpenOptions::new().write(true).open(path).expect("a log");
    if chance.word().is_multiple_of(2) {
        file.set_len(end as u64).expect("it is cut");
    }
    let page = FRAME + 4096;
    let mut torn: Vec<u8> = (0..page * 3).map(|_| (chance.word() & 255) as u8).collect();
    for frame in torn.chunks_mut(page) {
        frame[..8].copy_from_slice(&[0, 0, 0, 2, 0, 0, 0, 9]);
        frame[8..16].copy_from_slice(&salts);
    }
    let length = 1 + usize::try_from(chance.word()).unwrap_or(usize::MAX) % torn.len();
    file.write_all_at(&torn[..length], end as u64).expect("it is written");
    true
}

#[test]
fn a_torn_last_page_loses_nothing_and_repeats_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut shop = Shop::open(Server::start(folder.path()));
    let seed = 20_261_129;
    println!("seed {seed}");
    let mut chance = SplitMix::new(seed);
    let mut torn = 0;
    let rounds = rounds(12, 200);
    for _ in 0..rounds {
        thread::park_timeout(Duration::from_micros(20_000 + chance.word() % 200_000));
        shop.kill();
        for name in ["table.sqlite-wal", "queues.sqlite-wal", "sagas.sqlite-wal"] {
            torn += usize::from(tear(&folder.path().join(name), &mut chance));
        }
        shop.recover(folder.path());
        shop.look();
    }
    assert!(torn >= rounds, "there was nothing to tear: {torn}");
    println!("{torn} logs torn, {} orders, none lost, none twice", shop.close());
}

/// A disk that said that it kept what it didn't keep may lose what was acknowledged; all the same the platform starts over
/// what is left, and answers. What a queue lost nobody is told of any more, so nothing more can be asked of it.
#[test]
fn a_log_that_is_cut_anywhere_is_no_reason_not_to_start() {
    let seed = 20_261_130;
    println!("seed {seed}");
    let mut chance = SplitMix::new(seed);
    for _ in 0..rounds(4, 60) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let shop = Shop::open(Server::start(folder.path()));
        shop.sell(4);
        shop.abandon();
        for name in ["table.sqlite-wal", "queues.sqlite-wal", "sagas.sqlite-wal"] {
            let path = folder.path().join(name);
            let Ok(log) = OpenOptions::new().write(true).open(&path) else { continue };
            let length = log.metadata().expect("a size").len();
            log.set_len(chance.word() % (length + 1)).expect("it is cut");
        }
        let server = Server::start(folder.path());
        let answer = door_of(&server).ask("GET", "/products", "read", None);
        assert!(matches!(answer, Some((200, _))), "{answer:?}");
        server.kill();
    }
}

#[test]
fn a_file_of_something_else_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut shop = Shop::open(Server::start(folder.path()));
    shop.sell(1);
    shop.kill();
    for name in ["table.sqlite", "queues.sqlite", "sagas.sqlite"] {
        let path = folder.path().join(name);
        let sound = std::fs::read(&path).expect("a file");
        let mut damaged = sound.clone();
        damaged[..100].fill(b'x');
        std::fs::write(&path, &damaged).expect("it is written");
        let log = path.with_extension("sqlite-wal");
        let kept = std::fs::read(&log).ok();
        let _ = std::fs::remove_file(&log);
        let said = refusal(Command::new(BINARY), folder.path());
        println!("{name}: {}", said.trim_end());
        assert_eq!(std::fs::read(&path).expect("a file"), damaged, "who can't read it doesn't write it");
        std::fs::write(&path, sound).expect("it is written");
        if let Some(kept) = kept {
            std::fs::write(&log, kept).expect("it is written");
        }
    }
    shop.recover(folder.path());
    shop.look();
    shop.close();
}
