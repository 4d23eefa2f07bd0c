//! JSON out: objects and arrays written in order, commas and escapes included.
//!
//! ```text
//!   Json::of(&[("shape", &[3, 1]), ("error", &None::<&str>)])            {"shape":[3,1],"error":null}
//!   Json::object(|o| o.field("shape", &[3, 1]))                          the same one field at a time
//! ```
//!
//! Numbers are written so that they read back as the same bits; nan and inf, which JSON does not have, are strings.
//! Reading JSON is in `formats/json.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::kernel::scalar::Value;

/// A value that can be written as JSON.
pub(crate) trait ToJson {
    fn to_json(&self, out: &mut String);
}

/// The fields of an object.
pub(crate) struct Json {
    out: String,
}

impl Json {
    /// An object of the fields that `fill` adds.
    pub(crate) fn object(fill: impl FnOnce(&mut Json)) -> Raw {
        let mut json = Json { out: String::from("{") };
        fill(&mut json);
        json.out.push('}');
        Raw(json.out)
    }

    /// An object of these fields.
    pub(crate) fn of(fields: &[(&str, &dyn ToJson)]) -> Raw {
        Json::object(|o| fields.iter().for_each(|(name, value)| o.field(name, value)))
    }

    /// One more field.
    pub(crate) fn field(&mut self, name: &str, value: impl ToJson) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        name.to_json(&mut self.out);
        self.out.push(':');
        value.to_json(&mut self.out);
    }
}

/// JSON already.
#[derive(Clone, Debug)]
pub(crate) struct Raw(pub(crate) String);

impl ToJson for Raw {
    fn to_json(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

impl<J: ToJson + ?Sized> ToJson for &J {
    fn to_json(&self, out: &mut String) {
        (**self).to_json(out);
    }
}

impl<J: ToJson> ToJson for Option<J> {
    fn to_json(&self, out: &mut String) {
        match self {
            Some(value) => value.to_json(out),
            None => out.push_str("null"),
        }
    }
}

impl<J: ToJson> ToJson for [J] {
    fn to_json(&self, out: &mut String) {
        out.push('[');
        for (i, value) in self.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            value.to_json(out);
        }
        out.push(']');
    }
}

impl<J: ToJson> ToJson for Vec<J> {
    fn to_json(&self, out: &mut String) {
        self[..].to_json(out);
    }
}

impl<J: ToJson, const N: usize> ToJson for [J; N] {
    fn to_json(&self, out: &mut String) {
        self[..].to_json(out);
    }
}

impl ToJson for str {
    fn to_json(&self, out: &mut String) {
        out.push('"');
        for c in self.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                '\0'..' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
                _ => out.push(c),
            }
        }
        out.push('"');
    }
}

impl ToJson for String {
    fn to_json(&self, out: &mut String) {
        self[..].to_json(out);
    }
}

impl ToJson for f64 {
    fn to_json(&self, out: &mut String) {
        if self.is_finite() { out.push_str(&format!("{self:?}")) } else { format!("{self}").to_json(out) }
    }
}

macro_rules! plain {
    ($($type:ty)*) => {$(
        impl ToJson for $type {
            fn to_json(&self, out: &mut String) {
                out.push_str(&format!("{self}"));
            }
        }
    )*};
}

plain!(bool usize isize i64 u64 u128);

impl ToJson for Value {
    fn to_json(&self, out: &mut String) {
        match *self {
            Value::Bool(x) => x.to_json(out),
            Value::Int(x) => x.to_json(out),
            Value::UInt(x) => x.to_json(out),
            // The shortest digits that read back as the same float32.
            Value::F32(x) if x.is_finite() => out.push_str(&format!("{x:?}")),
            Value::F32(x) => f64::from(x).to_json(out),
            Value::F64(x) => x.to_json(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind() {
        let json = Json::of(&[
            ("text", &"a \"b\" \\ \n\u{1}"),
            ("list", &[1_usize, 2]),
            ("none", &None::<f64>),
            ("floats", &alloc::vec![0.1, -0.0, 1e300, f64::NAN, f64::NEG_INFINITY]),
            ("inner", &Json::of(&[])),
            ("yes", &true),
        ]);
        assert_eq!(
            json.0,
            r#"{"text":"a \"b\" \\ \n\u0001","list":[1,2],"none":null,"floats":[0.1,-0.0,1e300,"NaN","-inf"],"inner":{},"yes":true}"#
        );
    }
}
