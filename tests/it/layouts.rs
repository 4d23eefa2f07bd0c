//! Layouts alone: slices and their notation, numbers of axes, the broadcasting rule, and what is no shape and no axis.

use crate::common::{self, Rng};
use nptensor::reference::{cases, indices};
use nptensor::{Error, Index, Indices, Layout, Tensor, broadcast_shapes};
use proptest::prelude::*;

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

/// The offset of each index by its definition; `None` where one lies outside.
fn offsets(shape: &[usize], strides: &[isize], offset: usize, len: usize) -> Option<Vec<usize>> {
    let at = |index: &Vec<usize>| {
        let steps: i128 = index.iter().zip(strides).map(|(&i, &stride)| i as i128 * stride as i128).sum();
        usize::try_from(offset as i128 + steps).ok().filter(|&at| at < len)
    };
    indices(shape).iter().map(at).collect()
}

proptest! {
    #![proptest_config(common::cases(400))]

    /// Strides of any kind: an error or the elements by definition, and each written to alone.
    #[test]
    fn strides_of_any_kind(seed: u64) {
        let mut rng = Rng(seed);
        let ndim = rng.below(4);
        let shape: Vec<usize> = (0..ndim).map(|_| rng.pick(&[0, 1, 2, 2, 3, 3, 4])).collect();
        let far = [isize::MIN, isize::MAX, isize::MAX / 2, 100];
        let strides: Vec<isize> =
            (0..ndim).map(|_| if rng.once_in(12) { rng.pick(&far) } else { rng.below(13) as isize - 5 }).collect();
        let (offset, len) = (rng.below(12), rng.below(40));
        let data: Vec<i64> = (0..len as i64).collect();
        let made = Tensor::from_strided(data.clone(), &shape, &strides, offset);
        let Some(offsets) = offsets(&shape, &strides, offset, len) else {
            let what = format!("shape {shape:?} with strides {strides:?} from offset {offset} reaches outside data of {len} elements");
            prop_assert_eq!(made.unwrap_err(), Error::Strides { what });
            return Ok(());
        };
        let elements: Vec<i64> = offsets.iter().map(|&at| at as i64).collect();
        let t = made.unwrap();
        prop_assert_eq!((t.shape(), t.to_vec()), (&shape[..], elements.clone()));
        // What comes back is the memory and the layout of the elements.
        for (index, &x) in indices(&shape).iter().zip(&elements) {
            let index: Vec<isize> = index.iter().map(|&i| i as isize).collect();
            prop_assert_eq!(t.data()[t.layout().offset_of(&index).unwrap()], x);
            let mut one = t.clone() + 0;
            one.set(&index, -1).unwrap();
            let mut same = Tensor::from_strided(data.clone(), &shape, &strides, offset).unwrap();
            same.set(&index, -1).unwrap();
            prop_assert_eq!(&same, &one);
        }
        // Views of it, and writing to it in place.
        prop_assert_eq!(t.t().t().flip(&[]).unwrap().to_vec(), elements.clone());
        let mut twice = t;
        twice += &twice.clone();
        prop_assert_eq!(twice.to_vec(), elements.iter().map(|x| 2 * x).collect::<Vec<_>>());
        let mut all = Tensor::from_strided(data, &shape, &strides, offset).unwrap();
        let counted = Tensor::arange(0, elements.len() as i64, 1).unwrap().reshape(&shape).unwrap();
        all.assign(Index::Ellipsis, &counted).unwrap();
        prop_assert_eq!(all, counted);
    }
}

/// Every layout that views make comes back from its data, shape, strides and offset, without a copy.
#[test]
fn layouts_come_back() {
    for t in cases::<i64>(5).take(200).filter(|t| t.size() > 0) {
        let data = t.data().to_vec();
        let back = Tensor::from_strided(data, t.shape(), t.strides(), t.layout().offset()).unwrap();
        assert_eq!((back.layout(), &back), (t.layout(), &t));
    }
    // Windows of windows, to be copied out: more than any memory holds.
    #[cfg(all(target_pointer_width = "64", not(miri)))]
    {
        let windows = Tensor::from_strided(vec![0_i64; 2048], &[16; 13], &[1; 13], 0);
        assert!(windows.is_err_and(|error| matches!(error, Error::OutOfMemory { .. })));
    }
    // A padded row of one, whose stride no index takes.
    let row = Tensor::from_strided(vec![1, 2, 3], &[1, 3], &[isize::MIN, 1], 0).unwrap();
    assert_eq!(row.strides(), [-3, 1]);
    assert_eq!((row.slice("::-7, 1:").unwrap().to_string(), row.flip(&[0]).unwrap() == row), ("[[2 3]]".into(), true));
}

#[test]
fn offsets_are_checked() {
    let layout = Layout::row_major(&[2, 3]).unwrap();
    assert_eq!(layout.offset_of(&[1, -1]), Ok(5));
    assert_eq!(layout.offset_of(&[2, 0]), Err(Error::Index { index: 2, axis: 0, size: 2 }));
    assert_eq!(layout.offset_of(&[0, -4]), Err(Error::Index { index: -4, axis: 1, size: 3 }));
    assert_eq!(layout.offset_of(&[0]), Err(Error::TooFewIndices { ndim: 2, given: 1 }));
    assert_eq!(layout.offset_of(&[0, 0, 0]), Err(Error::TooManyIndices { ndim: 2, given: 3 }));
}
