//! Call and exact text, for every error that a tensor can give: NumPy 2.4's texts, to the last blank. And bad input of absurd size: never an abort.
//! Operators and indexing, which panic, are in `panics.rs`.

use nptensor::{Error, Index, Layout, RandomState, Tensor, broadcast_shapes};

fn zeros(shape: &[usize]) -> Tensor {
    Tensor::zeros(shape).unwrap()
}

/// Far more elements than any memory holds, over the data of one.
fn huge(shape: &[usize]) -> Tensor {
    Tensor::from(1.0).broadcast_to(shape).unwrap()
}

/// Where addresses have 64 bits, no memory holds so many elements.
const HUGE: usize = 1 << (usize::BITS - 14);
/// Two of these are too many for an `isize`, and so is eight times the other.
const WIDE: usize = 1 << (usize::BITS * 5 / 8);
const FAR: usize = 1 << (usize::BITS - 2);
const TOO_BIG: &str = "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size.";
/// How a text begins that goes on with the size, the shape and the type.
const NO_MEMORY: &str = "Unable to allocate ";

/// `call => text` rows.
macro_rules! table {
    ($($call:expr => $text:expr;)*) => {$(
        match $call {
            Ok(_) => panic!("{} is no error", stringify!($call)),
            Err(error) => match String::from($text) {
                text if text == NO_MEMORY => assert!(error.to_string().starts_with(NO_MEMORY), "{}", stringify!($call)),
                text => assert_eq!(error.to_string(), text, "{}", stringify!($call)),
            },
        }
    )*};
}

#[test]
fn broadcasting() {
    let (three, four) = (zeros(&[3]), zeros(&[4]));
    table! {
        three.try_add(&four) => "operands could not be broadcast together with shapes (3,) (4,) ";
        three.try_sub(&four) => "operands could not be broadcast together with shapes (3,) (4,) ";
        three.try_mul(&four) => "operands could not be broadcast together with shapes (3,) (4,) ";
        zeros(&[3, 1, 2]).try_div(zeros(&[4, 3])) => "operands could not be broadcast together with shapes (3,1,2) (4,3) ";
        zeros(&[0]).try_add(zeros(&[2])) => "operands could not be broadcast together with shapes (0,) (2,) ";
        three.greater(&four) => "operands could not be broadcast together with shapes (3,) (4,) ";
        three.maximum(&four) => "operands could not be broadcast together with shapes (3,) (4,) ";
        three.power(&four) => "operands could not be broadcast together with shapes (3,) (4,) ";
        three.floor_divide(&four) => "operands could not be broadcast together with shapes (3,) (4,) ";
        three.allclose_within(&four, 0.0, 0.0) => "operands could not be broadcast together with shapes (3,) (4,) ";
        three.clip(&four, 0.0) => "operands could not be broadcast together with shapes (3,) (4,) () ";
        three.greater(0.0).unwrap().where_(&four, zeros(&[1])) => "operands could not be broadcast together with shapes (3,) (4,) (1,) ";
        zeros(&[3]).try_add_assign(zeros(&[2, 3])) => "non-broadcastable output operand with shape (3,) doesn't match the broadcast shape (2,3)";
        zeros(&[1, 3]).try_mul_assign(zeros(&[2, 1])) => "non-broadcastable output operand with shape (1,3) doesn't match the broadcast shape (2,3)";
        zeros(&[3]).try_add_assign(zeros(&[4])) => "operands could not be broadcast together with shapes (3,) (4,) (3,) ";
        broadcast_shapes(&[&[2], &[3]]) => "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 0 with shape (2,) and arg 1 with shape (3,).";
        broadcast_shapes(&[&[2, 1], &[1, 3], &[2, 4]]) => "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg 1 with shape (1, 3) and arg 2 with shape (2, 4).";
        three.broadcast_to(&[2, 4]) => "operands could not be broadcast together with remapped shapes [original->remapped]: (3,)  and requested shape (2,4)";
        zeros(&[2, 3]).broadcast_to(&[3]) => "input operand has more dimensions than allowed by the axis remapping";
    }
}

