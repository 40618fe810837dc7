//! Identifiers: made of time and chance, or of what caused them.

use sha2::{Digest, Sha256};
use stipule_wire::{DateTime, Uuid};

/// Sixteen bytes of the SHA-256 over all parts, each led by its length so that no two lists of parts meet.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: u8| [byte >> 4, byte & 0xf].map(|digit| char::from(DIGITS[usize::from(digit)]));
    bytes.iter().copied().flat_map(digits).collect()
}

/// A UUID of version 7: 48 bits of milliseconds, then the given bits.
pub(crate) fn time_ordered(time: &DateTime, mut bytes: [u8; 16]) -> Uuid {
    // Instants before 1970 have no place in version 7; they sort first.
    let milliseconds = u64::try_from(time.unix_millis()).unwrap_or(0);
    bytes[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
    with_version(bytes, 7)
}

/// A UUID of version 8: all bits from the given bytes.
pub(crate) fn hashed(bytes: [u8; 16]) -> Uuid {
    with_version(bytes, 8)
}

/// The id of an event: of version 7 with the time of its cause, or of version 8 without one. Events of one
/// transaction sort by their index, which stands in the 12 bits after the first 48.
pub(crate) fn of_event(seed: &[u8; 16], time: Option<&DateTime>, index: u16) -> Uuid {
    let mut bytes = digest(&[seed, b"event", &index.to_be_bytes()]);
    bytes[..6].copy_from_slice(&digest(&[seed, b"events"])[..6]);
    bytes[6..8].copy_from_slice(&(index & 0x0fff).to_be_bytes());
    match time {
        Some(time) => time_ordered(time, bytes),
        None => hashed(bytes),
    }
}

/// Sets the version and the variant. Source: RFC 9562, sections 5.7 and 5.8.
fn with_version(mut bytes: [u8; 16], version: u8) -> Uuid {
    bytes[6] = (bytes[6] & 0x0f) | (version << 4);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes)
}
