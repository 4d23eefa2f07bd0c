//! Networks: the forward pass is the chain of tensor operations, bit for bit, and what does not fit is named.
//! That repeated predictions allocate nothing is in `allocations`.

use std::sync::{Mutex, PoisonError};

use nptensor::formats::{AnyTensor, Archive};
use nptensor::reference::{Array, ulps};
use nptensor::{Error, Float, Layer, Result, Sequential, Tensor, Workspace, num_threads, set_num_threads};

/// The number of threads is the process's: who changes it, or counts on it, holds this.
static THREADS: Mutex<()> = Mutex::new(());

/// What may be moved and lent to threads: it does not compile otherwise.
#[cfg(target_has_atomic = "ptr")]
const _: () = {
    const fn any_thread<T: Send + Sync>() {}
    any_thread::<(Tensor<f32>, Tensor, Tensor<bool>, Layer, Sequential<f32>, Sequential, Workspace)>();
    any_thread::<(AnyTensor, Archive, Error)>();
};

/// Numbers between -2 and 2 without a pattern that a wrong index would keep.
fn numbers<T: Float>(shape: &[usize], seed: usize) -> Result<Tensor<T>> {
    let mut state = seed as u64;
    Tensor::from_fn(shape, |_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        T::from_f64((state >> 33) as f64 / (1_u64 << 29) as f64 - 2.0)
    })
}

/// Dense layers of these widths, each with the next activation.
fn network<T: Float>(widths: &[usize], activations: &[Layer<T>]) -> Result<Sequential<T>> {
    let mut layers = Vec::new();
    for (i, pair) in widths.windows(2).enumerate() {
        // Every other weight is a transposed view, as torch's are.
        let w = if i % 2 == 0 { numbers(pair, i + 1)? } else { numbers(&[pair[1], pair[0]], i + 1)?.t() };
        layers.push(Layer::dense(w, numbers::<T>(&pair[1..], i + 50)?));
        layers.push(activations[i % activations.len()].clone());
    }
    Sequential::new(layers)
}

/// The definition: one tensor operation after another.
fn by_operations<T: Float>(network: &Sequential<T>, x: &Tensor<T>) -> Result<Tensor<T>> {
    let mut x = x.clone();
    for layer in network.layers() {
        x = match layer {
            Layer::Dense { w, b } => x.dot(w)?.try_add(b)?,
            Layer::Sigmoid => x.sigmoid(),
            Layer::Step => x.step().cast(),
            Layer::Relu => x.relu(),
            Layer::Identity => x.identity(),
            Layer::Softmax => x.softmax(-1)?,
            Layer::Tanh => x.tanh(),
            other => Tensor::from(&Array::from(&x).layer(other)),
        };
    }
    Ok(x)
}

fn assert_same<T: Float>(got: &[T], wanted: &Tensor<T>, what: &str) {
    let wanted = wanted.to_vec();
    assert_eq!(got.len(), wanted.len(), "{what}");
    let same = |x: T, y: T| x == y && x.to_f64().is_sign_negative() == y.to_f64().is_sign_negative();
    assert!(got.iter().zip(&wanted).all(|(&x, &y)| same(x, y)), "{what}");
}

fn every_batch<T: Float>() -> Result<()> {
    let all = [Layer::Sigmoid, Layer::Tanh, Layer::Relu, Layer::Step, Layer::Identity, Layer::Softmax];
    for widths in [&[2, 3, 2, 2][..], &[1, 1], &[17, 33, 5, 70, 9, 4, 3], &[784, 50, 100, 10], &[3, 0, 4], &[0, 3]] {
        for turn in 0..if widths.len() > 2 { 2 } else { all.len() } {
            let mut activations = all.to_vec();
            activations.rotate_left(turn);
            // Nothing has no softmax: see `what_does_not_fit_is_named`.
            activations.retain(|layer| *layer != Layer::Softmax || !widths[1..].contains(&0));
            let network = network::<T>(widths, &activations)?;
            let mut work = Workspace::new();
            for batch in [&[][..], &[1], &[0], &[7], &[119], &[120], &[121], &[2, 3], &[3, 1, 100]] {
                let shape = [batch, &widths[..1]].concat();
                let what = format!("{widths:?} {batch:?} {turn}");
                let x = numbers::<T>(&shape, 7)?;
                let wanted = by_operations(&network, &x)?;
                let got = network.forward(&x)?;
                assert_eq!(got.shape(), wanted.shape(), "{what}");
                assert_same(&got.to_vec(), &wanted, &what);
                if widths[0] > 0 {
                    assert_same(network.predict(&x.to_vec(), &mut work)?, &wanted, &what);
                }
                let backwards = x.flip(&[-1])?;
                assert_same(&network.forward(&backwards)?.to_vec(), &by_operations(&network, &backwards)?, &what);
            }
        }
    }
    Ok(())
}