#[test]
fn products() {
    let core = |b, a| {
        format!(
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size {b} is different from {a})"
        )
    };
    let scalar = |i| {
        format!(
            "matmul: Input operand {i} does not have enough dimensions (has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)"
        )
    };
    let batch = "operands could not be broadcast together with remapped shapes [original->remapped]: ";
    table! {
        zeros(&[2, 3]).dot(&zeros(&[2, 3])) => "shapes (2,3) and (2,3) not aligned: 3 (dim 1) != 2 (dim 0)";
        zeros(&[3]).dot(&zeros(&[4])) => "shapes (3,) and (4,) not aligned: 3 (dim 0) != 4 (dim 0)";
        zeros(&[3]).dot(&zeros(&[4, 3])) => "shapes (3,) and (4,3) not aligned: 3 (dim 0) != 4 (dim 0)";
        zeros(&[3, 2]).dot(&zeros(&[4])) => "shapes (3,2) and (4,) not aligned: 2 (dim 1) != 4 (dim 0)";
        zeros(&[3, 2]).dot(&zeros(&[5, 4, 3])) => "shapes (3,2) and (5,4,3) not aligned: 2 (dim 1) != 4 (dim 1)";
        zeros(&[2, 3]).matmul(&zeros(&[2, 3])) => core(2, 3);
        zeros(&[2, 3]).matmul(&zeros(&[4])) => core(4, 3);
        zeros(&[2]).matmul(&zeros(&[3, 4])) => core(3, 2);
        zeros(&[4]).matmul(&zeros(&[3, 5, 5])) => core(5, 4);
        zeros(&[]).matmul(&zeros(&[3])) => scalar(0);
        zeros(&[3]).matmul(&zeros(&[])) => scalar(1);
        zeros(&[2, 3, 4]).matmul(&zeros(&[3, 4, 5])) => format!("{batch}(2,3,4)->(2,newaxis,newaxis) (3,4,5)->(3,newaxis,newaxis)  and requested shape (3,5)");
        zeros(&[2, 2, 3, 4]).matmul(&zeros(&[3, 3, 4, 5])) => format!("{batch}(2,2,3,4)->(2,2,newaxis,newaxis) (3,3,4,5)->(3,3,newaxis,newaxis)  and requested shape (3,5)");
    }
}

#[test]
fn axes() {
    let t = zeros(&[2, 3]);
    let out = |axis: isize, ndim: usize| format!("axis {axis} is out of bounds for array of dimension {ndim}");
    table! {
        t.sum_axis(2) => out(2, 2);
        t.mean_axis(-3) => out(-3, 2);
        t.max_axis(isize::MAX) => out(isize::MAX, 2);
        t.all_axis(isize::MIN) => out(isize::MIN, 2);
        t.argmax_axis(2) => out(2, 2);
        t.argmin_keepdims(Some(-3)) => out(-3, 2);
        t.softmax(2) => out(2, 2);
        t.log_softmax(-3) => out(-3, 2);
        t.sum_axes(&[0, 5, 0]) => out(5, 2);
        t.sum_axes(&[0, -2]) => "duplicate value in 'axis'";
        t.prod_keepdims(&[1, 1]) => "duplicate value in 'axis'";
        t.transpose(&[0]) => "axes don't match array";
        t.transpose(&[0, 1, 2]) => "axes don't match array";
        t.transpose(&[0, 0]) => "repeated axis in transpose";
        t.transpose(&[0, 5]) => out(5, 2);
        t.swapaxes(0, 7) => format!("axis2: {}", out(7, 2));
        t.swapaxes(-9, 1) => format!("axis1: {}", out(-9, 2));
        t.moveaxis(&[5], &[1]) => format!("source: {}", out(5, 2));
        t.moveaxis(&[0], &[7]) => format!("destination: {}", out(7, 2));
        t.moveaxis(&[0, 0], &[0, 1]) => "repeated axis in `source` argument";
        t.moveaxis(&[0, 1], &[1, 1]) => "repeated axis in `destination` argument";
        t.moveaxis(&[0], &[0, 1]) => "`source` and `destination` arguments must have the same number of elements";
        t.flip(&[2]) => out(2, 2);
        t.flip(&[0, 0]) => "repeated axis";
        t.squeeze_axis(0) => "cannot select an axis to squeeze out which has size not equal to one";
        t.squeeze_axis(5) => out(5, 2);
        t.squeeze_axes(&[5, 0]) => out(5, 2);
        t.squeeze_axes(&[0, 5]) => out(5, 2);
        t.squeeze_axes(&[0, -2]) => "duplicate value in 'axis'";
        t.squeeze_axes(&[0, 1]) => "cannot select an axis to squeeze out which has size not equal to one";
        t.expand_dims_axes(&[0, 4]) => out(4, 4);
        t.expand_dims_axes(&[0, -5]) => out(-5, 4);
        t.expand_dims_axes(&[0, 0, 9]) => out(9, 5);
        t.expand_dims_axes(&[0, -4]) => "repeated axis";
        t.expand_dims_axes(&[0; 63]) => "maximum supported dimension for an ndarray is currently 64, found 65";
        t.expand_dims(5) => out(5, 3);
        t.expand_dims(-4) => out(-4, 3);
        Tensor::concatenate(&[&t], 2) => out(2, 2);
        Tensor::stack(&[&t, &t], 4) => out(4, 3);
    }
    // Without axes: what one axis may name, a mean and a list may not, and argmax counts one axis.
    let t = Tensor::from(5.0);
    table! {
        t.sum_axis(1) => out(1, 0);
        t.max_axis(-2) => out(-2, 0);
        t.all_axis(1) => out(1, 0);
        t.mean_axis(0) => out(0, 0);
        t.mean_axis(-1) => out(-1, 0);
        t.sum_axes(&[0]) => out(0, 0);
        t.min_keepdims(&[-1]) => out(-1, 0);
        t.argmax_axis(1) => out(1, 1);
        t.argmin_keepdims(Some(-2)) => out(-2, 1);
        t.squeeze_axis(1) => out(1, 0);
        t.squeeze_axes(&[0]) => out(0, 0);
        t.expand_dims_axes(&[1]) => out(1, 1);
        t.flip(&[0]) => out(0, 0);
    }
}

