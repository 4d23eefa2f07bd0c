//! `function(name, from, to)`: the activation functions as curves, softmax as bars, and where the naive softmax breaks.
//!
//! ```text
//!   sigmoid, step, relu, tanh, identity      their values on [from, to]; two at once as "step,sigmoid"
//!   softmax                                  a - max(a), its exp, and the shares of the sum
//!   overflow                                 naive exp(a) / sum(exp(a)) beside softmax(a), as a grows
//! ```
//!
//! Every value is computed by the tensor method of that name. Read next: `function/curves.rs`,
//! `function/shares.rs`.

mod curves;
mod shares;

use alloc::string::String;
use alloc::vec::Vec;

use super::json::{Json, Raw};
use super::language::{Page, same};
use super::numbers::{number, values};
use super::refused;
use super::sheet::Sheet;
use super::wrong::unknown;
use crate::error::Result;
use crate::tensor::Tensor;
use curves::Frame;
pub use shares::Softmax;

/// Points of a curve.
const SAMPLES: usize = 241;
/// The largest absolute value of an end of a plot, and the least range.
const MAX_END: f64 = 1e6;
const MIN_RANGE: f64 = 1e-3;
/// The chapter's example of a softmax, and of one that overflows: [1010, 1000, 990] is 1000 more than the last three.
const EXAMPLE: [f64; 3] = [0.3, 2.9, 4.0];
const GROWING: [f64; 3] = [10.0, 0.0, -10.0];
const GROWTH: [f64; 4] = [0.0, 500.0, 700.0, 1000.0];

/// Curves, or rows of softmax: see [`function`].
#[derive(Clone, Debug)]
pub struct Plot {
    name: String,
    curves: Vec<Curve>,
    rows: Vec<Softmax>,
}

/// A function at points of its range.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub formula: &'static str,
    /// The points.
    pub x: Tensor,
    /// Its values there.
    pub y: Tensor,
}

/// The curve of `step`, `sigmoid`, `relu`, `tanh` or `identity` on `[from, to]`, or two of them, `step,sigmoid`;
/// `softmax` as bars; `overflow`, the naive softmax beside the one that does not overflow. The last two have the
/// chapter's inputs and no range.
///
/// # Errors
/// [`Error::Explain`](crate::Error::Explain) for another name, and for a range that is none.
///
/// ```
/// use nptensor::explain;
/// let plot = explain::function("sigmoid", -6.0, 6.0)?;
/// assert_eq!(plot.curves()[0].y, plot.curves()[0].x.sigmoid());
///
/// // At 700 and above, the greatest exp(a) is inf, and inf / inf is nan; softmax subtracts the maximum first.
/// let plot = explain::function("overflow", 0.0, 0.0)?;
/// assert_eq!(plot.softmax()[3].a.to_string(), "[1010. 1000.  990.]");
/// assert_eq!(plot.softmax()[3].naive.to_string(), "[nan nan nan]");
/// assert_eq!(plot.softmax()[3].softmax, plot.softmax()[0].softmax);
/// # Ok::<(), nptensor::Error>(())
/// ```
#[inline]
pub fn function(name: &str, from: f64, to: f64) -> Result<Plot> {
    match name {
        "softmax" => return softmax(&Tensor::from(EXAMPLE)),
        "overflow" => {
            let rows = GROWTH.iter().map(|&c| Softmax::new(&(Tensor::from(GROWING) + c))).collect::<Result<_>>()?;
            return Ok(Plot { name: name.into(), curves: Vec::new(), rows });
        }
        _ => {}
    }
    // A comparison with nan is false, so nan is an error too.
    if !(from.abs() <= MAX_END && to.abs() <= MAX_END && to - from >= MIN_RANGE) {
        return refused([
            format!(
                "a plot goes from one number to a greater one, at least {MIN_RANGE} apart and none beyond a million: not from {from} to {to}"
            ),
            format!("图从一个数画到更大的一个数，至少相差 {MIN_RANGE}，都不超过一百万：不能从 {from} 到 {to}"),
        ]);
    }
    let names: Vec<&str> = name.split(',').map(str::trim).collect();
    if names.len() > 2 {
        let n = names.len();
        return refused([
            format!("at most two functions in one plot, not {n}"),
            format!("一张图最多两个函数，不能有 {n} 个"),
        ]);
    }
    let x = Tensor::linspace(from, to, SAMPLES)?;
    let curves = names.iter().map(|name| Curve::new(name, &x)).collect::<Result<_>>()?;
    Ok(Plot { name: names.join(","), curves, rows: Vec::new() })
}