#[test]
fn the_forward_pass_is_the_chain_of_operations() -> Result<()> {
    every_batch::<f32>()?;
    every_batch::<f64>()
}

/// Layers beyond the chapter's against their definitions, on special values and on rows of many widths.
fn further<T: Float>() -> Result<()> {
    let words = [
        "leaky_relu(0.2)",
        "elu(0.7)",
        "gelu",
        "gelu_tanh",
        "silu",
        "softplus(1.5)",
        "log_softmax",
        "hardtanh(-0.5,0.25)",
        "normalize(0.001)",
    ];
    let special = [0.0, -0.0, 1e-30, -1e-30, 1e30, -1e30, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5.0, -40.0];
    let special = Tensor::from(special.map(T::from_f64)).expand_dims(1)?;
    for word in words {
        let layer = Layer::<T>::activation(word).expect(word);
        assert_eq!(layer.to_string().replace(' ', ""), word);
        let alone = Sequential::new([layer.clone()])?;
        let what = format!("{word} of special values");
        let naive = |x: &Tensor<T>| Array::from(x).layer(&layer);
        assert!(naive(&special).same_bits(&Array::from(&alone.forward(&special)?)), "{what}");
        for width in [1, 2, 15, 16, 17, 63, 64, 65, 130] {
            for rows in [1, 3, 121] {
                let x = numbers::<T>(&[rows, width], 3)?;
                let what = format!("{word} {rows} {width}");
                assert!(naive(&x).same_bits(&Array::from(&alone.forward(&x)?)), "{what}");
                let scale = Layer::Scale { scale: numbers(&[width], 5)?, shift: numbers(&[width], 6)? };
                let deep = Sequential::new([
                    scale.clone(),
                    Layer::dense(numbers::<T>(&[width, 5], 8)?, numbers::<T>(&[5], 9)?),
                    layer.clone(),
                    Layer::dense(numbers::<T>(&[5, 3], 1)?, numbers::<T>(&[3], 2)?),
                    layer.clone(),
                ])?;
                let wanted = by_operations(&deep, &x)?;
                assert_same(&deep.forward(&x)?.to_vec(), &wanted, &what);
                assert_same(deep.predict(&x.to_vec(), &mut Workspace::new())?, &wanted, &what);
                assert_eq!((deep.inputs(), deep.outputs()), (Some(width), Some(3)));
            }
        }
        assert_eq!(alone.cast::<f32>().cast::<f64>().layers()[0].to_string(), layer.to_string());
    }
    Ok(())
}

/// Activations against sixty digits: f32 is the nearest float, for it is computed in f64; f64 is within 4 ulp, but for the
/// approximation of GELU, whose exponent is a rounded cube.
#[test]
fn activations_are_accurate() -> Result<()> {
    let mut n = 0;
    for line in include_str!("../golden/activations.txt").lines() {
        let [word, x, y] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let [x, wanted] = [x, y].map(|bits| f64::from_bits(u64::from_str_radix(bits, 16).unwrap()));
        let wide = Sequential::new([Layer::activation(word).unwrap()])?.forward(&Tensor::from([x]))?[0];
        let most = if word == "gelu_tanh" { 4.0 + 4.0 * x.abs().powi(3) } else { 4.0 };
        assert!(ulps(wide, wanted) as f64 <= most, "{word} of {x}: {wide}, not {wanted}");
        if f64::from(x as f32) == x {
            let narrow = Sequential::new([Layer::activation(word).unwrap()])?.forward(&Tensor::from([x as f32]))?[0];
            assert_eq!(narrow, wanted as f32, "{word} of {x} in f32");
        }
        n += 1;
    }
    assert!(n > 900, "{n} points");
    Ok(())
}

#[test]
fn layers_beyond_the_chapter() -> Result<()> {
    further::<f32>()?;
    further::<f64>()?;
    for word in ["elu(1,2)", "elu()", "elu(nan)", "gelu(1)", "hardtanh(1)", "hardtanh(1,-1)", "softplus(0)", "elu(1"] {
        assert_eq!(Layer::<f64>::activation(word), None, "{word}");
    }
    let own = Layer::<f64>::function("shift", |values, width| {
        values.chunks_mut(width).for_each(|row| row.iter_mut().enumerate().for_each(|(i, x)| *x += i as f64))
    });
    let network = Sequential::new([Layer::Relu, own])?;
    assert_eq!(network.forward(&Tensor::from([[1.0, -1.0], [2.0, 3.0]]))?, Tensor::from([[1.0, 1.0], [2.0, 4.0]]));
    assert_eq!(network.to_string(), "relu\nshift");
    let cast = std::panic::catch_unwind(|| network.cast::<f32>()).unwrap_err();
    assert_eq!(
        cast.downcast_ref::<String>().map(String::as_str),
        Some("model: the layer shift is a function for float64, and not for float32")
    );
    let wide = Sequential::new([
        Layer::normalize(0.0),
        Layer::Scale { scale: Tensor::from([1.0]), shift: Tensor::from([0.0]) },
    ]);
    let error = wide?.forward(&Tensor::from([1.0, 2.0])).unwrap_err().to_string();
    assert_eq!(error, "layer 1 (scale): input of shape (2,) does not fit 1 features");
    let chain = [
        Layer::dense([[1.0, 2.0]], [0.0, 0.0]),
        Layer::Scale { scale: Tensor::from([1.0]), shift: Tensor::from([0.0]) },
    ];
    assert_eq!(
        Sequential::new(chain).unwrap_err().to_string(),
        "layer 1 (scale): 1 features do not follow weights of shape (1,2) in layer 0: 1 inputs for 2 outputs"
    );
    Ok(())
}

