//! New tensors: how many elements a range of floats has, and which, as NumPy 2.4 has them; and those of arrays.

use nptensor::Tensor;

/// The shape and the type are those of the other; where its elements lie is not.
#[test]
fn likenesses() {
    let t = Tensor::from([[1_u8, 2, 3], [4, 5, 6]]).t();
    let like = [t.zeros_like().unwrap(), t.ones_like().unwrap(), t.full_like(7).unwrap()];
    assert_eq!(like, [0, 1, 7].map(|x| Tensor::full(&[3, 2], x).unwrap()));
    assert_eq!(like.map(|t| t.strides().to_vec()), [[2, 1]; 3]);
    assert_eq!((t.dims(), Tensor::from(1).dims()), (Ok([3, 2]), Ok([])));
}

/// Given `np.float32` scalars, NumPy counts in float32: from 3 to 10 a double would count one more, the stop itself.
#[test]
fn ranges_of_f32_count_in_f32() {
    let range = |start, stop, step| match Tensor::<f32>::arange(start, stop, step) {
        Ok(range) => range.to_string(),
        Err(error) => error.to_string(),
    };
    let (least, most, inf) = (f32::from_bits(1), 3e38, f32::INFINITY);
    for (start, stop, step, wanted) in [
        (
            3.0,
            10.0,
            0.7,
            "[3.        3.7       4.4       5.1000004 5.8       6.5       7.2000003\n 7.9000006 8.6       9.3      ]",
        ),
        (-0.45, -0.75, -0.1, "[-0.45       -0.55       -0.65000004]"),
        (0.5, 0.8, 0.1, "[0.5        0.6        0.70000005]"),
        (1.0, 1.3, 0.1, "[1.  1.1 1.2]"),
        (0.0, least, most, "[0.]"),
        (0.0, least, -most, "[]"),
        (0.0, 5.0, inf, "[0.]"),
        (0.0, -5.0, inf, "[]"),
        (0.0, inf, inf, "arange: cannot compute length"),
        (-most, most, 1e38, "Maximum allowed size exceeded"),
        (0.0, most, 1e-38, "Maximum allowed size exceeded"),
    ] {
        assert_eq!(range(start, stop, step), wanted, "{start}, {stop}, {step}");
    }
    // A double holds what overflows f32.
    assert_eq!(Tensor::<f64>::arange(-3e38, 3e38, 1e38).unwrap().shape(), [6]);
}

/// An array by reference is the same tensor as by value: nested to any depth that there is, empty on any axis; and one
/// larger than the stack is copied from where it is.
#[test]
fn arrays_by_reference() {
    static WEIGHTS: [[f64; 1000]; 600] = [[0.25; 1000]; 600];
    macro_rules! same {
        ($array:expr, $shape:expr) => {{
            let array = $array;
            let by_reference = Tensor::<i32>::from(&array);
            assert_eq!(by_reference, Tensor::from(array));
            assert_eq!(by_reference.shape(), $shape);
        }};
    }
    same!([1, 2, 3], [3]);
    same!([[1, 2, 3], [4, 5, 6]], [2, 3]);
    same!([[[1, 2], [3, 4], [5, 6]]], [1, 3, 2]);
    same!([[[[1], [2]], [[3], [4]]]], [1, 2, 2, 1]);
    same!([[0_i32; 0]; 3], [3, 0]);
    same!([[0_i32; 3]; 0], [0, 3]);
    let weights = std::thread::Builder::new().stack_size(1 << 20).spawn(|| Tensor::from(&WEIGHTS)).unwrap();
    let weights = weights.join().unwrap();
    assert_eq!(weights.shape(), [600, 1000]);
    assert!(weights.iter().all(|weight| weight == 0.25));
}
