//! Contracts may call their types what the prelude calls its own: macros don't stumble over it.

#![allow(dead_code, reason = "the names are what is tested")]

mod obstacles {
    stipule_wire::text_newtype! {
        /// A type called as the prelude's.
        pub struct Option(std::string::String) { max: 3, pattern: "^a" }
    }
    stipule_wire::text_newtype! {
        /// A type called as the prelude's.
        pub struct Result(stipule_wire::Uuid);
    }
    stipule_wire::personal_newtype! {
        /// A type called as the prelude's.
        pub struct String(stipule_wire::Email);
    }
    stipule_wire::integer_newtype! {
        /// A type called as the prelude's.
        pub struct Into(i64) { min: 0 }
    }
    stipule_wire::number_newtype! {
        /// A type called as the prelude's.
        pub struct From(f64) { min: 0.0 }
    }
    stipule_wire::closed_enum! {
        /// Variants called as the prelude's.
        pub enum TryFrom { Some = "some", None = "none", Ok = "ok", Err = "err" }
    }
    stipule_wire::open_enum! {
        /// Variants called as the prelude's, and one that is called as the unknown one usually is.
        pub enum Ord { Some = "some", Unknown = "unknown", ..Unrecognised }
    }
    stipule_wire::literal_enum! {
        /// Variants called as the prelude's.
        pub enum Eq { Some = 1, None = -2, Ok = true }
    }
    /// A type called as the prelude's.
    struct Some;
    /// A type called as the prelude's.
    struct Ok;
    /// A type called as the prelude's.
    struct Decode;
}

#[test]
fn types_with_names_of_the_prelude_work() {
    assert_eq!("abc".parse::<obstacles::Option>().map(|text| text.to_string()), Ok("abc".to_owned()));
    assert_eq!("ok".parse(), Ok(obstacles::TryFrom::Ok));
    assert_eq!("unknown".parse(), Ok(obstacles::Ord::Unknown));
    assert_eq!("new".parse(), Ok(obstacles::Ord::Unrecognised("new".into())));
    assert_eq!(serde_json::from_str::<obstacles::Eq>("-2").ok(), Some(obstacles::Eq::None));
    assert_eq!(serde_json::to_string(&obstacles::Eq::Ok).ok().as_deref(), Some("true"));
}
