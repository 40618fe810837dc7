//! Instants: milliseconds since 1970 inside, RFC 3339 outside.

use jiff::Timestamp;

/// `2026-01-02T03:04:05.678Z`
pub(crate) fn text(millis: i64) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(instant) => format!("{instant:.3}"),
        // Beyond the year 9999, where no clock of ours is.
        Err(_) => String::new(),
    }
}

/// The instant of a text in RFC 3339, with an offset and, as the specification demands, a capital `T`.
pub(crate) fn read(text: &str) -> Option<i64> {
    if text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let instant: Timestamp = text.parse().ok()?;
    Some(instant.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_go_round() {
        assert_eq!(text(1_767_323_045_678), "2026-01-02T03:04:05.678Z");
        assert_eq!(read("2026-01-02T03:04:05.678Z"), Some(1_767_323_045_678));
        assert_eq!(read("2026-01-02T04:04:05+01:00"), Some(1_767_323_045_000));
        for wrong in ["2026-01-02", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "soon", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
