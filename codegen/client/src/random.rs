//! Randomness: keys of calls and the jitter of waits.

use stipule_wire::Uuid;

/// A random UUID (version 4).
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn uuid() -> Result<Uuid, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Ok(Uuid::from_bytes(bytes))
}

/// A number from 0 to 1; the middle when the system has no randomness to give, which only costs some spreading.
pub(crate) fn fraction() -> f64 {
    let mut bytes = [0; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}
