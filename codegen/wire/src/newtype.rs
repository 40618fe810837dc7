//! Types with a name of their own around a scalar: what the contract limits can't be built wrong.

/// A type around text: `String` with limits, or a scalar like [`Uuid`](crate::Uuid) with or without.
///
/// ```
/// stipule_wire::text_newtype! {
///     /// Where a book stands.
///     pub struct ShelfMark(String) { min: 1, max: 12, pattern: "^[A-Z]+-[0-9]+$" }
/// }
/// stipule_wire::text_newtype! {
///     /// Names a loan.
///     #[derive(Copy)]
///     pub struct LoanId(stipule_wire::Uuid);
/// }
///
/// assert_eq!(ShelfMark::new("QA-76").unwrap().to_string(), "QA-76");
/// assert_eq!(ShelfMark::new("qa").unwrap_err().to_string(), "must match `^[A-Z]+-[0-9]+$`");
/// assert_eq!(LoanId::new(stipule_wire::Uuid::NIL).as_bytes(), &[0; 16]);
/// ```
///
/// Limits hold for the text as it stands in JSON.
#[macro_export]
macro_rules! text_newtype {
    ($(#[$meta:meta])* pub struct $name:ident($base:ty) { $($limit:ident: $value:expr),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($base);

        $crate::__limited_text!($name, $base, $($limit: $value),*);
        $crate::__shown_text!($name, $base);
    };
    ($(#[$meta:meta])* pub struct $name:ident($base:ty);) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($base);

        $crate::__unlimited_text!($name, $base);
        $crate::__shown_text!($name, $base);
    };
}

/// As [`text_newtype!`](crate::text_newtype), for personal data: `Debug` shows nothing, and there is no `Display`, so
/// that no log can hold it by accident. `get` gives the value to whoever means to have it.
///
/// ```
/// stipule_wire::personal_newtype! {
///     /// What a reader is called.
///     pub struct ReaderName(String) { min: 1, max: 80 }
/// }
///
/// let name = ReaderName::new("Ada").unwrap();
/// assert_eq!(format!("{name:?}"), "ReaderName(redacted)");
/// assert_eq!(name.get(), "Ada");
/// ```
#[macro_export]
macro_rules! personal_newtype {
    ($(#[$meta:meta])* pub struct $name:ident($base:ty) { $($limit:ident: $value:expr),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($base);

        $crate::__limited_text!($name, $base, $($limit: $value),*);
        $crate::__hidden!($name);
    };
    ($(#[$meta:meta])* pub struct $name:ident($base:ty);) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($base);

        $crate::__unlimited_text!($name, $base);
        $crate::__hidden!($name);
    };
}

/// A type around an integer, `i64` or `i32`, with limits or without.
///
/// ```
/// stipule_wire::integer_newtype! {
///     /// Cents of a fine, in steps of five.
///     pub struct Fine(i64) { min: 0, max: 10_000, multiple_of: 5 }
/// }
///
/// assert_eq!(Fine::new(25).unwrap().get(), 25);
/// assert_eq!(Fine::new(-5).unwrap_err().to_string(), "must be from 0 to 10000");
/// assert_eq!(Fine::new(7).unwrap_err().to_string(), "must be a multiple of 5");
/// ```
#[macro_export]
macro_rules! integer_newtype {
    ($(#[$meta:meta])* pub struct $name:ident($base:ty) { $($limit:ident: $value:expr),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($base);

        impl $name {
            /// What it is limited to.
            pub const LIMITS: $crate::IntegerLimits = $crate::IntegerLimits::NONE$(.$limit($value))*;

            /// The value, if it is within the limits.
            ///
            /// # Errors
            /// The first limit that it breaks.
            pub fn new(value: $base) -> ::core::result::Result<Self, $crate::Fault> {
                Self::LIMITS.check(i64::from(value)).map(|()| Self(value))
            }
        }

        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                let value = <$base as $crate::Decode>::decode(json, d)?;
                Self::LIMITS.decode(i64::from(value), d).map(|()| Self(value))
            }
        }

        $crate::__number!($name, $base);
    };
}

/// A type around a finite double, with limits or without. Zero is never negative.
///
/// ```
/// stipule_wire::number_newtype! {
///     /// Kilograms.
///     pub struct Weight(f64) { above: 0.0, max: 30.0, multiple_of: "0.1" }
/// }
///
/// assert_eq!(Weight::new(0.3).unwrap().get(), 0.3);
/// assert_eq!(Weight::new(0.0).unwrap_err().to_string(), "must be above 0 and at most 30");
/// ```
#[macro_export]
macro_rules! number_newtype {
    ($(#[$meta:meta])* pub struct $name:ident(f64) { $($limit:ident: $value:expr),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name(f64);

        impl $name {
            /// What it is limited to.
            pub const LIMITS: $crate::NumberLimits = $crate::NumberLimits::NONE$(.$limit($value))*;

            /// The value, if it is finite and within the limits.
            ///
            /// # Errors
            /// The first limit that it breaks.
            pub fn new(value: f64) -> ::core::result::Result<Self, $crate::Fault> {
                // Adding zero makes a negative zero positive.
                Self::LIMITS.check(value).map(|()| Self(value + 0.0))
            }
        }

        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                let value = <f64 as $crate::Decode>::decode(json, d)?;
                Self::LIMITS.decode(value, d).map(|()| Self(value + 0.0))
            }
        }

        // Finite and without a negative zero, doubles are totally ordered and equal when their bits are.
        impl ::core::cmp::Eq for $name {}

        impl ::core::cmp::PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::std::cmp::Ordering> {
                ::core::option::Option::Some(self.cmp(other))
            }
        }

        impl ::core::cmp::Ord for $name {
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                self.0.total_cmp(&other.0)
            }
        }

        impl ::std::hash::Hash for $name {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.0.to_bits().hash(state);
            }
        }

        $crate::__number!($name, f64);
    };
}