/// One input through layers of all widths up to nine registers of 16, and around thirteen registers and several times as many, with 2 to 16 in each.
fn every_width<T: Float>() -> Result<()> {
    for n in (1..=160).chain(205..=210).chain(303..=308).chain(415..=418) {
        let network = network::<T>(&[5, n], &[Layer::Identity])?;
        let x = numbers::<T>(&[5], 11)?;
        let wanted = by_operations(&network, &x)?;
        assert_same(&network.forward(&x)?.to_vec(), &wanted, &format!("{n} outputs"));
        assert_same(network.predict(&x.to_vec(), &mut Workspace::new())?, &wanted, &format!("{n} outputs"));
    }
    Ok(())
}

#[test]
fn one_input_through_any_width() -> Result<()> {
    every_width::<f32>()?;
    every_width::<f64>()
}

#[test]
fn threads_change_no_bit() -> Result<()> {
    let _held = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let network = network::<f32>(&[100, 200, 30], &[Layer::Tanh, Layer::Softmax])?;
    let x = numbers(&[1001, 100], 3)?;
    let one = network.forward(&x)?;
    for threads in [2, 3, 8] {
        set_num_threads(threads);
        assert_eq!(num_threads(), threads);
        assert_same(&network.forward(&x)?.to_vec(), &one, "threads");
    }
    set_num_threads(1);
    Ok(())
}

#[test]
fn without_dense_layers() -> Result<()> {
    let x = numbers::<f64>(&[3, 4], 1)?;
    assert_eq!(Sequential::<f64>::new([])?.forward(&x)?, x);
    assert_eq!(Sequential::new([Layer::Relu])?.forward(&x)?, x.relu());
    assert_eq!(Sequential::new([Layer::Softmax])?.forward(&x)?, x.softmax(-1)?);
    assert_eq!(Sequential::new([Layer::Tanh])?.forward(&Tensor::from(0.5))?, Tensor::from(0.5).tanh());
    assert_eq!(Sequential::new([Layer::Relu])?.predict(&[-1.0, 2.0], &mut Workspace::new())?, [0.0, 2.0]);
    assert_eq!(
        Sequential::new([Layer::<f64>::Relu])?.workspace(1).unwrap_err().to_string(),
        "model: no layer tells the number of inputs, and so not the memory that a prediction takes"
    );
    Ok(())
}

#[test]
fn what_does_not_fit_is_named() -> Result<()> {
    let text = |result: Result<Sequential<f64>>| result.unwrap_err().to_string();
    let (w, b) = (Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), Tensor::from([1.0, 2.0, 3.0]));
    let dense = || Layer::dense(w.clone(), b.clone());
    assert_eq!(
        text(Sequential::new([Layer::Relu, Layer::dense(b.clone(), b.clone())])),
        "layer 1 (dense): weights have shape (3,), not (inputs,outputs)"
    );
    assert_eq!(
        text(Sequential::new([Layer::dense(w.clone(), Tensor::from([1.0, 2.0]))])),
        "layer 0 (dense): bias of shape (2,) does not fit weights of shape (2,3)"
    );
    assert_eq!(
        text(Sequential::new([dense(), Layer::Sigmoid, dense()])),
        "layer 2 (dense): weights of shape (2,3) do not follow weights of shape (2,3) in layer 0: 2 inputs for 3 outputs"
    );

    let network = Sequential::new([Layer::Relu, dense(), Layer::Softmax])?;
    let wrong = |x: &Tensor<f64>| network.forward(x).unwrap_err().to_string();
    assert_eq!(wrong(&b), "layer 1 (dense): input of shape (3,) does not fit weights of shape (2,3)");
    assert_eq!(wrong(&Tensor::from(1.0)), "layer 1 (dense): input of shape () does not fit weights of shape (2,3)");
    assert_eq!(wrong(&w), "layer 1 (dense): input of shape (2,3) does not fit weights of shape (2,3)");
    let mut work = Workspace::new();
    assert_eq!(
        network.predict(&[1.0; 5], &mut work).unwrap_err().to_string(),
        "layer 1 (dense): input of shape (5,) does not fit weights of shape (2,3)"
    );
    assert_eq!(network.predict(&[], &mut work)?, []);

    let softmax = Sequential::<f64>::new([Layer::Softmax])?;
    assert_eq!(
        softmax.forward(&Tensor::from(1.0)).unwrap_err().to_string(),
        "layer 0 (softmax): axis -1 is out of bounds for array of dimension 0"
    );
    assert_eq!(
        softmax.forward(&Tensor::zeros(&[2, 0])?).unwrap_err().to_string(),
        "layer 0 (softmax): zero-size array to reduction operation maximum which has no identity"
    );
    // A batch that only strides can hold, whose result nothing can.
    let absurd = Tensor::from([1.0, 2.0]).broadcast_to(&[1 << (usize::BITS - 3), 2])?;
    assert!(matches!(network.forward(&absurd), Err(nptensor::Error::TooBig { .. })));
    Ok(())
}

