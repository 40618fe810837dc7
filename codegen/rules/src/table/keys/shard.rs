//! Shards, as the runtime draws them.

/// The shard of a value among `shards`, as the runtime draws it: FNV-1a over its bytes.
pub(super) fn shard_of(value: &str, shards: u32) -> u32 {
    let hash = value.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = hash ^ (hash >> 32);
    u32::try_from(mixed % u64::from(shards.max(1))).unwrap_or_default()
}
