//! Paths of requests.

/// A path from its template and the values of its parameters, escaped; `Err` with the parameter that has none, or one
/// that no path can hold.
pub(crate) fn path(template: &str, values: &[(&'static str, String)]) -> Result<String, String> {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        literal(before, &mut path);
        rest = after;
        let value = values.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
        let alone = path.ends_with('/') && (rest.is_empty() || rest.starts_with('/'));
        // Without a value the segment would vanish or mean another one.
        let Some(value) = value.filter(|value| !alone || !(value.is_empty() || is_dots(value))) else {
            return Err(name.to_owned());
        };
        path.push_str(value);
    }
    literal(rest, &mut path);
    // Values side by side may come to it as well.
    match path.split('/').any(is_dots) {
        true => Err(values.first().map_or_else(String::new, |(name, _)| (*name).to_owned())),
        false => Ok(path),
    }
}

/// Fixed text of a path; what can't stand in one as it is, is escaped.
fn literal(text: &str, path: &mut String) {
    for letter in text.chars() {
        if letter.is_ascii_graphic() && !"\"<>\\^`{|}".contains(letter) {
            path.push(letter);
        } else {
            stipule_wire::percent::encode(letter.encode_utf8(&mut [0; 4]), path);
        }
    }
}

/// Whether a path segment would mean another folder: `.` and `..` can't be escaped, every server resolves them.
fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}