#[test]
fn shapes() {
    let t = zeros(&[12]);
    let cannot = |size: usize, shape: &str| format!("cannot reshape array of size {size} into shape {shape}");
    let far = format!("({FAR},{FAR})");
    table! {
        Tensor::from_strided(vec![1, 2, 3], &[2, 2], &[2, 1], 0) => "shape [2, 2] with strides [2, 1] from offset 0 reaches outside data of 3 elements";
        Tensor::from_strided(vec![1, 2, 3], &[3], &[-1], 1) => "shape [3] with strides [-1] from offset 1 reaches outside data of 3 elements";
        Tensor::from_strided(vec![1], &[], &[], 1) => "shape [] with strides [] from offset 1 reaches outside data of 1 elements";
        Tensor::from_strided(vec![1, 2], &[2], &[1, 1], 0) => "shape [2] has 1 sizes, and there are 2 strides";
        Tensor::from_strided(vec![1, 2], &[0], &[], 0) => "shape [0] has 1 sizes, and there are 0 strides";
        Tensor::from_strided(vec![1], &[1; 65], &[1; 65], 0) => "maximum supported dimension for an ndarray is currently 64, found 65";
        Tensor::from_strided(vec![1], &[usize::MAX, 2], &[0, 0], 0) => TOO_BIG;
        t.reshape(&[5, 5]) => cannot(12, "(5,5)");
        t.reshape(&[7]) => cannot(12, "(7,)");
        t.reshape(()) => cannot(12, "()");
        t.reshape(&[5, -1]) => cannot(12, "(5,newaxis)");
        t.reshape(&[-1, 5]) => cannot(12, "(5)");
        t.reshape(&[-1, -1]) => "can only specify one unknown dimension";
        t.reshape(&[FAR as isize, FAR as isize]) => cannot(12, &far);
        zeros(&[0, 3]).reshape(&[-1, 0]) => cannot(0, "(0)");
        zeros(&[1]).reshape(&[1; 65]) => "maximum supported dimension for an ndarray is currently 64, found 65";
        Tensor::from_vec(vec![1.0; 12], &[5, 5]) => cannot(12, "(5,5)");
        Tensor::try_from(vec![vec![1, 2], vec![3]]) => "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was (2,) + inhomogeneous part.";
        Tensor::<f64>::zeros(&[1; 65]) => "maximum supported dimension for an ndarray is currently 64, found 65";
        zeros(&[1; 64]).expand_dims(0) => "maximum supported dimension for an ndarray is currently 64, found 65";
        zeros(&[1; 64]).expand_dims(70) => "axis 70 is out of bounds for array of dimension 65";
        zeros(&[1]).broadcast_to(&[1; 65]) => "maximum supported dimension for an ndarray is currently 64, found 65";
        Tensor::stack(&[&zeros(&[1; 64])], 0) => "maximum supported dimension for an ndarray is currently 64, found 65";
        Tensor::<f64>::concatenate(&[], 0) => "need at least one array to concatenate";
        Tensor::<f64>::stack(&[], 0) => "need at least one array to stack";
        Tensor::concatenate(&[&zeros(&[]), &zeros(&[])], 0) => "zero-dimensional arrays cannot be concatenated";
        Tensor::concatenate(&[&zeros(&[2]), &zeros(&[2, 1])], 0) => "all the input arrays must have same number of dimensions, but the array at index 0 has 1 dimension(s) and the array at index 1 has 2 dimension(s)";
        Tensor::concatenate(&[&zeros(&[2, 3]), &zeros(&[2, 3]), &zeros(&[3, 4])], 0) => "all the input array dimensions except for the concatenation axis must match exactly, but along dimension 1, the array at index 0 has size 3 and the array at index 2 has size 4";
        Tensor::concatenate(&[&zeros(&[2, 3]), &zeros(&[3, 3])], 1) => "all the input array dimensions except for the concatenation axis must match exactly, but along dimension 0, the array at index 0 has size 2 and the array at index 1 has size 3";
        Tensor::stack(&[&zeros(&[2]), &zeros(&[3])], 0) => "all input arrays must have the same shape";
    }
    assert_eq!(zeros(&[0, 3]).reshape(&[-1, 3]).unwrap().shape(), [0, 3]);
    assert_eq!(zeros(&[12]).layout().reshape(&[5, 5]), None);
    assert_eq!(zeros(&[3, 4]).t().layout().reshape(&[2]), None);
    assert_eq!(Tensor::try_from(Vec::<Vec<f64>>::new()).unwrap().shape(), [0]);
}

