//! What somebody probably meant who wrote a name that doesn't exist.

/// The valid name nearest to `wrong`, if one is near enough to be a slip of the finger.
pub fn nearest<'v>(wrong: &str, valid: impl IntoIterator<Item = &'v str>) -> Option<&'v str> {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', '.', ' '], "");
    let wrong = plain(wrong);
    valid
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &plain(name)), name))
        .filter(|(distance, name)| *distance * 3 <= wrong.chars().count().max(name.chars().count()))
        .min()
        .map(|(_, name)| name)
}

/// Words of help for a name that doesn't exist: the nearest valid one, or all of them while they are few.
pub fn help(wrong: &str, valid: &[&str]) -> String {
    if let Some(near) = nearest(wrong, valid.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    let mut names: Vec<String> = valid.iter().map(|name| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    match names.len() {
        0 => "there is none".to_owned(),
        1 => format!("the only valid one is {}", names[0]),
        2..=16 => format!("valid are {}", names.join(", ")),
        many => format!("valid are {} and {} more", names[..16].join(", "), many - 16),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        for (wrong, expected) in [
            ("tittle", Some("title")),
            ("MaxLength", Some("max_length")),
            ("attemts", Some("attempts")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, ["title", "max_length", "attempts"]), expected, "{wrong}");
        }
    }

    #[test]
    fn without_a_near_name_all_are_listed_in_order() {
        assert_eq!(help("zzz", &["b", "a", "b"]), "valid are `a`, `b`");
        assert_eq!(help("zzz", &[]), "there is none");
    }
}
