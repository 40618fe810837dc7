//! What every error of a write has beside its own variants.

/// Gives the error of a write what all of them have: a failure of the store, the contract's words for each variant,
/// and what it means in a handler of events. There, a write that was denied is tried again, since the next try sees
/// what denied this one; a handler that knows better matches the variant.
///
/// ```
/// # use stipule_runtime::StoreFailure;
/// #[derive(Clone, Debug, PartialEq, Eq)]
/// pub enum LendError {
///     Conflict,
///     NoCopyLeft { index: usize },
///     Failed(StoreFailure),
/// }
///
/// stipule_runtime::write_error!(LendError, Failed, {
///     Conflict => "the member was changed meanwhile",
///     NoCopyLeft { index } => "no copy left (element {index} of the list)",
/// });
///
/// assert_eq!(LendError::NoCopyLeft { index: 1 }.to_string(), "no copy left (element 1 of the list)");
/// ```
#[macro_export]
macro_rules! write_error {
    ($name:ident, $failed:ident) => {
        $crate::write_error!($name, $failed, {});
    };
    ($name:ident, $failed:ident, { $($variant:ident $({ $index:ident })? => $words:literal,)* }) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant $({ $index })? => ::std::write!(f, $words),)*
                    Self::$failed(failure) => ::std::fmt::Display::fmt(failure, f),
                }
            }
        }

        impl ::std::error::Error for $name {}

        impl ::std::convert::From<$crate::StoreFailure> for $name {
            fn from(failure: $crate::StoreFailure) -> Self {
                Self::$failed(failure)
            }
        }

        impl ::std::convert::From<$name> for $crate::Failure {
            fn from(error: $name) -> Self {
                match error {
                    $name::$failed(failure) => failure.into(),
                    denied => $crate::Failure::retry(denied),
                }
            }
        }
    };
}