#[test]
fn indexing() {
    let mut t = zeros(&[2, 3]);
    let mask = |shape: &[usize]| Tensor::<bool>::ones(shape).unwrap();
    let many = "too many indices for array: array is 2-dimensional, but 3 were indexed";
    let syntax = |text: &str, at: usize| {
        format!("invalid slice {text:?}: byte {at}: expected start:stop:step, an integer, ... or None")
    };
    table! {
        t.get(&[2, 0]) => "index 2 is out of bounds for axis 0 with size 2";
        t.get(&[0, -4]) => "index -4 is out of bounds for axis 1 with size 3";
        t.get(&[isize::MIN, isize::MAX]) => format!("index {} is out of bounds for axis 0 with size 2", isize::MIN);
        t.get(&[0, 0, 0]) => many;
        t.get(&[0]) => "too few indices for one element: array is 2-dimensional, but 1 were indexed";
        t.set(&[0, 3], 1.0) => "index 3 is out of bounds for axis 1 with size 3";
        t.set(&[0, 0, 0], 1.0) => many;
        t.slice(3) => "index 3 is out of bounds for axis 0 with size 2";
        t.slice("0, -4") => "index -4 is out of bounds for axis 1 with size 3";
        t.slice("5, 0, 0") => many;
        t.slice("..., 0, 0, 0") => many;
        t.slice("::0") => "slice step cannot be zero";
        t.slice("..., ...") => "an index can only have a single ellipsis ('...')";
        t.slice("1:2:3:4") => syntax("1:2:3:4", 0);
        t.slice("0, x") => syntax("0, x", 3);
        t.slice("") => syntax("", 0);
        zeros(&[1; 64]).slice(Index::NewAxis) => "maximum supported dimension for an ndarray is currently 64, found 65";
        t.item() => "can only convert an array of size 1 to a Python scalar";
        zeros(&[0]).item() => "can only convert an array of size 1 to a Python scalar";
        t.boolean_index(&mask(&[2, 4])) => "boolean index did not match indexed array along axis 1; size of axis is 3 but size of corresponding boolean axis is 4";
        t.boolean_index(&mask(&[2, 3, 1])) => many;
        t.assign_where(&mask(&[2, 4]), 1.0) => "boolean index did not match indexed array along axis 1; size of axis is 3 but size of corresponding boolean axis is 4";
        t.assign_where(&mask(&[2, 3, 1]), 1.0) => many;
        t.assign_where(&mask(&[2, 3]), zeros(&[5])) => "NumPy boolean array indexing assignment cannot assign 5 input values to the 6 output values where the mask is true";
        t.assign_where(&mask(&[2, 3]), zeros(&[1, 6])) => "NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has 2 dimensions";
        t.assign_where(&mask(&[2]), zeros(&[2])) => "shape mismatch: value array of shape (2,) could not be broadcast to indexing result of shape (2,3)";
        t.take([0, 2], 0) => "index 2 is out of bounds for axis 0 with size 2";
        t.take([-4], -1) => "index -4 is out of bounds for axis 1 with size 3";
        t.take([i64::MIN], 0) => format!("index {} is out of bounds for axis 0 with size 2", isize::MIN);
        t.take([0], 2) => "axis 2 is out of bounds for array of dimension 2";
        zeros(&[0, 3]).take([3], 1) => "index 3 is out of bounds for axis 1 with size 3";
        zeros(&[0]).take(0, 0) => "index 0 is out of bounds for axis 0 with size 0";
        zeros(&[]).take(0, 1) => "axis 1 is out of bounds for array of dimension 1";
        zeros(&[1; 64]).take(zeros(&[1; 2]).cast::<i64>(), 0) => "maximum supported dimension for an ndarray is currently 64, found 65";
        t.pad(&[(1, 1); 3], 0.0) => "operands could not be broadcast together with remapped shapes [original->remapped]: (3,2)  and requested shape (2,2)";
        t.sort(2) => "axis 2 is out of bounds for array of dimension 2";
        zeros(&[]).sort(-1) => "axis -1 is out of bounds for array of dimension 0";
        zeros(&[]).argsort(1) => "axis 1 is out of bounds for array of dimension 1";
        t.cumsum(-3) => "axis -3 is out of bounds for array of dimension 2";
        t.var_axis(2) => "axis 2 is out of bounds for array of dimension 2";
        zeros(&[]).std_axis(0) => "axis 0 is out of bounds for array of dimension 0";
        t.var_axes(&[0, -2]) => "duplicate value in 'axis'";
        t.dims::<3>() => "not enough values to unpack (expected 3, got 2)";
        t.dims::<1>() => "too many values to unpack (expected 1, got 2)";
    }
    assert_eq!(t.to_vec(), [0.0; 6]);
}

