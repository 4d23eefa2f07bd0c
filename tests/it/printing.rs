//! `{}` and `{:?}` against NumPy 2.4.6, character for character.
//!
//! `golden/printing.txt` holds arrays and what NumPy prints for them; `golden/printing.py` says how a line reads, and writes the file.
//! Another file of that kind is compared when its path is in the environment as `NPTENSOR_GOLDEN_PRINTING`.

use nptensor::{Element, Tensor};

/// One line of the file.
struct Case<'a> {
    dtype: &'a str,
    shape: Vec<usize>,
    how: &'a str,
    precision: usize,
    values: Vec<&'a str>,
    str: String,
    repr: String,
}

impl<'a> Case<'a> {
    fn parse(line: &'a str) -> Self {
        let fields: Vec<&str> = line.split('|').collect();
        let &[dtype, shape, how, precision, values, str, repr] = &fields[..] else { panic!("seven fields: {line}") };
        Case {
            dtype,
            shape: shape.split(',').filter(|n| !n.is_empty()).map(|n| n.parse().unwrap()).collect(),
            how,
            precision: precision.parse().unwrap(),
            values: values.split_whitespace().collect(),
            str: str.replace("\\n", "\n"),
            repr: repr.replace("\\n", "\n"),
        }
    }

    fn tensor<T: Element>(&self, value: fn(&str) -> T) -> Tensor<T> {
        let values: Vec<T> = self.values.iter().map(|text| value(text)).collect();
        if self.how == "b" {
            return Tensor::from(values).broadcast_to(&self.shape).unwrap();
        }
        let size = self.shape.iter().product();
        let values: Vec<T> = values.iter().copied().cycle().take(size).collect();
        if self.how == "t" {
            let reversed: Vec<usize> = self.shape.iter().rev().copied().collect();
            return Tensor::from_vec(values, &reversed).unwrap().t();
        }
        Tensor::from_vec(values, &self.shape).unwrap()
    }

    /// What this crate prints: str and repr.
    fn printed<T: Element>(&self, value: fn(&str) -> T) -> [String; 2] {
        let (t, n) = (self.tensor(value), self.precision);
        // 8 is what printing without a precision has to give.
        if n == 8 { [format!("{t}"), format!("{t:?}")] } else { [format!("{t:.n$}"), format!("{t:.n$?}")] }
    }

    fn compare(&self) -> Result<(), String> {
        let printed = match self.dtype {
            "bool" => self.printed(|text| text == "1"),
            "int8" => self.printed(|text| text.parse::<i8>().unwrap()),
            "int16" => self.printed(|text| text.parse::<i16>().unwrap()),
            "int32" => self.printed(|text| text.parse::<i32>().unwrap()),
            "int64" => self.printed(|text| text.parse::<i64>().unwrap()),
            "uint8" => self.printed(|text| text.parse::<u8>().unwrap()),
            "uint16" => self.printed(|text| text.parse::<u16>().unwrap()),
            "uint32" => self.printed(|text| text.parse::<u32>().unwrap()),
            "uint64" => self.printed(|text| text.parse::<u64>().unwrap()),
            "float32" => self.printed(|text| f32::from_bits(u32::from_str_radix(text, 16).unwrap())),
            "float64" => self.printed(|text| f64::from_bits(u64::from_str_radix(text, 16).unwrap())),
            other => panic!("no such type: {other}"),
        };
        for (ours, numpys) in printed.iter().zip([&self.str, &self.repr]) {
            if ours != numpys {
                let Case { dtype, shape, precision, .. } = self;
                return Err(format!("{dtype} {shape:?} precision {precision}\nnumpy\n{numpys}\nhere\n{ours}\n"));
            }
        }
        Ok(())
    }
}

/// Compares every line; the number of lines.
fn compare_all(text: &str) -> usize {
    let errors: Vec<String> = text.lines().filter_map(|line| Case::parse(line).compare().err()).collect();
    let shown: String = errors.iter().take(10).map(String::as_str).collect();
    assert!(errors.is_empty(), "{} of {} differ\n{shown}", errors.len(), text.lines().count());
    text.lines().count()
}

#[test]
fn golden() {
    assert!(compare_all(include_str!("../golden/printing.txt")) > 4000);
}

#[test]
fn golden_elsewhere() {
    if let Ok(path) = std::env::var("NPTENSOR_GOLDEN_PRINTING") {
        let lines = compare_all(&std::fs::read_to_string(&path).unwrap());
        println!("{lines} arrays from {path}: no difference");
    }
}

