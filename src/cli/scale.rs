//! The scale of the inputs, column by column: what was taken from the data before training, and is asked for.
//!
//! ```text
//!   (x - mean) / std      --mean 0.1307 --std 0.3081             one number for all columns
//!                         --mean 5.8,3.0 --std scale.npz:std     or one for each, also as an array in a file
//! ```
//!
//! Nothing is estimated from the rows: a row alone would then get other outputs than in its file. `convert` makes it
//! the first layer of a model, which then asks for no option. Read next: `rows.rs`.

use nptensor::formats::Archive;
use nptensor::{DType, Error, Float, Layer, Result, Tensor};

use super::args::Args;
use super::input::{start, tensor, tuple, wrong};
use super::{Done, Failure};

const OPTIONS: [&str; 2] = ["--mean", "--std"];

#[derive(Default)]
pub(super) struct ScaleArgs([Option<String>; 2]);

/// Their numbers: none for what is not given.
pub(super) struct Scale([Vec<f64>; 2]);

impl ScaleArgs {
    pub(super) fn parse(args: &mut Args) -> Done<Self> {
        Ok(ScaleArgs([args.option(OPTIONS[0])?, args.option(OPTIONS[1])?]))
    }

    pub(super) fn is_given(&self) -> bool {
        self.0.iter().any(Option::is_some)
    }

    /// The numbers of the lists or files.
    pub(super) fn read(&self) -> Result<Scale> {
        let read = |i: usize| self.0[i].as_ref().map_or(Ok(Vec::new()), |text| numbers(text, i));
        Ok(Scale([read(0)?, read(1)?]))
    }
}

impl Scale {
    pub(super) fn apply<T: Float>(&self, x: Tensor<T>) -> Done<Tensor<T>> {
        if self.0.iter().all(Vec::is_empty) {
            return Ok(x);
        }
        let (mut values, width) = (x.to_vec(), x.shape()[1]);
        for (i, by) in self.0.iter().enumerate().filter(|(_, by)| !by.is_empty()) {
            fits(i, by, width)?;
            for (x, &by) in values.iter_mut().zip(by.iter().cycle()) {
                let by = T::from_f64(by);
                *x = if i == 0 { x.sub(by) } else { x.div(by) };
            }
        }
        Tensor::from_vec(values, x.shape()).map_err(Failure::Data)
    }

    /// Puts it before the layers that `archive` lists, whose input has `width` values, as arrays of this type.
    pub(super) fn put_first(&self, archive: &mut Archive, width: usize, dtype: DType) -> Done {
        let row = |i: usize, usual: f64| match &self.0[i][..] {
            [] => Ok(Tensor::full(&[width], usual)?),
            [one] => Ok(Tensor::full(&[width], *one)?),
            by => fits(i, by, width).and_then(|()| Ok(Tensor::from_vec(by.to_vec(), &[width])?)),
        };
        let Layer::Scale { scale, shift } = Layer::standardize(&row(0, 0.0)?, &row(1, 1.0)?)? else { return Ok(()) };
        for (name, values) in [("scaler.weight", scale), ("scaler.bias", shift)] {
            match dtype {
                DType::F64 => archive.insert(name, values)?,
                _ => archive.insert(name, values.cast::<f32>())?,
            }
        }
        let layers = archive.metadata_mut().entry("layers".into()).or_default();
        *layers = format!("scale:scaler {layers}").trim_end().into();
        Ok(())
    }
}

/// An error unless there is a number for all columns, or one for each.
fn fits(option: usize, by: &[f64], width: usize) -> Done {
    if by.len() == 1 || by.len() == width {
        return Ok(());
    }
    Err(Failure::Usage(format!("{} has {} numbers, and rows have {width}", OPTIONS[option], by.len())))
}

/// The numbers of a list or of a file: finite, also as float32, and divisors above 0.
fn numbers(text: &str, option: usize) -> Result<Vec<f64>> {
    let failed =
        |what: String| Err::<Vec<f64>, Error>(wrong(&format!("{} {}", OPTIONS[option], start(text, 200)), what));
    let list = text.split(',').map(|word| word.trim().parse().ok()).collect::<Option<Vec<f64>>>();
    let numbers = match list {
        Some(list) => list,
        None => match tensor(text)? {
            tensor if tensor.ndim() == 1 && tensor.size() > 0 => tensor.cast().into_vec(),
            other => {
                return failed(format!("a row of numbers is taken, not an array of shape {}", tuple(other.shape())));
            }
        },
    };
    let bad = |x: f64| !(x as f32).is_finite() || (option == 1 && x as f32 <= 0.0);
    match numbers.iter().position(|&x| bad(x)) {
        Some(at) => {
            let wanted = ["a mean is finite", "a scale divides by numbers above 0"][option];
            let number = format!("{:?}", numbers[at]);
            let number = number.strip_suffix(".0").unwrap_or(&number);
            failed(format!("number {} is {number}: {wanted}, also as float32", at + 1))
        }
        None => Ok(numbers),
    }
}