#[test]
fn values() {
    let none = zeros(&[0, 3]);
    let empty = |name: &str| format!("zero-size array to reduction operation {name} which has no identity");
    let nothing = |name: &str| format!("attempt to get {name} of an empty sequence");
    table! {
        RandomState::new(1).randint(5, 5, &[2]) => "low >= high";
        RandomState::new(1).randint(0, -1, &[]) => "high <= 0";
        RandomState::new(1).choice(0, &[2], true) => "a must be greater than 0 unless no samples are taken";
        RandomState::new(1).choice(2, &[3], false) => "Cannot take a larger sample than population when 'replace=False'";
        RandomState::new(1).shuffle(&mut Tensor::from(1)) => "len() of unsized object";
        none.max() => empty("maximum");
        none.min() => empty("minimum");
        none.max_axis(0) => empty("maximum");
        none.min_keepdims(&[0]) => empty("minimum");
        none.min_keepdims(&[0, 1]) => empty("minimum");
        none.argmax() => nothing("argmax");
        none.argmin() => nothing("argmin");
        none.argmax_axis(0) => nothing("argmax");
        none.argmin_keepdims(None) => nothing("argmin");
        none.softmax(0) => empty("maximum");
        none.log_softmax(0) => empty("maximum");
        none.softmax_whole() => empty("maximum");
        Tensor::from([2]).power(-1) => "Integers to negative integer powers are not allowed.";
        Tensor::from([2, 2]).power(Tensor::from([1, -1])) => "Integers to negative integer powers are not allowed.";
        Tensor::from([2, 2]).power(Tensor::from([-1, 1, 1])) => "operands could not be broadcast together with shapes (2,) (3,) ";
        Tensor::arange(0, 5, 0) => "division by zero";
        Tensor::arange(0.0, 5.0, 0.0) => "float division by zero";
        Tensor::arange(0.0, f64::NAN, 1.0) => "arange: cannot compute length";
        Tensor::arange(0.0, f64::INFINITY, 1.0) => "Maximum allowed size exceeded";
        Tensor::arange(0.0, 1e30, 1.0) => "Maximum allowed size exceeded";
        Tensor::arange(0_f32, f32::MAX, f32::from_bits(1)) => "Maximum allowed size exceeded";
    }
    assert_eq!(none.max_axis(1).unwrap().shape(), [0]);
    assert_eq!(none.softmax(1).unwrap().shape(), [0, 3]);
    assert_eq!(Tensor::<i32>::zeros(&[0]).unwrap().power(-1).unwrap().shape(), [0]);
    assert_eq!(Tensor::arange(5, 0, 1).unwrap().shape(), [0]);
    assert_eq!(Tensor::arange(i64::MIN, i64::MAX, i64::MAX).unwrap().to_vec(), [i64::MIN, -1, i64::MAX - 1]);
}

