//! References between schemas (RFC 3986, section 5.2).

/// `reference` without its fragment, relative to `base`.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    let reference = reference.split('#').next().unwrap_or_default();
    if reference.is_empty() {
        return base.to_owned();
    }
    if scheme(reference).is_some() {
        return reference.to_owned();
    }
    let Some(name) = scheme(base) else { return reference.to_owned() };
    let rest = &base[name.len() + 1..];
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (format!("//{}", &rest[..end]), &rest[end..])
        }
        None => (String::new(), rest),
    };
    if reference.starts_with("//") {
        return format!("{name}:{reference}");
    }
    let path = path.split('?').next().unwrap_or_default();
    let whole = match reference.strip_prefix('/') {
        Some(absolute) => format!("/{absolute}"),
        None => match path.rfind('/') {
            Some(end) => format!("{}/{reference}", &path[..end]),
            None => format!("/{reference}"),
        },
    };
    format!("{name}:{authority}{}", without_dots(&whole))
}

/// The scheme of an absolute address.
fn scheme(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(':')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    (plain && name.starts_with(|first: char| first.is_ascii_alphabetic())).then_some(name)
}

fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn references_are_relative_to_the_folder_of_their_base() {
        let base = "http://example.com/a/b.json";
        for (reference, expected) in [
            ("c.json#/x", "http://example.com/a/c.json"),
            ("../c.json", "http://example.com/c.json"),
            ("/c.json", "http://example.com/c.json"),
            ("#x", base),
            ("urn:x:y#z", "urn:x:y"),
            ("//other.org/c", "http://other.org/c"),
        ] {
            assert_eq!(resolve(base, reference), expected);
        }
        assert_eq!(resolve("http://example.com", "c"), "http://example.com/c");
    }
}
