//! `RandomState` against NumPy 2.4.6, bit for bit: `golden/numpy_random.txt`, which `golden/numpy_random.py` wrote and says how to read.

use nptensor::{Element, RandomState, Result, Tensor, Value};

fn numbers<T: Element>(result: Result<Tensor<T>>, shape: &[usize]) -> String {
    let tensor = match result {
        Ok(tensor) => tensor,
        Err(error) => return format!("!{error}"),
    };
    assert_eq!(tensor.shape(), shape);
    let bits = |x: T| match x.value() {
        Value::F64(x) => x.to_bits(),
        Value::Int(x) => x.cast_unsigned(),
        other => panic!("{other:?}"),
    };
    if tensor.size() > 500 {
        let sum = tensor.iter().zip(1_u64..).fold(0, |sum: u64, (x, i)| sum.wrapping_add(bits(x).wrapping_mul(i)));
        return format!("#{sum:x}");
    }
    let word = |x: T| match x.value() {
        Value::F64(x) => format!("{:x}", x.to_bits()),
        _ => format!("{x:?}"),
    };
    tensor.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The logarithm is the C library's. Where that is not the one that NumPy called, two of them may differ by 1 ulp, which is 2^-52 of it at most; the
/// quotient, the root and the product round apart by as much each: by 2^-51, 2^-51 (the root halves what comes in) and 3 * 2^-52, so by 6 ulp at most.
fn close(got: &str, wanted: &str) -> bool {
    let bits = |word: &str| u64::from_str_radix(word, 16).unwrap();
    got.split(' ').count() == wanted.split(' ').count()
        && (got == wanted || got.split(' ').zip(wanted.split(' ')).all(|(x, y)| bits(x).abs_diff(bits(y)) <= 6))
}

#[test]
fn golden() {
    let same_log = cfg!(all(feature = "std", target_os = "linux", target_env = "gnu", target_pointer_width = "64"));
    let (mut random, mut lines) = (RandomState::new(7), 0);
    for line in include_str!("../golden/numpy_random.txt").lines() {
        let (call, wanted) = line.split_once('|').unwrap();
        let words: Vec<&str> = call.split(' ').collect();
        let sizes = |text: &str| text.split(',').filter_map(|n| n.parse().ok()).collect::<Vec<usize>>();
        let shape = sizes(words[words.len() - if words[0] == "choice" { 2 } else { 1 }]);
        let got = match words[..] {
            ["seed", seed] => {
                random.seed(seed.parse().unwrap());
                String::new()
            }
            ["rand", _] => numbers(random.rand(&shape), &shape),
            ["randn", _] => numbers(random.randn(&shape), &shape),
            ["randint", low, high, _] => {
                numbers(random.randint(low.parse().unwrap(), high.parse().unwrap(), &shape), &shape)
            }
            ["permutation", n] => numbers(random.permutation(n.parse().unwrap()), &shape),
            ["shuffle", _] => {
                let size = shape.iter().product::<usize>() as i64;
                let mut x = Tensor::arange(0, size, 1).unwrap().reshape(&shape).unwrap();
                numbers(random.shuffle(&mut x).map(|()| x), &shape)
            }
            ["choice", n, _, replace] => numbers(random.choice(n.parse().unwrap(), &shape, replace == "True"), &shape),
            _ => panic!("{line}"),
        };
        let close = words[0] == "randn" && !same_log && close(&got, wanted);
        assert!(got == wanted || close, "{call}: {got}, NumPy {wanted}");
        lines += 1;
    }
    assert_eq!(lines, 520);
}

/// A shuffle goes by rows whatever the layout, leaves views as they are, and says what it cannot do before it draws.
#[test]
fn shuffles_of_views() {
    let base = Tensor::from_fn(&[6, 4], |i| (10 * i[0] + i[1]) as i64).unwrap();
    let whole = base.clone();
    let (mut a, mut b) = (base.slice("::-1, 1:").unwrap(), base.slice("::-1, 1:").unwrap().to_contiguous());
    RandomState::new(5).shuffle(&mut a).unwrap();
    RandomState::new(5).shuffle(&mut b).unwrap();
    assert_eq!(a, b);
    assert_ne!(a, base.slice("::-1, 1:").unwrap());
    assert_eq!(base, whole);
    let mut stretched = Tensor::from([[1], [2], [3]]).broadcast_to(&[3, 2]).unwrap();
    RandomState::new(1).shuffle(&mut stretched).unwrap();
    assert_eq!(stretched.to_string(), "[[1 1]\n [3 3]\n [2 2]]");
    let mut random = RandomState::new(3);
    let error = random.shuffle(&mut Tensor::from(1.0)).unwrap_err();
    assert_eq!(error.to_string(), "len() of unsized object");
    let huge = isize::MAX as usize;
    assert!(random.shuffle(&mut Tensor::from(1.0).broadcast_to(&[2, huge / 2]).unwrap()).is_err());
    for result in [random.rand(&[huge]), random.randn(&[usize::MAX, 2])] {
        assert!(result.is_err());
    }
    assert!(random.permutation(usize::MAX).is_err());
    assert!(random.permutation(huge).is_err() && random.choice(huge, &[1], false).is_err());
    assert_eq!(random.rand(&[3]), RandomState::new(3).rand(&[3]));
}
