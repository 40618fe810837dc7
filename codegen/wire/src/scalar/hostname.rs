//! Names of hosts, as e-mail addresses need them.

/// Whether it is a name of a host (RFC 1123), where a label of the form `xn--…` decodes to letters, marks and digits.
pub(super) fn is_hostname(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let shape = (1..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-');
    // Hyphens in the third and fourth place are for encoded labels alone (RFC 5891, 4.2.3.1).
    match label.get(2..4) {
        Some("--") => shape && label.strip_prefix("xn--").is_some_and(is_encoded),
        _ => shape,
    }
}

/// Whether the rest of an `xn--` label stands for a label of letters, marks and digits that doesn't begin with a mark.
/// Code points that IDNA allows in some contexts only (joiners, middle dots, …) are refused.
fn is_encoded(label: &str) -> bool {
    decode(label).is_some_and(|decoded| {
        let ascii = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let plain = |c: &char| ascii(*c) || c.is_alphanumeric() && !c.is_ascii();
        !decoded.is_empty() && decoded.iter().all(plain)
    })
}

/// Parameters of Punycode (RFC 3492, section 5).
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;

/// Punycode (RFC 3492, section 6.2).
fn decode(label: &str) -> Option<Vec<char>> {
    let (plain, encoded) = match label.rsplit_once('-') {
        Some((plain, encoded)) if !plain.is_empty() => (plain, encoded),
        _ => ("", label),
    };
    let mut output: Vec<char> = plain.chars().collect();
    let (mut code, mut bias, mut index) = (128u32, 72u32, 0u32);
    let mut bytes = encoded.bytes();
    while bytes.len() > 0 {
        let before = index;
        let mut weight = 1u32;
        let mut k = BASE;
        loop {
            let digit = digit(bytes.next()?)?;
            index = index.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(output.len()).ok()? + 1;
        bias = adapt(index - before, count, before == 0);
        code = code.checked_add(index / count)?;
        index %= count;
        output.insert(usize::try_from(index).ok()?, char::from_u32(code)?);
        index += 1;
    }
    Some(output)
}

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::is_hostname;

    #[test]
    fn plain_and_encoded_names_are_told_from_nonsense() {
        for name in ["a", "example.com", "1.2.3", "xn--bcher-kva.example", "xn--mnchen-3ya.de", "a-b.c--d"] {
            assert!(is_hostname(name), "{name}");
        }
        for name in ["", ".", "a.", ".a", "-a", "a-", "a_b", "ab--c", "xn--", "xn--\u{e9}", "é.fr"] {
            assert!(!is_hostname(name), "{name}");
        }
        assert!(!is_hostname(&["a".repeat(64), "b".into()].join(".")));
        assert!(!is_hostname(&vec!["a"; 127].join(".").replace('a', "aa")));
    }
}
