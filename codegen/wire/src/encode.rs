//! Writing objects: absent properties are left out.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::json::Json;
use crate::patch::Patch;

/// Begins an object.
///
/// # Errors
/// Those of the serializer.
pub fn write_object<S: Serializer>(serializer: S) -> Result<ObjectWriter<S::SerializeMap>, S::Error> {
    Ok(ObjectWriter { map: serializer.serialize_map(None)? })
}

/// An object while it is written, property by property.
#[derive(Debug)]
pub struct ObjectWriter<M> {
    map: M,
}

impl<M: SerializeMap> ObjectWriter<M> {
    /// A property that is always there; `None` is `null`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        self.map.serialize_entry(name, value)
    }

    /// A property that is left out when there is no value.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn optional<T: Serialize>(&mut self, name: &'static str, value: &Option<T>) -> Result<(), M::Error> {
        match value {
            Some(value) => self.map.serialize_entry(name, value),
            None => Ok(()),
        }
    }

    /// A property that is left out, `null`, or has a value.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn patch<T: Serialize>(&mut self, name: &'static str, value: &Patch<T>) -> Result<(), M::Error> {
        match value {
            Patch::Absent => Ok(()),
            Patch::Null => self.map.serialize_entry(name, &()),
            Patch::Value(value) => self.map.serialize_entry(name, value),
        }
    }

    /// Properties beyond the declared ones.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn rest<'r, K, T>(&mut self, rest: impl IntoIterator<Item = (&'r K, &'r T)>) -> Result<(), M::Error>
    where
        K: Serialize + 'r,
        T: Serialize + 'r,
    {
        rest.into_iter().try_for_each(|(name, value)| self.map.serialize_entry(name, value))
    }

    /// Ends the object.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn end(self) -> Result<M::Ok, M::Error> {
        self.map.end()
    }
}

/// Writes a variant of a tagged union whose own type doesn't hold the tag: the tag first, then its properties.
///
/// # Errors
/// Those of the serializer; when the variant isn't written as an object.
pub fn write_tagged<S, T>(
    serializer: S,
    property: &'static str,
    tag: &str,
    variant: &T,
) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    T: Serialize + ?Sized,
{
    let json = Json::of(variant).map_err(crate::json::refuse)?;
    let Json::Object(object) = json else {
        return Err(crate::json::refuse(format_args!(
            "a variant told apart by `{property}` must be an object"
        )));
    };
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry(property, tag)?;
    for (name, value) in object.iter().filter(|(name, _)| *name != property) {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