#[test]
fn well_known() {
    let t = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    let cases = [
        (t.to_string(), "[[1. 2.]\n [3. 4.]]"),
        (format!("{t:?}"), "array([[1., 2.],\n       [3., 4.]])"),
        (format!("{t:#?}"), "array([[1., 2.],\n       [3., 4.]])"),
        (Tensor::from([true, false]).to_string(), "[ True False]"),
        (format!("{:?}", Tensor::from(true)), "array(True)"),
        (Tensor::from([0.1, 0.001]).to_string(), "[0.1   0.001]"),
        (Tensor::from([0.1, 1000.0]).to_string(), "[1.e-01 1.e+03]"),
        (Tensor::from([0.31682708115, 0.69627908954]).to_string(), "[0.31682708 0.69627909]"),
        (Tensor::from([0.3_f32, 2.9, 4.0]).to_string(), "[0.3 2.9 4. ]"),
        (Tensor::from([1e-5_f32, 1.2345678e-5]).to_string(), "[9.9999997e-06 1.2345678e-05]"),
        (Tensor::from([f64::NAN, -f64::INFINITY, -0.0]).to_string(), "[ nan -inf  -0.]"),
        (Tensor::from(1.0_f32).to_string(), "1.0"),
        (Tensor::from(i64::MIN).to_string(), "-9223372036854775808"),
        (Tensor::from(u64::MAX).to_string(), "18446744073709551615"),
        (Tensor::from(1e16).to_string(), "1e+16"),
        (Tensor::from(9999999999999998.0).to_string(), "9999999999999998.0"),
        // As a double it is below 0.0001.
        (Tensor::from(1e-4_f32).to_string(), "1e-04"),
        (Tensor::from(999999.0_f32).to_string(), "999999.0"),
        (Tensor::from(1e6_f32).to_string(), "1e+06"),
        (format!("{:?}", Tensor::from(1.0_f32)), "array(1., dtype=float32)"),
        (format!("{:?}", Tensor::from([1_u8])), "array([1], dtype=uint8)"),
        (format!("{:?}", Tensor::<f64>::zeros(&[0]).unwrap()), "array([], dtype=float64)"),
        (format!("{:?}", Tensor::<i64>::zeros(&[2, 0]).unwrap()), "array([], shape=(2, 0), dtype=int64)"),
        (format!("{:.2}", Tensor::from([2.0 / 3.0, 0.5])), "[0.67 0.5 ]"),
    ];
    for (printed, text) in cases {
        assert_eq!(printed, text);
    }
}

/// `{:#}` is NumPy's str with the highest threshold; `{:#?}` and a debugger's `{:?}` stay short.
#[test]
fn all_elements() {
    let t = Tensor::arange(1000.0, 2200.0, 0.5).unwrap().reshape(&[40, 60]).unwrap();
    let all = format!("{t:#}");
    let first = "[[1000.  1000.5 1001.  1001.5 1002.  1002.5 1003.  1003.5 1004.  1004.5\n";
    assert!(all.starts_with(first), "{all}");
    assert!(all.ends_with("2195.  2195.5 2196.  2196.5 2197.  2197.5 2198.  2198.5 2199.  2199.5]]"), "{all}");
    assert_eq!((all.len(), all.lines().count()), (17320, 240));
    assert_eq!(format!("{t:#?}"), format!("{t:?}"));
    assert!(format!("{t}").contains("..."));
    assert_eq!(format!("{:#}", Tensor::from([0.5, 2.0])), "[0.5 2. ]");
    assert_eq!(format!("{:#.1}", Tensor::from([2.0 / 3.0])), "[0.7]");
    assert_eq!(format!("{:#}", Tensor::from(1.5)), "1.5");
}

/// Only what is shown is read, and nothing is collected: otherwise these would never end.
#[cfg(target_pointer_width = "64")]
#[test]
fn stretched_beyond_memory() {
    let one = Tensor::from([1_i64]);
    let row = one.broadcast_to(&[1 << 40]).unwrap();
    assert_eq!(row.to_string(), "[1 1 1 ... 1 1 1]");
    assert_eq!(format!("{row:#}"), row.to_string());
    assert_eq!(format!("{row:?}"), "array([1, 1, 1, ..., 1, 1, 1], shape=(1099511627776,))");
    let plane = Tensor::from(0.5_f32).broadcast_to(&[1 << 31, 1 << 31]).unwrap();
    assert!(
        format!("{plane:?}")
            .ends_with("[0.5, 0.5, 0.5, ..., 0.5, 0.5, 0.5]],\n      shape=(2147483648, 2147483648), dtype=float32)")
    );
    // No axis is long enough to be abridged: NumPy runs out of memory here.
    let cube = one.broadcast_to(&[2; 40]).unwrap();
    assert_eq!(cube.to_string(), "[...]");
    assert!(format!("{cube:?}").starts_with("array([...],\n      shape=(2, 2, "));
    // Sizes that would overflow, but for the empty axis.
    let empty = Tensor::<f64>::zeros(&[0]).unwrap().broadcast_to(&[1 << 62, 0]).unwrap();
    assert_eq!(format!("{empty:?}"), "array([], shape=(4611686018427387904, 0), dtype=float64)");
}

#[test]
fn as_many_axes_as_there_can_be() {
    let t = Tensor::from(7_i64).broadcast_to(&[1; 64]).unwrap();
    assert_eq!(t.to_string(), format!("{}7{}", "[".repeat(64), "]".repeat(64)));
    // The 64 brackets leave less room than one element needs: each gets its line.
    let pair = Tensor::from([1_i64, 2]).broadcast_to(&[[1; 63].as_slice(), &[2]].concat()).unwrap();
    assert_eq!(pair.to_string(), format!("{}1\n{}2{}", "[".repeat(64), " ".repeat(64), "]".repeat(64)));
}
