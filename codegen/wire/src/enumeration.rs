//! Sets of values as enums: closed where we accept, open where we read.

/// A closed set of texts.
///
/// ```
/// stipule_wire::closed_enum! {
///     /// What became of a loan.
///     pub enum LoanState {
///         /// The reader has it.
///         Lent = "lent",
///         Returned = "returned",
///     }
/// }
///
/// assert_eq!(LoanState::Lent.as_str(), "lent");
/// assert_eq!("returned".parse(), Ok(LoanState::Returned));
/// assert_eq!("lost".parse::<LoanState>().unwrap_err().to_string(), "must be one of `lent`, `returned`");
/// assert_eq!(LoanState::ALL, [LoanState::Lent, LoanState::Returned]);
/// ```
#[macro_export]
macro_rules! closed_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$docs:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$docs])* $variant),+
        }

        impl $name {
            /// All values, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its place in the order of the contract, from 0.
            pub const fn rank(self) -> usize {
                self as usize
            }

            /// The value as it stands in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl $crate::Plain for $name {
            fn from_text(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                match text {
                    $($text => ::core::result::Result::Ok(Self::$variant),)+
                    _ => Err($crate::Fault::not_listed(&[$($text),+])),
                }
            }

            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        $crate::__text_enum!($name);
    };
}

/// A set of texts that may grow: values that it doesn't know yet are kept. The last line names their variant.
///
/// ```
/// stipule_wire::open_enum! {
///     /// What became of a loan.
///     pub enum LoanState {
///         Lent = "lent",
///         Returned = "returned",
///         ..Unknown
///     }
/// }
///
/// let state: LoanState = "lost".parse().unwrap();
/// assert_eq!(state, LoanState::Unknown("lost".into()));
/// assert_eq!(state.as_str(), "lost");
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$docs:meta])* $variant:ident = $text:literal,)* ..$unknown:ident }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$docs])* $variant,)*
            /// A value that this version of the contract doesn't know.
            $unknown(::std::string::String),
        }

        impl $name {
            /// The value as it stands in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::$unknown(text) => text,
                }
            }
        }

        impl $crate::Plain for $name {
            /// Never fails. A known value is never held as an unknown one.
            fn from_text(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                ::core::result::Result::Ok(match text {
                    $($text => Self::$variant,)*
                    other => Self::$unknown(other.to_owned()),
                })
            }

            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        $crate::__text_enum!($name);
    };
}

/// A set of texts that both sides share: a server takes only those listed, a reader in open posture keeps others. The
/// last line names their variant.
///
/// ```
/// stipule_wire::shared_enum! {
///     /// What became of a loan.
///     pub enum LoanState {
///         Lent = "lent",
///         Returned = "returned",
///         ..Unknown
///     }
/// }
///
/// use stipule_wire::{Json, Posture, decode};
/// assert_eq!(decode(&Json::from("lost"), Posture::Open), Ok(LoanState::Unknown("lost".into())));
/// assert!(decode::<LoanState>(&Json::from("lost"), Posture::Closed).is_err());
/// ```
#[macro_export]
macro_rules! shared_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$docs:meta])* $variant:ident = $text:literal,)* ..$unknown:ident }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$docs])* $variant,)*
            /// A value that the document doesn't list.
            $unknown(::std::string::String),
        }

        impl $name {
            const TEXTS: &'static [&'static str] = &[$($text),*];
            const VALUES: &'static [Self] = &[$(Self::$variant),*];

            /// The value as it stands in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::$unknown(text) => text,
                }
            }
        }

        impl $crate::Plain for $name {
            /// Never fails. A known value is never held as an unknown one.
            fn from_text(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                ::core::result::Result::Ok(match $crate::place_in(Self::TEXTS, text) {
                    ::core::option::Option::Some(place) => Self::VALUES[place].clone(),
                    ::core::option::Option::None => Self::$unknown(text.to_owned()),
                })
            }

            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(match d.member(json, Self::TEXTS)? {
                    $crate::Member::Listed(place) => Self::VALUES[place].clone(),
                    $crate::Member::Other(text) => Self::$unknown(text),
                })
            }
        }

        $crate::__shown_enum!($name);
    };
}

/// A set of integers, of booleans, or of values of different types that both sides share: a server takes only those
/// listed, a reader in open posture keeps others.
///
/// ```
/// stipule_wire::shared_literals! {
///     /// How many weeks a loan may last.
///     pub enum Weeks {
///         Two = 2,
///         Unlimited = "unlimited",
///         ..Unknown
///     }
/// }
///
/// use stipule_wire::{Json, Posture, decode};
/// assert_eq!(decode(&Json::from(2), Posture::Closed), Ok(Weeks::Two));
/// assert_eq!(decode(&Json::from(3), Posture::Open), Ok(Weeks::Unknown(Json::from(3))));
/// ```
#[macro_export]
macro_rules! shared_literals {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$docs:meta])* $variant:ident = $value:expr,)* ..$unknown:ident }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$docs])* $variant,)*
            /// A value that the document doesn't list.
            $unknown($crate::Any),
        }

        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                d.shared_literals(json, &[$(($crate::Literal::from($value), Self::$variant)),*], Self::$unknown)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant => $crate::serde::Serialize::serialize(&$crate::Literal::from($value), serializer),)*
                    Self::$unknown(other) => $crate::serde::Serialize::serialize(other, serializer),
                }
            }
        }

        $crate::serde_through_decode!($name);
    };
}

/// A closed set of integers, of booleans, or of values of different types.
///
/// ```
/// stipule_wire::literal_enum! {
///     /// How many weeks a loan may last.
///     pub enum Weeks {
///         Two = 2,
///         Four = 4,
///         Unlimited = "unlimited",
///     }
/// }
///
/// assert_eq!(Weeks::Two.literal(), stipule_wire::Literal::Integer(2));
/// ```
#[macro_export]
macro_rules! literal_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$docs:meta])* $variant:ident = $value:expr),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$docs])* $variant),+
        }

        impl $name {
            /// All values, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its place in the order of the contract, from 0.
            pub const fn rank(self) -> usize {
                self as usize
            }

            /// The value as it stands in JSON.
            pub fn literal(self) -> $crate::Literal {
                match self {
                    $(Self::$variant => $crate::Literal::from($value)),+
                }
            }
        }

        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                d.closed_enum(json, &[$(($crate::Literal::from($value), Self::$variant)),+])
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&self.literal(), serializer)
            }
        }

        $crate::serde_through_decode!($name);
    };
}

/// What enums of texts have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __text_enum {
    ($name:ident) => {
        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                let text = d.text(json)?;
                d.check($crate::Plain::from_text(text))
            }
        }

        $crate::__shown_enum!($name);
    };
}

/// How enums of texts are shown, written and parsed.
#[doc(hidden)]
#[macro_export]
macro_rules! __shown_enum {
    ($name:ident) => {
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::serde_through_decode!($name);

        impl ::std::str::FromStr for $name {
            type Err = $crate::Fault;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                $crate::Plain::from_text(text)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