/// The softmax of inputs, step by step: over all of them, and of two axes and more over the last one as well.
///
/// # Errors
/// [`Error::EmptyReduction`](crate::Error::EmptyReduction) of no inputs; [`Error::Explain`](crate::Error::Explain) of
/// more than 100.
///
/// ```
/// use nptensor::{Tensor, explain};
/// let plot = explain::softmax(&Tensor::from([0.3, 2.9, 4.0]))?;
/// assert_eq!((plot.softmax()[0].max, plot.softmax()[0].sum), (4.0, 74.1221542101633));
/// # Ok::<(), nptensor::Error>(())
/// ```
#[inline]
pub fn softmax(a: &Tensor) -> Result<Plot> {
    if a.size() > 100 {
        let n = a.size();
        return refused([
            format!("{n} bars are too many to draw: at most 100"),
            format!("{n} 个条形太多，画不下：最多 100 个"),
        ]);
    }
    Ok(Plot { name: "softmax".into(), curves: Vec::new(), rows: [Softmax::new(a)?].into() })
}

impl Plot {
    /// The curves, if it has any.
    pub fn curves(&self) -> &[Curve] {
        &self.curves
    }

    /// The softmax of all inputs, or several to compare, if it has any.
    pub fn softmax(&self) -> &[Softmax] {
        &self.rows
    }

    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let title = match self.curves.first() {
            Some(curve) => {
                let ends = [0, -1].map(|i| curve.x.get(&[i]).map(number).unwrap_or_default());
                let ends = format!("[{}, {}]", ends[0], ends[1]);
                let names = [" and ", " 与 "].map(|and| self.name.replace(',', and));
                [format!("{} on {ends}", names[0]), format!("{ends} 上的 {}", names[1])]
            }
            None if self.rows.len() > 1 => ["softmax, naive and stable", "softmax：朴素的与稳定的"].map(String::from),
            None if self.rows[0].by_row.is_empty() => same("softmax: exp(a) / sum(exp(a))"),
            None => ["softmax: over the whole array, and row by row", "softmax：对整个数组，再逐行"].map(String::from),
        };
        let mut sheet = Sheet::new(title, page);
        if let Some(frame) = Frame::new(&self.curves) {
            sheet.figure(move |look| frame.print(&self.curves, look), move |svg, y| frame.draw(&self.curves, svg, y));
        }
        let marks = [("*", ["full line", "实线"]), ("o", ["dashed line", "虚线"])];
        for (curve, mark) in self.curves.iter().zip(marks) {
            let chinese = if curve.name == "step" { "x > 0 时为 1，否则为 0" } else { curve.formula };
            let what = [curve.formula, chinese].map(|formula| format!("{}(x) = {formula}", curve.name));
            if self.curves.len() > 1 { sheet.legend(mark, [&what[0], &what[1]]) } else { sheet.say(what) }
        }
        for row in &self.rows {
            if self.rows.len() > 1 { row.beside_naive(&mut sheet) } else { row.steps(&mut sheet) }
        }
        if self.rows.len() > 1 {
            sheet.heading(["What makes the other one stable", "另一个为什么稳定"]);
            sheet.say([
                "Adding a number to every input changes nothing in the quotient. So softmax subtracts the maximum first: \
                 exp(a - max(a)) is at most 1 and cannot overflow.",
                "给每个输入加上同一个数，商不变。所以 softmax 先减去最大值：exp(a - max(a)) 至多是 1，不会溢出。",
            ]);
        }
        sheet
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let curves = self.curves.iter().map(|Curve { name, formula, x, y }| {
            let [x, y] = [x, y].map(|t| values(&t.to_vec()));
            Json::of(&[("name", name), ("formula", formula), ("x", &x), ("y", &y)])
        });
        let (curves, rows) = (curves.collect::<Vec<_>>(), self.rows.iter().map(Softmax::to_json).collect::<Vec<_>>());
        Json::of(&[("explain", &"function"), ("name", &self.name), ("curves", &curves), ("softmax", &rows)])
    }
}

impl Curve {
    #[inline]
    fn new(name: &str, x: &Tensor) -> Result<Self> {
        let (name, formula, y) = match name {
            "step" => ("step", "1 where x > 0, else 0", x.step().cast()),
            "sigmoid" => ("sigmoid", "1 / (1 + exp(-x))", x.sigmoid()),
            "relu" => ("relu", "maximum(0, x)", x.relu()),
            "tanh" => ("tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", x.tanh()),
            "identity" => ("identity", "x", x.identity()),
            _ => {
                let all = "step, sigmoid, relu, tanh, identity, softmax, overflow";
                let none = [format!("there is no plot of {name:?}"), format!("没有 {name:?} 的图")];
                let [what, chinese] = unknown(none, name, all);
                return refused([
                    format!("{what}, or two curves, step,sigmoid"),
                    format!("{chinese}，或两条曲线，step,sigmoid"),
                ]);
            }
        };
        Ok(Curve { name, formula, x: x.clone(), y })
    }
}
