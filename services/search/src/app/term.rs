//! Words as they are searched for: lower case, without accents and signs.

use commerce_model::types::{Term, TermStart};
use icu_normalizer::DecomposingNormalizerBorrowed;

/// Longest term; what is longer is cut.
const LONGEST: usize = 30;

/// Shortest term: one letter finds everything.
const SHORTEST: usize = 2;

/// The words of a text, each once, in their order.
pub(crate) fn terms(text: &str) -> Vec<Term> {
    // Accents become characters of their own, which are no letters.
    let plain = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let plain: String = plain.to_lowercase().chars().filter(|it| !is_mark(*it)).collect();
    let mut terms: Vec<Term> = Vec::new();
    for word in plain.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let word: String = word.chars().take(LONGEST).collect();
        if word.len() < SHORTEST {
            continue;
        }
        if let Some(term) = Term::new(word.as_str()).ok().filter(|term| !terms.contains(term)) {
            terms.push(term);
        }
    }
    terms
}

/// The first two characters of a term.
pub(crate) fn start(term: &Term) -> TermStart {
    let start: String = term.as_str().chars().take(SHORTEST).collect();
    TermStart::new(start.as_str()).expect("a term has two characters at least, and those of a start")
}

/// The last of all terms that begin with this one.
pub(crate) fn last(term: &Term) -> Term {
    let last = format!("{:z<LONGEST$}", term.as_str());
    Term::new(last.as_str()).unwrap_or_else(|_| term.clone())
}

/// Combining marks: what an accent becomes.
fn is_mark(letter: char) -> bool {
    matches!(u32::from(letter), 0x300..=0x36f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        terms(text).iter().map(|it| it.as_str().to_owned()).collect()
    }

    #[test]
    fn words_lose_case_accents_and_signs() {
        assert_eq!(words("Théière «Émile», 30 cl"), ["theiere", "emile", "30", "cl"]);
        assert_eq!(words("MUG-BLUE mug"), ["mug", "blue"]);
        assert_eq!(words("a ﬁne pot"), ["fine", "pot"]);
        assert_eq!(words("日本 !"), [""; 0]);
        assert_eq!(words(&"x".repeat(50))[0].len(), 30);
    }

    #[test]
    fn terms_that_begin_alike_lie_between_the_first_and_the_last() {
        let mug = &terms("mug")[0];
        assert_eq!(start(mug).as_str(), "mu");
        assert!(last(mug).as_str() > "mugwump" && last(mug).as_str() < "muh");
        assert!(last(&terms(&"z".repeat(30))[0]).as_str().len() == 30);
    }
}
