//! The table on disk.

use stipule_local::table::{LocalTable, OpenError, Place};
use stipule_runtime::store::{IndexSchema, Projection, Query, TableSchema};

use crate::library::{LIBRARY, book, key, page, put, read, write};

fn folder() -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = Place::Folder(folder.path().join("data"));
    (folder, place)
}

fn open(place: &Place) -> Result<LocalTable, OpenError> {
    LocalTable::open(place, &LIBRARY)
}

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let (_folder, place) = folder();
    let table = open(&place).expect("the folder is new");
    write(&table, vec![put(book("A", "1")), put(book("A", "2"))]).await.expect("unconditional puts");
    drop(table);
    let table = open(&place).expect("the folder was released");
    assert_eq!(read(&table, key("A", "1")).await, Some(book("A", "1")));
    assert_eq!(page(&table, Query::partition("A".to_owned())).await.items.len(), 2);
}

#[tokio::test]
async fn a_read_sees_every_write_answered_before_it() {
    let (_folder, place) = folder();
    let table = open(&place).expect("the folder is new");
    for at in 0..50 {
        let item = book("A", &at.to_string());
        write(&table, vec![put(item.clone())]).await.expect("an unconditional put");
        assert_eq!(read(&table, key("A", &at.to_string())).await, Some(item));
    }
}

#[tokio::test]
async fn a_second_opener_is_refused_and_told_who_has_the_folder() {
    let (_folder, place) = folder();
    let table = open(&place).expect("the folder is new");
    let refused = open(&place).err().expect("the folder is taken").to_string();
    assert!(refused.contains(&format!("in use by process {}", std::process::id())), "{refused}");
    drop(table);
    open(&place).expect("the folder was released");
}

#[tokio::test]
async fn the_lock_of_a_dead_process_does_not_hold() {
    let (_folder, place) = folder();
    let Place::Folder(path) = &place else { unreachable!("the place is a folder") };
    std::fs::create_dir_all(path).expect("a folder");
    std::fs::write(path.join("lock"), "4294967295\n").expect("a lock file");
    open(&place).expect("nobody holds the lock");
}

#[tokio::test]
async fn another_schema_is_refused_with_every_difference() {
    static OTHER: TableSchema = TableSchema {
        indexes: &[
            IndexSchema { name: "gsi1", pk: "gsi1pk", sk: "gsi1sk", projection: Projection::Keys },
            IndexSchema {
                name: "gsi2",
                pk: "gsi2pk",
                sk: "gsi2sk",
                projection: Projection::Include(&["title"]),
            },
        ],
        native: &[],
        ..LIBRARY
    };
    let (_folder, place) = folder();
    drop(open(&place).expect("the folder is new"));
    let refused = LocalTable::open(&place, &OTHER).err().expect("the indexes differ").to_string();
    for line in [
        "stored:   index `gsi1` is keyed by `gsi1pk` and `gsi1sk` and carries all attributes",
        "stored:   index `gsi3` is keyed by `gsi3pk` and `gsi3sk` and carries keys",
        "contract: index `gsi1` is keyed by `gsi1pk` and `gsi1sk` and carries keys",
    ] {
        assert!(refused.contains(line), "{refused}");
    }
    assert!(!refused.contains("gsi2"), "{refused}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let (folder, _) = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let refused = open(&Place::Folder(file.join("data"))).err().expect("a file is in the way").to_string();
    assert!(refused.contains("file/data"), "{refused}");
}