/// Blocks have fewer rows where a layer is wide: 2^20 elements, and one row at least. No bit depends on it.
fn wide<T: Float>() -> Result<()> {
    // 3 rows of 300,000 in a block, so that 7 rows are three blocks; and 1 of more than 2^20.
    for (width, rows) in [(300_000, 7), ((1 << 20) + 3, 2)] {
        let network = network::<T>(&[2, width, 1], &[Layer::Relu, Layer::Tanh])?;
        let x = numbers::<T>(&[rows, 2], 5)?;
        let (wanted, got) = (by_operations(&network, &x)?, network.forward(&x)?);
        assert_same(&got.to_vec(), &wanted, &format!("{width} wide"));
        let mut work = Workspace::new();
        assert_same(network.predict(&x.to_vec(), &mut work)?, &wanted, &format!("{width} wide, predicted"));
        for row in 0..rows {
            let alone = network.forward(&x.slice(row)?)?;
            assert_same(&alone.to_vec(), &got.slice(row)?, &format!("{width} wide, row {row}"));
        }
    }
    Ok(())
}

#[test]
fn wide_layers_take_fewer_rows_at_a_time() -> Result<()> {
    wide::<f32>()?;
    wide::<f64>()
}

/// 2^48 bytes are more than a process has addresses for, 2^67 more than a number counts.
#[test]
#[cfg(target_pointer_width = "64")]
fn results_that_nothing_can_hold_are_refused() -> Result<()> {
    let network = Sequential::new([Layer::dense(Tensor::<f64>::zeros(&[1, 1 << 23])?, Tensor::zeros(&[1 << 23])?)])?;
    let (x, mut work) = (vec![0.0; 1 << 22], Workspace::new());
    let wanted = "Unable to allocate 256. TiB for an array with shape (4194304, 8388608) and data type float64";
    assert_eq!(network.workspace(1 << 22).unwrap_err().to_string(), wanted);
    assert!(matches!(network.workspace(usize::MAX), Err(nptensor::Error::TooBig { .. })));
    assert_eq!(network.predict(&x, &mut work).unwrap_err().to_string(), wanted);
    assert_eq!(network.forward(&Tensor::from(x).reshape(&[1 << 22, 1])?).unwrap_err().to_string(), wanted);
    let more = Tensor::from([0.5]).broadcast_to(&[1 << 41, 1])?;
    assert!(matches!(network.forward(&more), Err(nptensor::Error::TooBig { .. })));
    // The workspace is as good as before.
    let small = Sequential::new([Layer::dense([[2.0]], [0.5])])?;
    assert_eq!(small.predict(&[1.0, 3.0], &mut work)?, [2.5, 6.5]);
    Ok(())
}

/// In a log or a panic, a network is a line a layer, or one line in all; weights are printed by who wants them.
#[test]
fn a_network_prints_its_layers() -> Result<()> {
    let network = network::<f64>(&[784, 50, 10], &[Layer::Sigmoid, Layer::Softmax])?;
    let layers = ["dense(784, 50)", "sigmoid", "dense(50, 10)", "softmax"];
    assert_eq!(format!("{network}"), layers.join("\n"));
    assert_eq!(format!("{network:#}"), layers.join(" "));
    let debug = "Sequential [\n    dense(784, 50),\n    sigmoid,\n    dense(50, 10),\n    softmax,\n]";
    assert_eq!(format!("{network:?}"), debug);
    assert_eq!(format!("{network:#?}"), debug);
    assert_eq!(format!("{:#?}", Some(&network)).lines().count(), 8);
    Ok(())
}
