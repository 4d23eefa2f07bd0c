//! The scale of the inputs, column by column: what was taken from the data before training, and is asked for.
//!
//! ```text
//!   (x - mean) / std      --mean 0.1307 --std 0.3081             one number for all columns
//!                         --mean 5.8,3.0 --std scale.npz:std     or one for each, also as an array in a file
//! ```
//!
//! Nothing is estimated from the rows: a row alone would then get other outputs than in its file. Read next: `rows.rs`.

use nptensor::{Float, Result, Tensor};

use super::Failure;
use super::args::Args;
use super::input::{start, tensor, tuple, wrong};

/// The options of the scale: --mean and --std.
#[derive(Default)]
pub(super) struct ScaleArgs([Option<String>; 2]);

/// Their numbers, as elements of type `T`.
pub(super) struct Scale<T: Float>([Option<Tensor<T>>; 2]);

impl ScaleArgs {
    pub(super) fn parse(args: &mut Args) -> core::result::Result<Self, Failure> {
        Ok(ScaleArgs([args.option("--mean")?, args.option("--std")?]))
    }

    /// The numbers of the lists or files.
    pub(super) fn read<T: Float>(&self) -> Result<Scale<T>> {
        let [mean, std] = &self.0;
        let mean = mean.as_deref().map(|text| numbers("--mean", text, &|x| x.is_finite() && (x as f32).is_finite()));
        // As float32, a number may be 0 that is none.
        let std = std.as_deref().map(|text| numbers("--std", text, &|x| x as f32 > 0.0 && (x as f32).is_finite()));
        Ok(Scale([mean.transpose()?.map(|mean| mean.cast()), std.transpose()?.map(|std| std.cast())]))
    }
}

impl<T: Float> Scale<T> {
    /// Rows, scaled.
    pub(super) fn apply(&self, mut x: Tensor<T>) -> core::result::Result<Tensor<T>, Failure> {
        for (by, option) in self.0.iter().zip(["--mean", "--std"]) {
            let Some(by) = by else { continue };
            if by.size() != 1 && by.size() != x.shape()[1] {
                let what = format!("{option} has {} numbers, and rows have {}", by.size(), x.shape()[1]);
                return Err(Failure::Usage(what));
            }
            x = if option == "--mean" { x.try_sub(by)? } else { x.try_div(by)? };
        }
        Ok(x)
    }
}

/// The numbers of a list or of a file, which are all good.
fn numbers(option: &str, text: &str, good: &dyn Fn(f64) -> bool) -> Result<Tensor> {
    let list: core::result::Result<Vec<f64>, _> = text.split(',').map(|word| word.trim().parse()).collect();
    let numbers = match list {
        Ok(list) => Tensor::from(list),
        Err(_) => tensor(text)?.cast(),
    };
    let shape = numbers.shape();
    if shape.len() != 1 {
        return Err(wrong(text, format!("{option} takes a row of numbers, not an array of shape {}", tuple(shape))));
    }
    match numbers.iter().enumerate().find(|&(_, x)| !good(x)) {
        Some((at, x)) => Err(wrong(&start(text, 40), format!("{option}: number {} is {x}", at + 1))),
        None => Ok(numbers),
    }
}
