//! Query strings: names and values in order, strictly decoded.

use super::percent;

/// The pairs of a query string. A pair that isn't well encoded keeps its place with `None`, so that the reader can
/// name it.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (String, Option<String>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match decode(name) {
            Some(name) => (name, decode(value)),
            None => (name.to_owned(), None),
        }
    })
}

/// Forms write a blank as `+`.
fn decode(text: &str) -> Option<String> {
    percent::decode(&text.replace('+', " ")).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn pairs_come_in_order_and_decoded() {
        let found: Vec<_> = pairs("a=1&&b=x+y%2B&c&a=%C3%A4").collect();
        let expected = [("a", "1"), ("b", "x y+"), ("c", ""), ("a", "ä")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
    }

    #[test]
    fn a_broken_escape_is_kept_as_such() {
        let found: Vec<_> = pairs("a=%zz&%=1").collect();
        assert_eq!(found, [("a".to_owned(), None), ("%".to_owned(), None)]);
    }
}
