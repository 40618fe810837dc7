//! What every generated operation has in common.

/// A call of one operation: its struct, its sending, and what any call can be told.
///
/// `keyed` adds the setter of the idempotency key.
#[macro_export]
macro_rules! request {
    ($(#[$meta:meta])* pub struct $name:ident; keyed) => {
        $crate::request! { $(#[$meta])* pub struct $name; }

        impl $name {
            /// The `Idempotency-Key`, instead of one that the client makes up: the same key again gives the same
            /// answer and does nothing else.
            #[inline]
            pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
                self.call = self.call.idempotency_key(key);
                self
            }
        }
    };
    ($(#[$meta:meta])* pub struct $name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent until `send()`"]
        pub struct $name {
            call: $crate::Call,
        }

        impl $name {
            /// Sends the call.
            ///
            /// # Errors
            /// What the server says, or why there is no answer.
            #[inline]
            pub fn send(self) -> $crate::Sending<Self> {
                self.call.send()
            }

            /// Longest time for this call with all its tries.
            #[inline]
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.call = self.call.timeout(timeout);
                self
            }

            /// A header beside those of the contract.
            #[inline]
            pub fn raw_header(mut self, name: &str, value: &str) -> Self {
                self.call = self.call.raw_header(name, value);
                self
            }
        }
    };
}

/// The declared failures of an operation: one variant per status and media type, read by those.
///
/// ```
/// stipule_client::failures! {
///     /// How `returnLoan` fails.
///     pub enum ReturnLoanError {
///         /// There is no such loan.
///         404 => NotFound(stipule_client::Empty),
///         /// Something else is wrong with the request.
///         400..=499 => ClientError(stipule_client::Empty),
///     }
/// }
/// ```
#[macro_export]
macro_rules! failures {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$docs:meta])* $status:pat $(if $($media:literal)|+)? => $variant:ident($body:ty),)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$docs])* $variant($crate::Reply<$body>),)*
        }

        impl $name {
            #[inline]
            fn read(answer: $crate::Answer) -> $crate::Error<Self> {
                match answer.status() {
                    $($status $(if $(answer.is($media))||+)? => match answer.failure() {
                        Ok(reply) => $crate::Error::Api(Self::$variant(reply)),
                        Err(misfit) => $crate::Error::Misfit(misfit),
                    },)*
                    #[allow(unreachable_patterns, reason = "a contract may declare all statuses there are")]
                    _ => $crate::Error::Undeclared(answer.undeclared()),
                }
            }
        }

        impl $crate::Declared for $name {
            #[inline]
            fn meta(&self) -> &$crate::Meta {
                match *self {
                    $(Self::$variant(ref reply) => reply.meta(),)*
                }
            }
        }
    };
}