/// Sizes that multiply past `isize::MAX`, and memory that nobody has: the same error from every method that returns one.
#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "half of what is too big for 64 bits is had with 32")]
fn too_big() {
    let t = huge(&[HUGE]);
    let column = zeros(&[2, 1]).broadcast_to(&[2, HUGE]).unwrap();
    let mut target = t.clone();
    let far_mask = Tensor::from([true]).broadcast_to(&[HUGE]).unwrap();
    table! {
        Tensor::<f64>::zeros(&[usize::MAX]) => TOO_BIG;
        Tensor::<f64>::zeros(&[WIDE, WIDE]) => TOO_BIG;
        Tensor::<f64>::ones(&[FAR, FAR, 0]) => TOO_BIG;
        Tensor::full(&[HUGE], 1_u32) => "Unable to allocate 4.00 PiB for an array with shape (1125899906842624,) and data type uint32";
        Tensor::<bool>::zeros(&[3, HUGE]) => "Unable to allocate 3.00 PiB for an array with shape (3, 1125899906842624) and data type bool";
        // Of a mask and of positions, what they are, and not what they take.
        t.boolean_index(&far_mask) => "Unable to allocate 1.00 PiB for an array with shape (1125899906842624,) and data type bool";
        target.assign_where(&far_mask, zeros(&[1])) => "Unable to allocate 1.00 PiB for an array with shape (1125899906842624,) and data type bool";
        zeros(&[1]).take(Tensor::from([0]).broadcast_to(&[HUGE]).unwrap(), 0) => "Unable to allocate 8.00 PiB for an array with shape (1125899906842624,) and data type int64";
        Tensor::full(&[isize::MAX as usize], 1_u64) => TOO_BIG;
        Tensor::<f64>::eye(WIDE) => TOO_BIG;
        Tensor::<f64>::eye(HUGE / 100) => TOO_BIG;
        Tensor::from_fn(&[HUGE], |_| 1.0) => NO_MEMORY;
        Tensor::<f64>::linspace(0.0, 1.0, usize::MAX) => TOO_BIG;
        Tensor::<f64>::linspace(0.0, 1.0, HUGE) => NO_MEMORY;
        Tensor::arange(0.0, 1.0, 1e-15) => NO_MEMORY;
        Tensor::arange(0, i64::MAX, 1) => TOO_BIG;
        Tensor::arange(i64::MIN, i64::MAX, 1) => TOO_BIG;
        Tensor::from_vec(vec![1.0], &[usize::MAX, 2]) => TOO_BIG;
        Tensor::from(1.0).broadcast_to(&[FAR, 8]) => TOO_BIG;
        Tensor::from(1.0).broadcast_to(&[usize::MAX]) => TOO_BIG;
        Layout::row_major(&[WIDE, WIDE]) => TOO_BIG;
        broadcast_shapes(&[&[WIDE, 1], &[WIDE]]) => TOO_BIG;
        huge(&[WIDE, 1]).try_add(huge(&[WIDE])) => TOO_BIG;
        t.try_add(&t) => NO_MEMORY;
        t.try_div(Tensor::from(2.0)) => NO_MEMORY;
        t.greater(0.0) => NO_MEMORY;
        t.maximum(0.0) => NO_MEMORY;
        t.clip(0.0, 1.0) => NO_MEMORY;
        t.power(2.0) => NO_MEMORY;
        t.power(-1.0) => NO_MEMORY;
        t.power(0.5) => NO_MEMORY;
        Tensor::from(1).broadcast_to(&[HUGE]).unwrap().power(Tensor::from(2).broadcast_to(&[HUGE]).unwrap()) => NO_MEMORY;
        t.allclose_within(&t, 0.0, 0.0) => NO_MEMORY;
        Tensor::from(true).broadcast_to(&[HUGE]).unwrap().where_(&t, 0.0) => NO_MEMORY;
        target.try_add_assign(&t) => NO_MEMORY;
        target.try_rem_assign(2.0) => NO_MEMORY;
        target.set(&[0], 1.0) => NO_MEMORY;
        target.assign(":5", 1.0) => NO_MEMORY;
        target.update(":5", |part| part + 1.0) => NO_MEMORY;
        t.flatten() => NO_MEMORY;
        column.reshape(&[-1]) => NO_MEMORY;
        Tensor::concatenate(&[&t, &t], 0) => NO_MEMORY;
        Tensor::concatenate(&[&huge(&[FAR]), &huge(&[FAR])], 0) => TOO_BIG;
        Tensor::stack(&[&t, &t], 0) => NO_MEMORY;
        t.softmax(0) => NO_MEMORY;
        t.softmax_whole() => NO_MEMORY;
        t.log_softmax(-1) => NO_MEMORY;
        Tensor::from(1).broadcast_to(&[HUGE]).unwrap().softmax(0) => NO_MEMORY;
        t.dot(&t) => NO_MEMORY;
        t.dot(&Tensor::from(2.0)) => NO_MEMORY;
        huge(&[HUGE, 1]).dot(&huge(&[1])) => NO_MEMORY;
        huge(&[HUGE, 1]).dot(&huge(&[1, HUGE])) => TOO_BIG;
        huge(&[2, HUGE]).matmul(&huge(&[HUGE])) => NO_MEMORY;
        huge(&[HUGE, 2, 2]).matmul(&huge(&[2, 2])) => NO_MEMORY;
        huge(&[HUGE, 2]).sum_axis(1) => NO_MEMORY;
        huge(&[HUGE, 2]).mean_axis(1) => NO_MEMORY;
        Tensor::from(1).broadcast_to(&[HUGE, 2]).unwrap().mean_axis(1) => NO_MEMORY;
        Tensor::from(1).broadcast_to(&[HUGE]).unwrap().exp_into(&mut target) => NO_MEMORY;
        huge(&[HUGE, 2]).all_axis(1) => NO_MEMORY;
        huge(&[HUGE, 2]).any_axis(2) => "axis 2 is out of bounds for array of dimension 2";
        huge(&[HUGE, 2]).max_axis(-1) => NO_MEMORY;
        huge(&[HUGE, 2]).argmax_axis(1) => NO_MEMORY;
        t.var_axis(0) => NO_MEMORY;
        t.std_keepdims(&[0]) => NO_MEMORY;
        t.cumsum(0) => NO_MEMORY;
        t.sort(0) => NO_MEMORY;
        t.argsort(0) => NO_MEMORY;
        t.zeros_like() => NO_MEMORY;
        t.pad(&[(1, 1)], 0.0) => NO_MEMORY;
        t.pad(&[(usize::MAX, usize::MAX)], 0.0) => TOO_BIG;
        t.take(Tensor::from(1_i64).broadcast_to(&[HUGE]).unwrap(), 0) => NO_MEMORY;
        huge(&[2, HUGE]).take([1], 0) => NO_MEMORY;
        target.assign_where(&Tensor::from(true).broadcast_to(&[HUGE]).unwrap(), 1.0) => NO_MEMORY;
        target.assign_where(&Tensor::from(true), 1.0) => NO_MEMORY;
    }
    assert_eq!(target.get(&[5]), Ok(1.0));
    // What only moves is as good as any other.
    assert_eq!(t.reshape(&[1 << 22, -1]).unwrap().t().slice("::-3, 7").unwrap().get(&[-1]), Ok(1.0));
    assert_eq!(t.iter().len(), HUGE);
    // Nothing takes no time, however often.
    let none = zeros(&[1, 0]).broadcast_to(&[HUGE, 0]).unwrap();
    assert_eq!(none.dot(&zeros(&[0, 0])).unwrap().shape(), [HUGE, 0]);
    assert_eq!(zeros(&[0, 1]).dot(&huge(&[1, HUGE])).unwrap().shape(), [0, HUGE]);
    assert_eq!(zeros(&[0, HUGE]).dot(&t).unwrap().shape(), [0]);
    let stack = none.reshape(&[-1, 0, 3]);
    stack.unwrap_err();
    let stack = zeros(&[1, 0, 3]).broadcast_to(&[HUGE, 0, 3]).unwrap();
    assert_eq!(stack.matmul(&zeros(&[3, 2])).unwrap().shape(), [HUGE, 0, 2]);
    assert_eq!(stack.matmul(&zeros(&[1, 3, 2])).unwrap().shape(), [HUGE, 0, 2]);
    assert_eq!(
        zeros(&[2, 3]).dot(&zeros(&[1, 3, 0]).broadcast_to(&[HUGE, 3, 0]).unwrap()).unwrap().shape(),
        [2, HUGE, 0]
    );
    assert_eq!(Tensor::concatenate(&[&none, &none], 1).unwrap().shape(), [HUGE, 0]);
    assert_eq!(Tensor::stack(&[&none, &none], 2).unwrap().shape(), [HUGE, 0, 2]);
    assert_eq!((&none + &none).shape(), [HUGE, 0]);
    let wide = zeros(&[0, 1]).broadcast_to(&[0, HUGE]).unwrap();
    assert_eq!(wide.softmax(-1).unwrap().shape(), [0, HUGE]);
    assert_eq!(wide.sort(-1).unwrap().shape(), [0, HUGE]);
    assert_eq!(none.argsort(0).unwrap().shape(), [HUGE, 0]);
    assert_eq!(none.cumsum(-1).unwrap().shape(), [HUGE, 0]);
    assert_eq!(none.take([5], 0).unwrap().shape(), [1, 0]);
    assert_eq!(wide.var_axis(1).unwrap().shape(), [0]);
    assert!(none.var().is_nan() && none.std().is_nan());
    assert_eq!(wide.log_softmax(-1).unwrap().shape(), [0, HUGE]);
    assert_eq!(wide.t().log_softmax(0).unwrap().shape(), [HUGE, 0]);
    assert_eq!(wide.log_softmax(0).unwrap_err(), Error::EmptyReduction { name: "maximum" });
    assert_eq!(none.sum(), 0.0);
    assert_eq!(none.sum_axis(0).unwrap().shape(), [0]);
    assert_eq!(none.to_vec(), []);
}

