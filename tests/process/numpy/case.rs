//! One line of `golden/numpy_cases.txt` as values: operation, parameters, operands and NumPy's answer.
//!
//! ```text
//!   sum|axis=0;keepdims=1|f64[2,3]1,2,3,4,5,6>T|~f64[1,2]6,15~6,15
//!   name  parameters       operand: data, views   answer
//! ```
//!
//! The format is described at the head of `golden/numpy_cases.py`. A line that does not parse panics: the file is ours. Read next: `compare.rs`.

use nptensor::{DType, Element, Result, Scalar, Tensor, Value};

/// Every element type.
const DTYPES: [(&str, DType); 11] = [
    ("bool", DType::Bool),
    ("i8", DType::I8),
    ("i16", DType::I16),
    ("i32", DType::I32),
    ("i64", DType::I64),
    ("u8", DType::U8),
    ("u16", DType::U16),
    ("u32", DType::U32),
    ("u64", DType::U64),
    ("f32", DType::F32),
    ("f64", DType::F64),
];

/// One case.
pub(crate) struct Case<'a> {
    pub(crate) name: &'a str,
    params: Vec<(&'a str, &'a str)>,
    pub(crate) operands: Vec<Operand<'a>>,
    pub(crate) answer: Answer<'a>,
}

/// An array and the views taken of it.
pub(crate) struct Operand<'a> {
    pub(crate) array: Array,
    steps: Vec<&'a str>,
}

/// Type, shape and elements in C order; the strides where they were written down.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub(crate) dtype: DType,
    pub(crate) shape: Vec<usize>,
    pub(crate) strides: Option<Vec<isize>>,
    pub(crate) values: Vec<Value>,
}

/// What NumPy makes of it.
#[derive(Debug)]
pub(crate) enum Answer<'a> {
    /// These elements.
    Exact(Array),
    /// These elements but for rounding, and for each the sum of absolute values that its terms had.
    Rough(Array, Vec<f64>),
    /// This error.
    Error(&'a str),
}

impl<'a> Case<'a> {
    pub(crate) fn parse(line: &'a str) -> Self {
        let fields: Vec<&str> = line.split('|').collect();
        let [name, params, operands @ .., answer] = &fields[..] else { panic!("a case has three fields or more") };
        Case {
            name,
            params: params.split(';').filter_map(|pair| pair.split_once('=')).collect(),
            operands: operands.iter().map(|text| Operand::parse(text)).collect(),
            answer: Answer::parse(answer),
        }
    }

    /// The parameter as text.
    pub(crate) fn text(&self, key: &str) -> &'a str {
        let found = self.params.iter().find(|(name, _)| *name == key);
        found.unwrap_or_else(|| panic!("{} has no parameter {key}", self.name)).1
    }

    /// The parameter as a number; `None` for `none`.
    pub(crate) fn number(&self, key: &str) -> Option<isize> {
        let text = self.text(key);
        (text != "none").then(|| text.parse().expect(text))
    }

    /// The parameter as a list of numbers.
    pub(crate) fn list(&self, key: &str) -> Vec<isize> {
        numbers(self.text(key))
    }

    /// The parameter as a list of numbers; `None` for `none`.
    pub(crate) fn list_or_none(&self, key: &str) -> Option<Vec<isize>> {
        (self.text(key) != "none").then(|| self.list(key))
    }

    /// The parameter as a shape.
    pub(crate) fn shape(&self, key: &str) -> Vec<usize> {
        numbers(self.text(key))
    }

    /// The parameter as an element.
    pub(crate) fn value<T: Element>(&self, key: &str) -> T {
        T::from_value(value(T::DTYPE, self.text(key)))
    }

    /// The parameter as a type.
    pub(crate) fn dtype(&self, key: &str) -> DType {
        dtype(self.text(key))
    }

    /// Operand `i`, in its layout.
    pub(crate) fn tensor<T: Element>(&self, i: usize) -> Tensor<T> {
        let operand = &self.operands[i];
        let made = operand.array.tensor::<T>();
        operand.steps.iter().fold(made, |t, text| step(&t, text).unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    /// All operands.
    pub(crate) fn tensors<T: Element>(&self) -> Vec<Tensor<T>> {
        (0..self.operands.len()).map(|i| self.tensor(i)).collect()
    }
}

fn step<T: Element>(t: &Tensor<T>, text: &str) -> Result<Tensor<T>> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    match name {
        "T" => Ok(t.t()),
        "transpose" => t.transpose(&numbers(rest)),
        "flip" => t.flip(&numbers(rest)),
        "broadcast" => t.broadcast_to(&numbers(rest)),
        "slice" => t.slice(rest),
        "expand" => t.expand_dims(numbers(rest)[0]),
        "squeeze" => t.squeeze_axis(numbers(rest)[0]),
        "reshape" => t.reshape(&numbers::<isize>(rest)),
        _ => panic!("unknown view {name}"),
    }
}

