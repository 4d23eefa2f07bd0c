//! Layouts alone: slices and their notation, numbers of axes, the broadcasting rule, and what is no shape and no axis.

use nptensor::{Error, Index, Indices, Layout, Tensor, broadcast_shapes};

/// Every slice of a short axis against its definition.
#[test]
fn all_small_slices() {
    let ends = || (-8..8).map(Some).chain([None, Some(isize::MIN), Some(isize::MAX)]);
    for size in 0..6 {
        let axis = Layout::row_major(&[size]).unwrap();
        for step in [-7, -3, -2, -1, 1, 2, 3, 7, isize::MIN, isize::MAX] {
            for start in ends() {
                for stop in ends() {
                    let part = axis.slice(&[Index::Range { start, stop, step }]).unwrap();
                    let offset = |i| part.offset().wrapping_add_signed(i as isize * part.strides()[0]);
                    let got: Vec<usize> = (0..part.size()).map(offset).collect();
                    let definition = nptensor::reference::range(start, stop, step, size);
                    assert_eq!(got, definition, "{start:?}:{stop:?}:{step} of {size}");
                }
            }
        }
    }
}

#[test]
fn notation() {
    let range = |start, stop, step| Index::Range { start, stop, step };
    let table: &[(&str, &[Index])] = &[
        ("1:3, ::-1, ..., None", &[range(Some(1), Some(3), 1), range(None, None, -1), Index::Ellipsis, Index::NewAxis]),
        (" -2 ", &[Index::At(-2)]),
        (":", &[range(None, None, 1)]),
        ("::", &[range(None, None, 1)]),
        ("+1 : -1 : +2,", &[range(Some(1), Some(-1), 2)]),
        ("np.newaxis,0", &[Index::NewAxis, Index::At(0)]),
        ("99999999999999999999:", &[range(Some(isize::MAX), None, 1)]),
        (":-99999999999999999999", &[range(None, Some(isize::MIN), 1)]),
    ];
    for (text, indices) in table {
        assert_eq!(text.indices().as_deref(), Ok(*indices), "{text}");
    }
    let wrong = [("", 0), (" ", 0), (",", 0), ("1,,2", 2), ("1:2:3:4", 0), ("1, a", 3), ("0, 1.5", 3), ("1 2", 0)];
    for (text, at) in wrong.into_iter().chain([("--1", 0), ("..", 0)]) {
        assert_eq!(text.indices(), Err(Error::SliceSyntax { text: text.into(), at }), "{text}");
    }
}

/// Axes go in and out as entries of a `Vec` do, on both sides of the number that is kept inline.
#[test]
fn any_number_of_axes() {
    for len in 0..10 {
        let sizes: Vec<usize> = (10..10 + len).collect();
        let layout = Layout::row_major(&sizes).unwrap();
        assert_eq!(layout.shape(), sizes);
        for at in 0..=len {
            let mut more = sizes.clone();
            more.insert(at, 1);
            let raised = layout.expand_dims(at as isize).unwrap();
            assert_eq!(raised.shape(), more);
            assert_eq!(raised.squeeze_axis(at as isize).unwrap(), layout);
        }
        let one = Tensor::from(1_i64).broadcast_to(&vec![2; len]).unwrap();
        for axis in 0..len {
            assert_eq!(one.sum_axis(axis as isize).unwrap(), Tensor::full(&vec![2; len - 1], 2).unwrap());
        }
    }
}

#[test]
fn broadcast_table() {
    type Row<'a> = (&'a [usize], &'a [usize], Option<&'a [usize]>);
    let table: &[Row<'_>] = &[
        (&[], &[], Some(&[])),
        (&[], &[3], Some(&[3])),
        (&[3, 1], &[4], Some(&[3, 4])),
        (&[3], &[4], None),
        (&[0, 3], &[1, 3], Some(&[0, 3])),
        (&[2, 0], &[0], Some(&[2, 0])),
        (&[0], &[2], None),
        (&[1], &[0], Some(&[0])),
        (&[8, 1, 6, 1], &[7, 1, 5], Some(&[8, 7, 6, 5])),
        (&[2, 1], &[8, 4, 3], None),
    ];
    for &(a, b, out) in table {
        for (a, b) in [(a, b), (b, a)] {
            let sum = Tensor::zeros(a).unwrap().try_add(Tensor::<f64>::zeros(b).unwrap());
            assert_eq!(sum.ok().as_ref().map(Tensor::shape), out, "{a:?} {b:?}");
            assert_eq!(broadcast_shapes(&[a, b]).ok().as_deref(), out, "{a:?} {b:?}");
        }
    }
}

#[test]
fn sizes_and_axes_are_checked() {
    let size = |shape: &[usize]| Layout::row_major(shape).map(|layout| layout.size());
    assert_eq!((size(&[]), size(&[2, 0, 3])), (Ok(1), Ok(0)));
    assert_eq!(size(&[isize::MAX as usize]), Ok(isize::MAX as usize));
    for shape in [&[usize::MAX][..], &[usize::MAX >> 24, 1 << 28], &[usize::MAX >> 2, usize::MAX >> 2, 0]] {
        assert_eq!(size(shape), Err(Error::TooBig { shape: shape.to_vec() }));
    }
    assert_eq!(size(&[1; 65]), Err(Error::TooManyAxes { ndim: 65 }));
    let layout = Layout::row_major(&[2, 3, 4]).unwrap();
    assert_eq!((layout.flip(&[-1]), layout.flip(&[-3])), (layout.flip(&[2]), layout.flip(&[0])));
    for axis in [3, -4, isize::MIN, isize::MAX] {
        assert_eq!(layout.flip(&[axis]), Err(Error::Axis { axis, ndim: 3, argument: None }));
    }
    assert!(Layout::row_major(&[]).unwrap().flip(&[0]).is_err());
}
