//! What the macros of [`newtype`](crate::text_newtype) are put together from.

/// What limited types around text have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __limited_text {
    ($name:ident, $base:ty, $($limit:ident: $value:expr),*) => {
        impl $name {
            /// What it is limited to.
            pub const LIMITS: $crate::TextLimits = $crate::TextLimits::NONE$(.$limit($value))*;

            /// The value, if it is within the limits.
            ///
            /// # Errors
            /// The first limit that it breaks.
            pub fn new(value: impl ::core::convert::Into<$base>) -> ::core::result::Result<Self, $crate::Fault> {
                let value = value.into();
                Self::LIMITS.check(Self::pattern(), &$crate::Plain::to_text(&value))?;
                ::core::result::Result::Ok(Self(value))
            }

            fn pattern() -> &'static $crate::Pattern {
                static PATTERN: $crate::Pattern = $crate::Pattern::new($name::LIMITS.pattern);
                &PATTERN
            }
        }

        impl $crate::Plain for $name {
            fn from_text(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                Self::LIMITS.check(Self::pattern(), text)?;
                <$base as $crate::Plain>::from_text(text).map(Self)
            }

            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                $crate::Plain::to_text(&self.0)
            }
        }

        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                let text = d.text(json)?;
                let within = Self::LIMITS.decode(Self::pattern(), text, d);
                let value = d.check(<$base as $crate::Plain>::from_text(text));
                within.and(value).map(Self)
            }
        }

        impl ::core::convert::TryFrom<$base> for $name {
            type Error = $crate::Fault;

            fn try_from(value: $base) -> ::core::result::Result<Self, $crate::Fault> {
                Self::new(value)
            }
        }

        $crate::__text!($name, $base);
    };
}

/// What unlimited types around text have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __unlimited_text {
    ($name:ident, $base:ty) => {
        impl $name {
            /// The value under its own name.
            pub fn new(value: impl ::core::convert::Into<$base>) -> Self {
                Self(value.into())
            }
        }

        impl $crate::Plain for $name {
            fn from_text(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                <$base as $crate::Plain>::from_text(text).map(Self)
            }

            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                $crate::Plain::to_text(&self.0)
            }
        }

        impl $crate::Decode for $name {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> ::core::option::Option<Self> {
                <$base as $crate::Decode>::decode(json, d).map(Self)
            }
        }

        impl ::core::convert::From<$base> for $name {
            fn from(value: $base) -> Self {
                Self(value)
            }
        }

        $crate::__text!($name, $base);
    };
}

/// What all types around text have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __text {
    ($name:ident, $base:ty) => {
        impl $name {
            /// The value.
            pub fn get(&self) -> &$base {
                &self.0
            }

            /// The value, without its name.
            pub fn into_inner(self) -> $base {
                self.0
            }
        }

        impl ::core::convert::From<$name> for $base {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::Fault;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                $crate::Plain::from_text(text)
            }
        }

        impl ::core::convert::TryFrom<&str> for $name {
            type Error = $crate::Fault;

            fn try_from(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                $crate::Plain::from_text(text)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&$crate::Plain::to_text(&self.0))
            }
        }

        $crate::serde_through_decode!($name);
    };
}

/// What may be shown, is.
#[doc(hidden)]
#[macro_export]
macro_rules! __shown_text {
    ($name:ident, $base:ty) => {
        impl ::std::ops::Deref for $name {
            type Target = $base;

            fn deref(&self) -> &$base {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&$crate::Plain::to_text(&self.0))
            }
        }
    };
}

/// What is personal, isn't.
#[doc(hidden)]
#[macro_export]
macro_rules! __hidden {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&$crate::Redacted).finish()
            }
        }
    };
}

/// What all types around numbers have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __number {
    ($name:ident, $base:ty) => {
        impl $name {
            /// The value.
            pub const fn get(self) -> $base {
                self.0
            }
        }

        impl $crate::Plain for $name {
            fn from_text(text: &str) -> ::core::result::Result<Self, $crate::Fault> {
                Self::new(<$base as $crate::Plain>::from_text(text)?)
            }

            fn to_text(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Owned(self.0.to_string())
            }
        }

        impl ::core::convert::From<$name> for $base {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl ::core::convert::TryFrom<$base> for $name {
            type Error = $crate::Fault;

            fn try_from(value: $base) -> ::core::result::Result<Self, $crate::Fault> {
                Self::new(value)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        $crate::serde_through_decode!($name);
    };
}
