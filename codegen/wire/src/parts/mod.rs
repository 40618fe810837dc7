//! Bodies of several parts: `multipart/form-data` (RFC 7578).

mod read;
mod write;

pub use read::{PartsReader, parse};
pub use write::{Multipart, PartsWriter};

/// A body of several parts; generated for each that a contract describes.
pub trait Parts: Sized {
    /// Writes every part that is there.
    fn write(&self, out: &mut PartsWriter);

    /// Reads the parts, telling the reader everything that is wrong with them.
    fn read(from: &mut PartsReader<'_>) -> Option<Self>;
}
