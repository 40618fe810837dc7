//! One and many in English, as far as names of collections need it.

/// `line` → `lines`, `copy` → `copies`, `box` → `boxes`.
pub(super) fn plural(word: &str) -> String {
    let vowel_before = |at: usize| {
        let before = word.len().checked_sub(at + 1).map(|from| &word[from..=from]);
        before.is_some_and(|letter| "aeiou".contains(letter))
    };
    if word.ends_with('y') && !vowel_before(1) {
        format!("{}ies", &word[..word.len() - 1])
    } else if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// `lines` → `line`, `copies` → `copy`, `boxes` → `box`; what doesn't look like many stays.
pub(super) fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "zes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_owned();
    }
    word.strip_suffix('s').filter(|stem| !stem.is_empty()).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many_lead_back_to_each_other() {
        for (one, many) in [
            ("line", "lines"),
            ("copy", "copies"),
            ("day", "days"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("address", "addresses"),
            ("movie_s", "movie_ses"),
        ] {
            assert_eq!(plural(one), many);
            if !one.ends_with('s') || one.ends_with("ss") {
                assert_eq!(singular(many), one);
            }
        }
    }

    #[test]
    fn what_is_not_many_stays() {
        for word in ["stock", "status", "analysis", "glass", "s", "é"] {
            assert_eq!(singular(word), word);
        }
    }
}
