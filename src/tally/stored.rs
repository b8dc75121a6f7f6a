use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A tally that is written under a name and a version.
pub(crate) trait Format: Sized {
    /// The serialised form.
    type Body: Serialize + for<'de> Deserialize<'de>;
    /// The name in the file.
    const NAME: &'static str;
    /// Raised when the meaning of the body changes.
    const VERSION: u32;

    fn body(&self) -> Self::Body;

    /// Checks every invariant: the file may come from anywhere.
    fn from_body(body: Self::Body) -> Result<Self, String>;
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<B> {
    format: String,
    version: u32,
    body: B,
}

pub(crate) fn serialize<T: Format, S: Serializer>(tally: &T, serializer: S) -> Result<S::Ok, S::Error> {
    Envelope { format: T::NAME.to_string(), version: T::VERSION, body: tally.body() }.serialize(serializer)
}

pub(crate) fn deserialize<'de, T: Format, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let envelope = Envelope::<T::Body>::deserialize(deserializer)?;
    if envelope.format != T::NAME || envelope.version != T::VERSION {
        return Err(serde::de::Error::custom(format!(
            "expected a tally {} of version {}, found {} of version {}",
            T::NAME,
            T::VERSION,
            envelope.format,
            envelope.version
        )));
    }
    T::from_body(envelope.body).map_err(serde::de::Error::custom)
}

/// `Serialize` and `Deserialize` of a [`Format`].
macro_rules! stored {
    ($tally:ty) => {
        impl serde::Serialize for $tally {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::tally::stored::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $tally {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::tally::stored::deserialize(deserializer)
            }
        }
    };
}
pub(crate) use stored;
