//! The file's tables.

/// Version of the layout, kept in `user_version`.
pub(super) const VERSION: i64 = 2;

/// From each layout to the next, the first from layout 1: the dead letters of layout 1 have no place in their queue's
/// order and stand behind nobody.
pub(super) const STEPS: &[&str] = &["
ALTER TABLE dead_letter ADD COLUMN arrival INTEGER;
ALTER TABLE dead_letter ADD COLUMN behind TEXT;
"];

/// Run once on a new file.
pub(super) const CREATE: &str = "
CREATE TABLE message (
    position     INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL,
    event_id     TEXT NOT NULL,
    ordering_key TEXT,
    body         TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    visible_at   INTEGER NOT NULL,
    UNIQUE (subscription, event_id)
);
CREATE TABLE dead_letter (
    position     INTEGER PRIMARY KEY AUTOINCREMENT,
    queue        TEXT NOT NULL,
    subscription TEXT NOT NULL,
    event_id     TEXT NOT NULL,
    ordering_key TEXT,
    body         TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    parked_at    INTEGER NOT NULL,
    arrival      INTEGER,
    behind       TEXT,
    UNIQUE (subscription, event_id)
);
CREATE TABLE archive (
    position     INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id     TEXT NOT NULL UNIQUE,
    tenant       TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    body         TEXT NOT NULL
);
CREATE INDEX archive_of_tenant ON archive (tenant, position);
";
