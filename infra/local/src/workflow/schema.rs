//! The file's tables.

/// Version of the layout, kept in `user_version`.
pub(super) const VERSION: i64 = 1;

/// Run once on a new file.
pub(super) const CREATE: &str = "
CREATE TABLE run (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    saga     TEXT NOT NULL,
    name     TEXT NOT NULL,
    tenant   TEXT NOT NULL,
    status   TEXT NOT NULL,
    started  INTEGER NOT NULL,
    ended    INTEGER,
    state    TEXT NOT NULL,
    UNIQUE (saga, name)
);
CREATE INDEX run_by_status ON run (status, id);
CREATE TABLE event (
    run      INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    state    TEXT,
    details  TEXT NOT NULL,
    PRIMARY KEY (run, id)
) WITHOUT ROWID;
CREATE TABLE parked (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    saga      TEXT NOT NULL,
    name      TEXT NOT NULL,
    call      INTEGER NOT NULL,
    token     TEXT,
    message   TEXT NOT NULL,
    parked_at INTEGER NOT NULL,
    UNIQUE (saga, name, call)
);
";
