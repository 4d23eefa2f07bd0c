//! Enough of JSON to read what `explain` writes; anything else is a panic, which fails the test.

use std::ops::Index;

use nptensor::{DType, Element, Value};

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    /// As it stands, so that no digit is lost.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The one value that a text holds.
    pub fn parse(text: &str) -> Json {
        let mut rest = text;
        let value = value(&mut rest);
        assert_eq!(rest, "", "after the value");
        value
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(list) => list,
            other => panic!("{other:?} is no list"),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    pub fn number<T: std::str::FromStr>(&self) -> T {
        match self {
            Json::Number(text) => text.parse().unwrap_or_else(|_| panic!("{text} is another number")),
            other => panic!("{other:?} is no number"),
        }
    }

    /// An element of a tensor, to the bit.
    pub fn element<T: Element>(&self) -> T {
        let Json::Number(text) = self else {
            return T::from_value(Value::F64(self.text().parse().unwrap()));
        };
        T::from_value(match T::DTYPE {
            DType::F32 => Value::F32(text.parse().unwrap()),
            DType::F64 => Value::F64(text.parse().unwrap()),
            DType::U64 => Value::UInt(text.parse().unwrap()),
            _ => Value::Int(text.parse().unwrap()),
        })
    }

    /// Elements in a row.
    pub fn elements<T: Element>(&self) -> Vec<T> {
        self.list().iter().map(Json::element).collect()
    }

    pub fn numbers<T: std::str::FromStr>(&self) -> Vec<T> {
        self.list().iter().map(Json::number).collect()
    }
}

impl Index<&str> for Json {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        match self {
            Json::Object(fields) => {
                &fields.iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no {name}")).1
            }
            other => panic!("{other:?} has no fields"),
        }
    }
}

fn takes(rest: &mut &str, word: &str) -> bool {
    let after = rest.strip_prefix(word);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

fn value(rest: &mut &str) -> Json {
    if takes(rest, "null") {
        Json::Null
    } else if takes(rest, "true") {
        Json::Bool(true)
    } else if takes(rest, "false") {
        Json::Bool(false)
    } else if rest.starts_with('"') {
        Json::Text(text(rest))
    } else if takes(rest, "[") {
        Json::List(items(rest, "]", value))
    } else if takes(rest, "{") {
        Json::Object(items(rest, "}", |rest| {
            let name = text(rest);
            assert!(takes(rest, ":"), "{rest}");
            (name, value(rest))
        }))
    } else {
        let end = rest.find(|c: char| !"+-.eE0123456789".contains(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        assert!(number.parse::<f64>().is_ok(), "{rest}");
        *rest = after;
        Json::Number(number.into())
    }
}

fn items<V>(rest: &mut &str, end: &str, item: impl Fn(&mut &str) -> V) -> Vec<V> {
    let mut list = Vec::new();
    if takes(rest, end) {
        return list;
    }
    loop {
        list.push(item(rest));
        if takes(rest, end) {
            return list;
        }
        assert!(takes(rest, ","), "{rest}");
    }
}

fn text(rest: &mut &str) -> String {
    assert!(takes(rest, "\""), "{rest}");
    let mut out = String::new();
    loop {
        let c = rest.chars().next().expect("an open text");
        *rest = &rest[c.len_utf8()..];
        match c {
            '"' => return out,
            '\\' => {
                let c = rest.chars().next().unwrap();
                *rest = &rest[1..];
                match c {
                    'n' => out.push('\n'),
                    'u' => {
                        out.push(char::from_u32(u32::from_str_radix(&rest[..4], 16).unwrap()).unwrap());
                        *rest = &rest[4..];
                    }
                    c => out.push(c),
                }
            }
            ' '.. => out.push(c),
            _ => panic!("{c:?} in a text"),
        }
    }
}
