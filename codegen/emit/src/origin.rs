//! Where a generated file comes from.

use stipule_ir::{Contract, Span};

/// The contract file that holds a place, for the header of what is generated from it.
pub(crate) fn origin<'c>(contract: &'c Contract, span: &Span) -> &'c str {
    contract.files.get(span.file.0 as usize).map_or("contracts", String::as_str)
}

/// What holds several places: one file, or the folder that their files have in common.
pub(crate) fn origin_of_all<'c, 's>(
    contract: &'c Contract,
    spans: impl Iterator<Item = &'s Span>,
) -> &'c str {
    let mut files = spans.map(|span| origin(contract, span));
    let first = files.next().unwrap_or("contracts");
    files.fold(first, |common, file| if common == file { common } else { shared_folder(common, file) })
}

/// The longest folder that begins both.
fn shared_folder<'c>(one: &'c str, other: &str) -> &'c str {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    // A folder that is all of the shorter one counts whole.
    let whole = (same == one.len() && other.as_bytes().get(same) == Some(&b'/')).then_some(same);
    whole.or_else(|| one[..same].rfind('/')).map_or("contracts", |end| &one[..end])
}

#[cfg(test)]
mod tests {
    use super::shared_folder;

    #[test]
    fn files_share_a_folder() {
        assert_eq!(shared_folder("contracts/types/a.yaml", "contracts/types/ab.yaml"), "contracts/types");
        assert_eq!(shared_folder("contracts/types", "contracts/types/b.yaml"), "contracts/types");
        assert_eq!(shared_folder("contracts/types", "contracts/events/b.yaml"), "contracts");
        assert_eq!(shared_folder("a", "b"), "contracts");
    }
}
