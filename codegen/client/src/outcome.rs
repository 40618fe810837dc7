//! What an operation declares to answer.

use crate::answer::Answer;
use crate::error::{Declared, Error};

/// How the answers of an operation are read; generated for each.
pub trait Outcomes {
    /// What a success is.
    type Ok;
    /// What a declared failure is.
    type Error: Declared;

    /// Reads an answer.
    ///
    /// # Errors
    /// What the answer says, or what is wrong with it.
    fn read(answer: Answer) -> Result<Self::Ok, Error<Self::Error>>;
}
