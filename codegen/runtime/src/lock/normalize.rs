//! What is done to unique values before they are compared.

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// A step of normalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// Without white space (Unicode) at both ends.
    Trim,
    /// Lower case (Unicode, without regard to a language).
    Lowercase,
    /// Unicode normalisation form C: one form for what looks and means the same.
    Nfc,
    /// Unicode normalisation form KC: also one form for compatibility characters (`ﬁ` is `fi`).
    Nfkc,
    /// What differs in case or compatibility forms alone becomes equal: Unicode's compatibility caseless match,
    /// definition D146 of the core specification, section 3.13.
    Casefold,
}

/// The value after all steps, in order.
pub fn normalized(value: &str, steps: &[Normalize]) -> String {
    steps.iter().fold(value.to_owned(), |value, step| match step {
        Normalize::Trim => value.trim().to_owned(),
        Normalize::Lowercase => value.to_lowercase(),
        Normalize::Nfc => ComposingNormalizerBorrowed::new_nfc().normalize(&value).into_owned(),
        Normalize::Nfkc => nfkc(&value),
        Normalize::Casefold => {
            let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&value);
            nfkc(&fold(&nfkc(&fold(&decomposed))))
        }
    })
}

fn nfkc(value: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(value).into_owned()
}

fn fold(value: &str) -> String {
    CaseMapper::new().fold_string(value).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn casefolded(value: &str) -> String {
        normalized(value, &[Normalize::Casefold])
    }

    #[test]
    fn steps_are_done_in_order() {
        assert_eq!(normalized("  Ada\u{a0}", &[Normalize::Trim, Normalize::Lowercase]), "ada");
        assert_eq!(normalized("A\u{308}", &[Normalize::Nfc]), "Ä");
        assert_eq!(normalized("ﬁ\u{2460}", &[Normalize::Nfkc]), "fi1");
        assert_eq!(normalized("  x ", &[]), "  x ");
        // `İ` is `i` with a dot above after lower-casing: the dot stays without composition.
        assert_eq!(normalized("\u{130}", &[Normalize::Lowercase]), "i\u{307}");
    }

    #[test]
    fn what_differs_in_case_or_compatibility_forms_alone_is_equal() {
        for (one, other) in [
            ("STRASSE", "straße"),
            ("ΜΆΪΟΣ", "μάϊος"),
            ("μ", "µ"),
            ("Å", "Å"),
            ("ＡＤＡ", "ada"),
            ("ǆ", "ǅ"),
            ("ſ", "S"),
            ("\u{345}", "ι"),
            ("é", "E\u{301}"),
            ("ﬃ", "FFI"),
        ] {
            assert_eq!(casefolded(one), casefolded(other), "{one} and {other}");
        }
        for (one, other) in [("a", "ä"), ("i", "ı"), ("o", "0"), ("ß", "s")] {
            assert_ne!(casefolded(one), casefolded(other), "{one} and {other}");
        }
    }

    #[test]
    fn what_is_normal_stays_as_it_is() {
        for value in ["ΜΆΪΟΣ", "\u{345}\u{301}", "ﬃ", "Å", "\u{1e9e}", "ᾼ", "\u{3f4}", "Ĳ"] {
            let once = casefolded(value);
            assert_eq!(casefolded(&once), once, "{value}");
        }
    }
}
