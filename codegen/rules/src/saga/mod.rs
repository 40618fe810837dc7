//! Rules about sagas. [`walk`] is what several of them share.

pub(crate) mod arms;
pub(crate) mod express;
pub(crate) mod idle_step;
pub(crate) mod payload;
pub(crate) mod personal;
pub(crate) mod pivot;
pub(crate) mod start;
pub(crate) mod times;
pub(crate) mod undoing;
pub(crate) mod undone;

mod walk;
