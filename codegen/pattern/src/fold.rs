//! Equality without case, as the service has it: each character of the operand stands for its lower-case and its
//! upper-case form, whatever their length (`ß` also for `SS`), each taken on its own. That isn't symmetric:
//! the operand `ß` matches `SS`, the operand `SS` doesn't match `ß`.

use crate::test::escaped;

/// A compiled operand over a leaf's text, quotes included, so that only strings can match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fold {
    /// An operand of ASCII only: the usual comparison is exact.
    Ascii(Box<str>),
    /// The forms of each character.
    Forms(Vec<(Box<str>, Option<Box<str>>)>),
}

impl Fold {
    pub(crate) fn new(operand: &str) -> Self {
        if operand.is_ascii() {
            return Self::Ascii(operand.into());
        }
        let mut forms = Vec::new();
        for character in operand.chars() {
            if u32::from(character) > 0xFFFF {
                // The service folds UTF-16 units one by one, which turns each half of such a pair into `?`.
                forms.extend([("?".into(), None), ("?".into(), None)]);
                continue;
            }
            let lower: String = character.to_lowercase().collect();
            let upper: String = character.to_uppercase().collect();
            let other = (lower != upper).then(|| upper.into_boxed_str());
            forms.push((lower.into_boxed_str(), other));
        }
        Self::Forms(forms)
    }

    /// Whether it begins with a quote and goes on after it.
    pub(crate) fn is_opened(&self) -> bool {
        match self {
            Self::Ascii(operand) => operand.len() > 1 && operand.starts_with('"'),
            Self::Forms(forms) => forms.len() > 1 && forms.first().is_some_and(|(form, _)| &**form == "\""),
        }
    }

    /// Whether it ends with a quote that isn't its first character.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Ascii(operand) => operand.len() > 1 && operand.ends_with('"'),
            Self::Forms(forms) => forms.len() > 1 && forms.last().is_some_and(|(form, _)| &**form == "\""),
        }
    }

    /// A regular expression of what it stands for, without the quotes that open and close it.
    pub(crate) fn outline(&self, opened: bool, closed: bool) -> String {
        match self {
            Self::Ascii(operand) => {
                let inner = &operand[usize::from(opened)..operand.len() - usize::from(closed)];
                format!("(?i:{})", escaped(inner))
            }
            Self::Forms(forms) => {
                let form = |(lower, upper): &(Box<str>, Option<Box<str>>)| match upper {
                    None => escaped(lower),
                    Some(upper) => format!("(?:{}|{})", escaped(lower), escaped(upper)),
                };
                forms[usize::from(opened)..forms.len() - usize::from(closed)].iter().map(form).collect()
            }
        }
    }

    pub(crate) fn equals(&self, text: &str) -> bool {
        match self {
            Self::Ascii(operand) => operand.eq_ignore_ascii_case(text),
            Self::Forms(forms) => reach(forms, text).contains(&text.len()),
        }
    }

    pub(crate) fn starts(&self, text: &str) -> bool {
        match self {
            Self::Ascii(operand) => text
                .as_bytes()
                .get(..operand.len())
                .is_some_and(|head| operand.as_bytes().eq_ignore_ascii_case(head)),
            Self::Forms(forms) => !reach(forms, text).is_empty(),
        }
    }

    pub(crate) fn ends(&self, text: &str) -> bool {
        match self {
            Self::Ascii(operand) => text
                .len()
                .checked_sub(operand.len())
                .is_some_and(|start| operand.as_bytes().eq_ignore_ascii_case(&text.as_bytes()[start..])),
            Self::Forms(forms) => !reach_back(forms, text).is_empty(),
        }
    }
}

/// The byte offsets the operand can end at when it starts with the text. Carrying every offset keeps this linear
/// where forms differ in length.
fn reach(forms: &[(Box<str>, Option<Box<str>>)], text: &str) -> Vec<usize> {
    let mut offsets = vec![0];
    for (lower, upper) in forms {
        let mut next = Vec::new();
        for offset in offsets {
            for form in [Some(lower), upper.as_ref()].into_iter().flatten() {
                let end = offset + form.len();
                if text.as_bytes().get(offset..end) == Some(form.as_bytes()) && !next.contains(&end) {
                    next.push(end);
                }
            }
        }
        offsets = next;
    }
    offsets
}

fn reach_back(forms: &[(Box<str>, Option<Box<str>>)], text: &str) -> Vec<usize> {
    let mut offsets = vec![text.len()];
    for (lower, upper) in forms.iter().rev() {
        let mut next = Vec::new();
        for offset in offsets {
            for form in [Some(lower), upper.as_ref()].into_iter().flatten() {
                let Some(start) = offset.checked_sub(form.len()) else { continue };
                if text.as_bytes()[start..offset] == *form.as_bytes() && !next.contains(&start) {
                    next.push(start);
                }
            }
        }
        offsets = next;
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_matches_in_either_case() {
        assert!(Fold::new("Garage").equals("gARAGE") && !Fold::new("garage").equals("garages"));
        assert!(
            Fold::new("été").equals("ÉTÉ") && Fold::new("ét").starts("ÉTÉ") && Fold::new("TÉ").ends("été")
        );
    }

    #[test]
    fn forms_may_differ_in_length() {
        let fold = Fold::new("straße");
        assert!(fold.equals("STRASSE") && fold.equals("straße") && !fold.equals("strase"));
        assert!(!Fold::new("STRASSE").equals("straße"), "the relation isn't symmetric");
    }

    #[test]
    fn a_character_beyond_the_basic_plane_becomes_two_question_marks() {
        assert!(!Fold::new("😀é").equals("😀é") && Fold::new("😀é").equals("??É"));
    }

    #[test]
    fn a_text_cut_inside_a_character_is_no_match() {
        assert!(!Fold::new("a").ends("é") && !Fold::new("aaa").starts("é"));
    }
}