/// An in-place error leaves the target as it was, shared or not.
#[test]
fn errors_change_nothing() {
    let base = Tensor::from([1.0, 2.0, 3.0]);
    let mut alone = Tensor::from([1.0, 2.0, 3.0]);
    let mut shared = base.clone();
    for target in [&mut alone, &mut shared] {
        for other in [zeros(&[4]), zeros(&[2, 3]), zeros(&[0, 1])] {
            target.try_add_assign(&other).unwrap_err();
            target.try_sub_assign(&other).unwrap_err();
            target.try_mul_assign(&other).unwrap_err();
            target.try_div_assign(&other).unwrap_err();
            target.try_rem_assign(&other).unwrap_err();
            target.set(&[3], 9.0).unwrap_err();
        }
        assert_eq!(target.to_vec(), [1.0, 2.0, 3.0]);
    }
}

/// The variants carry the facts.
#[test]
fn facts() {
    let error = zeros(&[2, 3]).dot(&zeros(&[2, 3])).unwrap_err();
    assert_eq!(error, Error::NotAligned { a: vec![2, 3], b: vec![2, 3], axis_a: 1, axis_b: 0 });
    let error = zeros(&[3]).try_add(zeros(&[4])).unwrap_err();
    assert_eq!(error, Error::Broadcast { shapes: vec![vec![3], vec![4]] });
    assert_eq!(huge(&[FAR]).flatten(), Err(Error::TooBig { shape: vec![FAR] }));
    // (The product of the sizes overflows on the way.)
    let far = 1 << (usize::BITS / 2 - 1);
    let [a, b] = [[far, 2, 1], [far, 1, 2]].map(|shape| Tensor::from([[[1.0]]]).broadcast_to(&shape).unwrap());
    assert_eq!(a.dot(&b), Err(Error::TooBig { shape: vec![far, 2, far, 2] }));
    let (shape, dtype) = (vec![1 << 27], "float64");
    let error = Error::OutOfMemory { shape, dtype, bytes: 1 << 30 };
    let text = "Unable to allocate 1.00 GiB for an array with shape (134217728,) and data type float64";
    assert_eq!(error.to_string(), text);
    assert_eq!(zeros(&[2]).sum_axis(-2), Err(Error::Axis { axis: -2, ndim: 1, argument: None }));
}

