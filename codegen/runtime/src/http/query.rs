//! Query strings: names in order, strictly decoded; values as they were sent, because only their style tells what in
//! them is a separator.

use stipule_wire::percent;

/// The pairs of a query string. A name that isn't well encoded stays as it is: no operation declares it.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent::decode_query(name).unwrap_or_else(|| name.to_owned()), value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn pairs_come_in_order_with_their_names_decoded() {
        let found: Vec<_> = pairs("a=1&&b=x+y%2B&c&%61=%C3%A4&%=%zz").collect();
        let expected = [("a", "1"), ("b", "x+y%2B"), ("c", ""), ("a", "%C3%A4"), ("%", "%zz")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
