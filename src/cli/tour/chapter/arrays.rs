//! 1.3 to 1.5: arrays and their axes, the dot product, and views.

use nptensor::{Result, Tensor};

use super::super::{Field, bind, show};
use super::Chapter;

const DOT: &[Field] = &[("`A`", "[[1, 2], [3, 4]]"), ("`B`", "[[5, 6], [7, 8]]")];
const SLICE: &[Field] = &[("`M`, or a shape", "(4,5)"), ("Index", "::2, 4:1:-1")];

pub(super) fn arrays(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, "1.3 Arrays and axes");
    tour.say(
        "A network multiplies and adds thousands of numbers. Kept in arrays, a whole layer is one line of\n\
         code, and one call that is fast. So arrays come first.",
    );
    bind!(tour, "A = np.array([1, 2, 3, 4])", a = Tensor::from([1, 2, 3, 4]));
    show!(tour, "print(A)", a);
    show!(tour, "np.ndim(A)", a.ndim());
    show!(tour, "A.shape", a.shape());
    show!(tour, "A.shape[0]", a.shape()[0]);
    tour.say(
        "`ndim` is the number of axes: 1 for a row of numbers, 2 for a table. `shape` has the length of each\n\
         axis; with one axis it still is a tuple, hence the comma. In two dimensions axis 0 runs down the\n\
         rows, axis 1 along a row:",
    );
    bind!(tour, "B = np.array([[1, 2], [3, 4], [5, 6]])", b = Tensor::from([[1, 2], [3, 4], [5, 6]]));
    show!(tour, "print(B)", b);
    show!(tour, "np.ndim(B)", b.ndim());
    show!(tour, "B.shape", b.shape());
    Ok(())
}

pub(super) fn products(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, "1.4 The dot product");
    tour.say(
        "The product of two matrices: each row of the first with each column of the second, number by\n\
         number, and the products summed.",
    );
    bind!(tour, "A = np.array([[1, 2], [3, 4]])", a = Tensor::from([[1_i64, 2], [3, 4]]));
    show!(tour, "A.shape", a.shape());
    bind!(tour, "B = np.array([[5, 6], [7, 8]])", b = Tensor::from([[5, 6], [7, 8]]));
    show!(tour, "np.dot(A, B)", a.dot(&b)?);
    tour.panel("dot", DOT, "One cell of the product at a time: its row, its column, and the sum as it grows.")?;
    tour.say(
        "The first needs as many columns as the second has rows. Two 2x2 matrices always fit: where the\n\
         chapter shows two of them for a pair that does not, that is a slip. Its pair has a product:",
    );
    show!(tour, "np.dot(A, A)", a.dot(&a)?);
    tour.say("A 2x3 and a 2x2 matrix do not fit: rows of three numbers, columns of two.");
    bind!(tour, "C = np.array([[1, 2, 3], [4, 5, 6]])", c = Tensor::from([[1, 2, 3], [4, 5, 6]]));
    show!(tour, "C.shape", c.shape());
    show!(tour, "np.dot(C, A)", c.dot(&a).unwrap_err());
    let words = ["dot", "[[1, 2, 3], [4, 5, 6]]", "[[1, 2], [3, 4]]"];
    tour.figure(&words, "Rows of three numbers, columns of two: one number has no partner.")
}

pub(super) fn views(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, "1.5 Strides and views");
    tour.say(
        "A part of an array is a view: it has a shape, strides and an offset of its own, and reads the same\n\
         memory. The strides say how far apart the neighbours along each axis lie.",
    );
    bind!(tour, "M = np.arange(20).reshape(4, 5)", m = Tensor::arange(0_i64, 20, 1)?.reshape(&[4, 5])?);
    show!(tour, "M[::2, 4:1:-1]", m.slice("::2, 4:1:-1")?);
    tour.panel("slice", SLICE, "What each part of the index does to shape, strides and offset.")?;
    tour.say(
        "A transpose is a view, too: shape and strides change places, no number moves, and so `M.T` costs\n\
         nothing, however large M is. (NumPy counts strides in bytes, nptensor in elements.)",
    );
    show!(tour, "M.T.shape", m.t().shape());
    show!(tour, "tuple(stride // M.itemsize for stride in M.T.strides)", m.t().strides());
    tour.say(
        "But to put `M.T` in one row takes a copy: from 15, at the end of its first row, to 1, where the next\n\
         begins, it is another step than from 0 to 5, and a single axis has a single stride.",
    );
    show!(tour, "M.T.reshape(20)", m.t().reshape(&[20])?);
    Ok(())
}
