//! A product as JSON: operands, axes, and the cells with their terms, all cells where they are not too many.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::{Dot, Operand, Order, Sum};
use crate::explain::json::{Json, Raw};
use crate::explain::numbers::values;
use crate::explain::planes::unravel;
use crate::kernel::closed::Number;
use crate::layout::slice::Index;
use crate::tensor::Tensor;

/// JSON contains all cells where they have at most this many terms in all.
const MAX_TERMS: usize = 10_000;

impl<T: Number> Dot<T> {
    /// All of it, or of a large product what is shown.
    pub(in crate::explain) fn to_json(&self) -> Raw {
        let operand = |t: &Tensor<T>| {
            Json::object(|o| {
                o.field("shape", t.shape());
                o.field("data", (t.size() <= MAX_TERMS).then(|| values(&t.to_vec())));
            })
        };
        let (cells, shape) = self.out().map_or((0, &[][..]), |out| (out.size(), out.shape()));
        let all = cells.saturating_mul(self.terms().max(1)) <= MAX_TERMS;
        let shown: Vec<Sum<T>> = match all {
            true => (0..cells).filter_map(|i| self.sum_at(&unravel(shape, i))).collect(),
            false => self.sum().into_iter().collect(),
        };
        let origin = self.origin().into_iter().map(|(operand, axis)| {
            Json::object(|o| {
                o.field("of", if operand == Operand::A { "a" } else { "b" });
                o.field("axis", axis);
            })
        });
        Json::object(|o| {
            o.field("explain", "dot");
            o.field("dtype", T::DTYPE.name());
            o.field("a", operand(&self.a));
            o.field("b", operand(&self.b));
            o.field("axes", self.axes().map(|(a, b)| vec![a, b]));
            o.field(
                "order",
                match self.order() {
                    Order::Product => "product",
                    Order::Chain => "chain",
                    Order::Lanes => "lanes",
                },
            );
            o.field("fused", crate::level().is_fused() && !T::INTEGER);
            o.field("out", self.out().map(operand));
            o.field("origin", origin.collect::<Vec<_>>());
            o.field("error", self.error().map(ToString::to_string));
            o.field("shown", self.out().map(|_| &self.index));
            o.field("complete", all);
            o.field("cells", shown.iter().map(|sum| self.sum_json(sum)).collect::<Vec<_>>());
        })
    }

    fn sum_json(&self, sum: &Sum<T>) -> Raw {
        let places = |at: &[Index]| -> Vec<Option<isize>> {
            at.iter().map(|i| if let Index::At(i) = i { Some(*i) } else { None }).collect()
        };
        let (at_a, at_b) = self.lines(&sum.index);
        Json::object(|o| {
            o.field("index", &sum.index);
            o.field("row_of_a", places(&at_a));
            o.field("column_of_b", places(&at_b));
            o.field("row", values(&sum.row));
            o.field("column", values(&sum.column));
            o.field("products", values(&sum.products));
            o.field("running", values(&sum.running));
            o.field("joins", sum.joins.iter().map(|lanes| values(lanes)).collect::<Vec<_>>());
            o.field("value", sum.value().value());
        })
    }
}