/// Sizes of memory, by the table of NumPy's own test of this text.
#[test]
fn sizes_of_memory() {
    let table: &[(u64, &str)] = &[
        (0, "0 bytes"),
        (1, "1 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.00 KiB"),
        (1025, "1.00 KiB"),
        (1152, "1.12 KiB"),
        (10 << 10, "10.0 KiB"),
        (1_023_385, "999. KiB"),
        (1_047_961, "1023. KiB"),
        (1_048_064, "1.00 MiB"),
        (1 << 20, "1.00 MiB"),
        (1_073_634_449, "1.00 GiB"),
        (1 << 40, "1.00 TiB"),
        (1 << 62, "4.00 EiB"),
    ];
    for &(bytes, text) in table {
        let Ok(bytes) = usize::try_from(bytes) else { continue };
        let error = Error::OutOfMemory { shape: vec![1], dtype: "int8", bytes };
        assert_eq!(error.to_string(), format!("{NO_MEMORY}{text} for an array with shape (1,) and data type int8"));
    }
}

/// Where addresses have 32 bits: an `isize` counts the bytes, and no more.
#[cfg(target_pointer_width = "32")]
#[test]
fn more_bytes_than_32_bits_count() {
    let most = isize::MAX as usize;
    let t = huge(&[most]);
    table! {
        Tensor::<f64>::zeros(&[most / 8 + 1]) => TOO_BIG;
        Tensor::<u8>::zeros(&[most + 1]) => TOO_BIG;
        Tensor::<u8>::zeros(&[1 << 16, 1 << 15]) => TOO_BIG;
        Tensor::from(1.0).broadcast_to(&[most + 1]) => TOO_BIG;
        Tensor::arange(0_i64, 1 << 40, 1) => "Maximum allowed size exceeded";
        Tensor::<f32>::linspace(0.0, 1.0, most) => TOO_BIG;
        t.try_add(&t) => TOO_BIG;
        t.flatten() => TOO_BIG;
        huge(&[1 << 15, 1]).dot(&huge(&[1, 1 << 14])) => TOO_BIG;
    }
    assert_eq!((t.size(), t.get(&[-1])), (most, Ok(1.0)));
}
