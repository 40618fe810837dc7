//! Internet addresses as the service reads them: dotted quads with decimal octets (leading zeros allowed), and
//! hexadecimal groups with one `::`. A mapped address (`::ffff:0:0/96`) is the IPv4 address that it maps.

/// An address and its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// IPv4.
    V4(u32),
    /// IPv6.
    V6(u128),
}

/// Why an address block was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockFault {
    /// Not `address/bits`.
    Slash,
    /// The bits aren't an integer.
    Bits,
    /// The bits are negative.
    Negative,
    /// The part before the slash isn't an address.
    Address,
    /// More bits than 31 (IPv4) or 127 (IPv6).
    Width,
}

/// The longest dotted quad the service reads.
const MAX_V4_LENGTH: usize = 15;

impl Address {
    /// Reads an address; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let first = text.as_bytes().first()?;
        if *first != b':' && !first.is_ascii_hexdigit() {
            return None;
        }
        if text.contains(':') { parse_v6(text) } else { parse_v4(text).map(Self::V4) }
    }

    /// The address's hexadecimal digits from the left: 8 of IPv4, 32 of IPv6.
    pub(crate) fn digits(self) -> Vec<u8> {
        let (bits, count) = match self {
            Self::V4(bits) => (u128::from(bits) << 96, 8),
            Self::V6(bits) => (bits, 32),
        };
        bits.to_be_bytes().iter().flat_map(|byte| [byte >> 4, byte & 0xF]).take(count).collect()
    }

    /// The lowest and highest address of a block such as `10.0.0.0/24`. Host bits may be set; they are ignored.
    pub fn block(text: &str) -> Result<(Self, Self), BlockFault> {
        let text = text.trim_end_matches('/');
        let (address, bits) = text.split_once('/').ok_or(BlockFault::Slash)?;
        if bits.contains('/') {
            return Err(BlockFault::Slash);
        }
        let unsigned = bits.strip_prefix(['+', '-']).unwrap_or(bits);
        if unsigned.is_empty() || !unsigned.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(BlockFault::Bits);
        }
        let bits: i32 = bits.parse().map_err(|_| BlockFault::Bits)?;
        let bits = u32::try_from(bits).map_err(|_| BlockFault::Negative)?;
        match Self::parse(address).ok_or(BlockFault::Address)? {
            Self::V4(address) if bits < 32 => {
                let host = u32::MAX.checked_shr(bits).unwrap_or(0);
                Ok((Self::V4(address & !host), Self::V4(address | host)))
            }
            Self::V6(address) if bits < 128 => {
                let host = u128::MAX.checked_shr(bits).unwrap_or(0);
                Ok((Self::V6(address & !host), Self::V6(address | host)))
            }
            _ => Err(BlockFault::Width),
        }
    }
}

fn parse_v4(text: &str) -> Option<u32> {
    if text.len() > MAX_V4_LENGTH {
        return None;
    }
    let mut address = 0u32;
    let mut octets = 0;
    for octet in text.split('.') {
        if octet.is_empty() || !octet.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let value = octet.parse::<u64>().ok().filter(|value| *value <= 255)?;
        address = (address << 8) | u32::try_from(value).ok()?;
        octets += 1;
    }
    (octets == 4).then_some(address)
}

fn parse_v6(text: &str) -> Option<Address> {
    let (before, after) = match text.split_once("::") {
        Some((before, after)) => (groups(before)?, Some(groups(after)?)),
        None => (groups(text)?, None),
    };
    let known = before.len() + after.as_ref().map_or(0, Vec::len);
    if (after.is_some() && known > 7) || (after.is_none() && known != 8) {
        return None;
    }
    let mut all = before;
    if let Some(after) = after {
        all.resize(8 - after.len(), 0);
        all.extend(after);
    }
    let address = all.iter().fold(0u128, |address, group| (address << 16) | u128::from(*group));
    let mapped = u32::try_from(address & 0xFFFF_FFFF).ok().filter(|_| address >> 32 == 0xFFFF);
    Some(mapped.map_or(Address::V6(address), Address::V4))
}

fn groups(text: &str) -> Option<Vec<u16>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(':').map(group).collect()
}

fn group(text: &str) -> Option<u16> {
    let valid = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    let significant = text.trim_start_matches('0');
    if !valid || significant.len() > 4 {
        return None;
    }
    if significant.is_empty() { Some(0) } else { u16::from_str_radix(significant, 16).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_equal() {
        assert_eq!(Address::parse("10.0.0.1"), Address::parse("010.0.00.1"));
        assert_eq!(Address::parse("::1"), Address::parse("0:0:0:0:0:0:0:1"));
        assert_eq!(Address::parse("2001:DB8::"), Address::parse("2001:0db8:0:0:0:0:0:0"));
        assert_eq!(Address::parse("::ffff:a00:1"), Some(Address::V4(0x0A00_0001)));
    }

    #[test]
    fn other_texts_are_no_addresses() {
        for text in [
            "",
            "10.0.0",
            "10.0.0.256",
            "10.0.0.1.2",
            "a.b.c.d",
            "1:2:3",
            ":::",
            "1::2::3",
            "::g",
            "1:2:3:4:5:6:7:8::",
            "0000000010.0.0.1",
            ":1:2:3:4:5:6:7",
            "12345::",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_covers_its_addresses() {
        assert_eq!(Address::block("10.0.0.77/24"), Ok((Address::V4(0x0A00_0000), Address::V4(0x0A00_00FF))));
        assert_eq!(Address::block("0.0.0.0/0"), Ok((Address::V4(0), Address::V4(u32::MAX))));
        assert_eq!(Address::block("::/0"), Ok((Address::V6(0), Address::V6(u128::MAX))));
    }

    #[test]
    fn a_malformed_block_says_what_is_wrong() {
        let faults = [
            ("10.0.0.0", BlockFault::Slash),
            ("10.0.0.0/", BlockFault::Slash),
            ("10.0.0.0/8/8", BlockFault::Slash),
            ("10.0.0.0/x", BlockFault::Bits),
            ("10.0.0.0/99999999999", BlockFault::Bits),
            ("10.0.0.0/-1", BlockFault::Negative),
            ("10.0.0.0/32", BlockFault::Width),
            ("::/128", BlockFault::Width),
            ("10.0.0/8", BlockFault::Address),
        ];
        for (text, fault) in faults {
            assert_eq!(Address::block(text), Err(fault), "{text}");
        }
    }
}