impl<'a> Operand<'a> {
    /// The shape after all views.
    pub(crate) fn shape(&self) -> Vec<usize> {
        let start = Tensor::<bool>::zeros(&self.array.shape).expect("a shape that holds data");
        let end = self.steps.iter().fold(start, |t, text| step(&t, text).expect(text));
        end.shape().to_vec()
    }

    fn parse(text: &'a str) -> Self {
        let mut parts = text.split('>');
        let array = Array::parse(parts.next().unwrap_or(""));
        Operand { array, steps: parts.collect() }
    }
}

impl Array {
    fn parse(text: &str) -> Self {
        Array::with_values_of(text, None)
    }

    /// `f64[2,3]{3,1}1,2,3,4,5,6`; the values as another type than the one named, where they are a reference for it.
    fn with_values_of(text: &str, values: Option<DType>) -> Self {
        let (name, rest) = text.split_once('[').expect(text);
        let (shape, rest) = rest.split_once(']').expect(text);
        let (strides, data) = match rest.strip_prefix('{') {
            Some(rest) => rest.split_once('}').map(|(strides, data)| (Some(numbers(strides)), data)).expect(text),
            None => (None, rest),
        };
        let dtype = dtype(name);
        let values = split(data).map(|item| value(values.unwrap_or(dtype), item)).collect();
        Array { dtype, shape: numbers(shape), strides, values }
    }

    /// What a tensor holds.
    pub(crate) fn of<T: Element>(t: &Tensor<T>) -> Self {
        Array {
            dtype: t.dtype(),
            shape: t.shape().to_vec(),
            strides: Some(t.strides().to_vec()),
            values: t.iter().map(Scalar::value).collect(),
        }
    }

    /// One value without axes.
    pub(crate) fn scalar<T: Element>(x: T) -> Self {
        Array::of(&Tensor::from(x))
    }

    fn tensor<T: Element>(&self) -> Tensor<T> {
        assert_eq!(self.dtype, T::DTYPE, "the operation takes another type");
        let data = self.values.iter().map(|&x| T::from_value(x)).collect();
        Tensor::from_vec(data, &self.shape).expect("data and shape agree")
    }
}

impl<'a> Answer<'a> {
    fn parse(text: &'a str) -> Self {
        match text.split_at(1) {
            ("=", rest) => Answer::Exact(Array::parse(rest)),
            ("!", rest) => Answer::Error(rest),
            ("~", rest) => {
                let (array, scales) = rest.split_once('~').expect(text);
                let array = Array::with_values_of(array, Some(DType::F64));
                let mut scales: Vec<f64> = split(scales).map(|item| item.parse().expect(item)).collect();
                if scales.is_empty() {
                    scales = vec![0.0; array.values.len()];
                }
                Answer::Rough(array, scales)
            }
            _ => panic!("unknown answer {text}"),
        }
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|item| !item.is_empty())
}

fn numbers<N: core::str::FromStr<Err: core::fmt::Debug>>(text: &str) -> Vec<N> {
    split(text).map(|item| item.parse().expect(item)).collect()
}

/// The list of shapes in `[2,3][3]`.
pub(crate) fn shapes(text: &str) -> Vec<Vec<usize>> {
    text.split(']').filter_map(|shape| shape.strip_prefix('[')).map(numbers).collect()
}

fn dtype(name: &str) -> DType {
    DTYPES.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("unknown type {name}")).1
}

fn value(dtype: DType, text: &str) -> Value {
    match dtype {
        DType::Bool => Value::Bool(text == "1"),
        DType::F32 => Value::F32(text.parse().expect(text)),
        DType::F64 => Value::F64(text.parse().expect(text)),
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => Value::UInt(text.parse().expect(text)),
        DType::I8 | DType::I16 | DType::I32 | DType::I64 => Value::Int(text.parse().expect(text)),
        other => unreachable!("{other}"),
    }
}
