//! Places in the order of keys, as bytes: the inside of a cursor.

use crate::item::{Attr, Item};

/// Where one query goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// From the first item.
    Start,
    /// After the item with these key attributes.
    After(Item),
    /// Nowhere: it is through, and this was the last item that it gave, if it gave any.
    End(Option<Item>),
}

/// What is known of every place of a query without a word.
pub(super) struct Known {
    /// The names of the key attributes, in their order.
    pub(super) attributes: Vec<&'static str>,
    /// The attributes of the partition that all items are in; none for a scan.
    pub(super) partition: Vec<(&'static str, Attr)>,
}

const START: u8 = 0;
const AFTER: u8 = 1;
const END: u8 = 2;
const END_AFTER: u8 = 3;

const TEXT: u8 = b'S';
const NUMBER: u8 = b'N';
const BYTES: u8 = b'B';

impl Place {
    /// Appends the place: its kind, then each attribute with its kind and length. `None` when it isn't one of a key.
    pub(super) fn write_to(&self, out: &mut Vec<u8>, known: &Known) -> Option<()> {
        let key = match self {
            Self::Start => {
                out.push(START);
                return Some(());
            }
            Self::End(None) => {
                out.push(END);
                return Some(());
            }
            Self::After(key) => {
                out.push(AFTER);
                key
            }
            Self::End(Some(key)) => {
                out.push(END_AFTER);
                key
            }
        };
        for name in known.unsaid() {
            let (kind, value) = match key.get(name)? {
                Attr::S(text) => (TEXT, text.as_bytes()),
                Attr::N(number) => (NUMBER, number.as_bytes()),
                Attr::B(bytes) => (BYTES, bytes.as_slice()),
                _ => return None,
            };
            out.push(kind);
            out.extend(u16::try_from(value.len()).ok()?.to_be_bytes());
            out.extend(value);
        }
        Some(())
    }

    /// Takes a place off the front of `rest`; `None` when there is none.
    pub(super) fn read_from(rest: &mut &[u8], known: &Known) -> Option<Self> {
        let kind = take(rest, 1)?[0];
        match kind {
            START => return Some(Self::Start),
            END => return Some(Self::End(None)),
            AFTER | END_AFTER => {}
            _ => return None,
        }
        let mut key = Item::new();
        for (name, value) in &known.partition {
            key.insert(*name, value.clone());
        }
        for name in known.unsaid() {
            let kind = take(rest, 1)?[0];
            let length = take(rest, 2)?;
            let value = take(rest, usize::from(u16::from_be_bytes([length[0], length[1]])))?;
            let text = || String::from_utf8(value.to_vec()).ok();
            let value = match kind {
                TEXT => Attr::S(text()?),
                NUMBER => Attr::N(text()?),
                BYTES => Attr::B(value.to_vec()),
                _ => return None,
            };
            key.insert(name, value);
        }
        Some(if kind == AFTER { Self::After(key) } else { Self::End(Some(key)) })
    }
}

impl Place {
    /// The key of the last item that the query gave.
    pub(super) fn last(&self) -> Option<&Item> {
        match self {
            Self::After(key) | Self::End(Some(key)) => Some(key),
            Self::Start | Self::End(None) => None,
        }
    }
}

impl Known {
    /// The attributes that a place has to say.
    fn unsaid(&self) -> impl Iterator<Item = &'static str> {
        self.attributes.iter().copied().filter(|name| self.partition.iter().all(|(known, _)| known != name))
    }
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}
