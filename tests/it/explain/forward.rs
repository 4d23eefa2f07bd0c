//! Forward passes: the values after each layer are the definition's, and the pictures say the same.

use nptensor::explain::{Explanation, Look, command, forward, forward_row};
use nptensor::reference::Array;
use nptensor::{Float, Layer, Sequential, Tensor};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::{Rng, Values, base, case, cases, same};

fn defined<T: Float>(layer: &Layer<T>, x: &Array<T>) -> Array<T> {
    match layer {
        Layer::Dense { w, b } => x.dot(&Array::from(w)).add(&Array::from(b)),
        Layer::Sigmoid => x.sigmoid(),
        Layer::Step => x.step().cast(),
        Layer::Relu => x.relu(),
        Layer::Identity => x.identity(),
        Layer::Softmax => x.softmax(-1),
        Layer::Tanh => x.tanh(),
        _ => unreachable!("a layer without a definition here"),
    }
}

fn passes<T: Float>(rng: &mut Rng, values: Values) {
    let widths: Vec<usize> = (0..1 + rng.below(7)).map(|_| rng.pick(&[1, 2, 2, 3, 4, 6, 7, 12])).collect();
    let mut layers = Vec::new();
    for pair in widths.windows(2) {
        let (w, b) = (base::<T>(rng, values, pair).0, base::<T>(rng, values, &pair[1..]).0);
        layers.push(Layer::dense(w, b));
        for _ in 0..rng.pick(&[0, 1, 1, 1, 2]) {
            let all = ["sigmoid", "step", "relu", "identity", "softmax", "tanh"];
            layers.push(Layer::activation(rng.pick(&all)).unwrap());
        }
    }
    let model = Sequential::new(layers).unwrap();
    let rows = if rng.once_in(3) { vec![2] } else { vec![] };
    let (x, xs) = base::<T>(rng, values, &[&rows[..], &widths[..1]].concat());
    let explained = forward(&model, &x).unwrap();
    let json = Json::parse(&explained.json());
    let mut wanted = Array::new(&widths[..1], xs.data[..widths[0]].to_vec());
    same(&Tensor::from(json["x"].elements::<T>()), &wanted, "x");
    assert_eq!(json["layers"].list().len(), model.layers().len());
    for ((layer, shown), after) in model.layers().iter().zip(json["layers"].list()).zip(explained.values()) {
        wanted = defined(layer, &wanted);
        assert_eq!(shown["name"].text(), layer.name());
        same(after, &wanted, layer.name());
        same(&Tensor::from(shown["values"].elements::<T>()), &wanted, layer.name());
        if let Layer::Dense { w, b } = layer {
            let rows: Vec<T> = shown["w"].list().iter().flat_map(Json::elements).collect();
            same(&Tensor::from_vec(rows, w.shape()).unwrap(), &Array::from(w), "w");
            same(&Tensor::from(shown["b"].elements::<T>()), &Array::from(b), "b");
        }
    }
    same(&Tensor::from(json["y"].elements::<T>()), &wanted, "y");
    texts(&explained.svg());
    for width in [24, 40, 80] {
        let text = explained.text(Look { width, ..Look::default() });
        assert!(text.lines().all(|line| line.chars().count() <= width && line == line.trim_end()), "{text}");
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn values_are_the_definition_s((mut rng, values) in case()) {
        for_types!(floats: passes (&mut rng, values));
    }
}

/// The chapter's network: its symbols, and the values that the chapter prints.
#[test]
fn the_chapter_s() -> nptensor::Result<()> {
    let network = Sequential::new([
        Layer::dense([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3]),
        Layer::Sigmoid,
        Layer::dense([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], [0.1, 0.2]),
        Layer::Sigmoid,
        Layer::dense([[0.1, 0.3], [0.2, 0.4]], [0.1, 0.2]),
        Layer::Identity,
    ])?;
    let explained = forward(&network, &Tensor::from([1.0, 0.5]))?;
    let text = explained.to_string();
    for part in [
        "2 -> 3 sigmoid -> 2 sigmoid -> 2 identity",
        "   1  0.1  0.2   0.1  0.3  0.57444252\n   2  0.3  0.4   0.2  0.7  0.66818777\n   3  0.5  0.6   0.3  1.1  0.75026011\n",
        "a₁⁽¹⁾ = w₁₁⁽¹⁾x₁ + w₁₂⁽¹⁾x₂ + b₁⁽¹⁾",
        "0.62624937",
        "[0.31682708 0.69627909]",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let words = texts(&explained.svg());
    for symbol in ["x1", "x2", "z1(1)", "z2(1)", "z3(1)", "z1(2)", "z2(2)", "y1", "y2", "0.57", "0.32"] {
        assert!(words.iter().any(|word| word == symbol), "{symbol}");
    }
    assert!(words[1].contains("gives the output [0.31682708 0.69627909]"), "{}", words[1]);
    Ok(())
}

/// What is done with the inputs before the first weights is shown apart, and its results are no x.
#[test]
fn inputs_that_are_scaled() -> nptensor::Result<()> {
    let scaler = Layer::standardize(&Tensor::from([1.0, 3.0]), &Tensor::from([0.5, 2.0]))?;
    let dense = Layer::dense([[0.5, 1.0, 2.0], [-1.0, 0.25, 4.0]], [0.0, 1.0, 2.0]);
    let network = Sequential::new([scaler, dense, Layer::Relu])?;
    let explained = forward(&network, &Tensor::from([2.0, 9.0]))?;
    let text = explained.to_string();
    for part in [
        "network: 2 scale -> 3 relu\n",
        "layer 0 (scale): 2 inputs\n       x   z\n   1  2.  2.\n   2  9.  3.\n",
        "z₁⁽⁰⁾  z₂⁽⁰⁾",
        "a₁⁽¹⁾ = w₁₁⁽¹⁾z₁⁽⁰⁾ + w₁₂⁽¹⁾z₂⁽⁰⁾ +",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let words = texts(&explained.svg());
    assert!(words.iter().any(|word| word == "z2(0)") && !words.iter().any(|word| word == "x2"), "{words:?}");
    Ok(())
}

/// The digits' network: abridged, its sizes said, the ten outputs as bars.
#[test]
fn many_neurons() -> nptensor::Result<()> {
    let rng = &mut Rng(1);
    let mut dense = |shape: &[usize]| {
        let (w, b) = (base::<f32>(rng, Values::Tame, shape).0, base::<f32>(rng, Values::Tame, &shape[1..]).0);
        Layer::dense(w * 0.05, b * 0.05)
    };
    let layers =
        [dense(&[784, 50]), Layer::Sigmoid, dense(&[50, 100]), Layer::Sigmoid, dense(&[100, 10]), Layer::Softmax];
    let network = Sequential::new(layers)?;
    let explained = forward(&network, &Tensor::<f32>::ones(&[784])?)?;
    let (text, svg) = (explained.to_string(), explained.svg());
    let words = texts(&svg);
    for size in ["784", "50", "100", "10", "x784", "z50(1)", "z100(2)", "y10"] {
        assert!(words.iter().any(|word| word == size), "{size}");
    }
    // Each output with its digits, in text and picture; a bar where it is long enough to be seen.
    for y in explained.y().iter() {
        let shown = words.iter().filter_map(|word| word.parse::<f32>().ok()).any(|x| (x - y).abs() < 1e-6 + 1e-4 * y);
        assert!(shown, "{y}: {text}");
    }
    // The bars are as long as the shares are large; one that is too short to be seen is not there.
    let bars = svg.split("<rect ").filter(|rect| rect.contains("height=\"13\""));
    let bars: Vec<f64> =
        bars.map(|bar| bar.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()).collect();
    let shares: Vec<f64> = explained.y().iter().map(f64::from).collect();
    let scale = bars.iter().copied().fold(0.0, f64::max) / shares.iter().copied().fold(0.0, f64::max);
    let wanted: Vec<f64> = shares.iter().map(|share| share * scale).filter(|&length| length >= 0.5).collect();
    assert!(
        bars.len() == wanted.len() && bars.iter().zip(&wanted).all(|(x, y)| (x - y).abs() < 0.02),
        "{bars:?} {wanted:?}"
    );
    Ok(())
}

/// Words for the activations, any row, and layers counted as errors count them.
#[test]
fn rows_and_activations() -> nptensor::Result<()> {
    let words =
        ["forward", "[[1, 2], [3, -4]]", "[[1, 2], [3, 4]]", "[0, 1]", "relu", "[[1], [-1]]", "[0.5]", "--row", "1"];
    let network = Sequential::new([
        Layer::dense([[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0]),
        Layer::Relu,
        Layer::dense([[1.0], [-1.0]], [0.5]),
    ])?;
    let x = Tensor::from([[1.0, 2.0], [3.0, -4.0]]);
    let shown = command(&words)?;
    assert_eq!(shown.json(), forward_row(&network, &x, 1)?.json());
    let text = shown.to_string();
    for part in [
        "Row 1 of the input, counted from 0: it has 2 (--row).",
        "layer 0 (dense), layer 1 (relu): 2 neurons",
        "layer 2 (dense): 1 neuron\n",
        "   1  1.   3.    0.  -9.  0.\n   2  2.   4.    1.  -9.  0.\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(forward(&network, &x)?.json(), forward_row(&network, &x, 0)?.json());
    let error = command(&["forward", "[1, 2, 3]", "[[1], [2]]", "[0]", "relu"]).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "layer 0 (dense): input of shape (3,) does not fit weights of shape (2,1)");
    // Weights without a bias.
    assert!(command(&["forward", "[1]", "[[1]]", "relu"]).is_err());
    Ok(())
}

#[test]
fn no_pass() -> nptensor::Result<()> {
    let network = Sequential::new([Layer::dense([[1.0], [2.0]], [0.5])])?;
    let text = |x: &Tensor| forward(&network, x).unwrap_err().to_string();
    assert_eq!(text(&Tensor::from([1.0])), "layer 0 (dense): input of shape (1,) does not fit weights of shape (2,1)");
    assert_eq!(text(&Tensor::zeros(&[0, 2])?), "a forward pass takes an input (inputs,), or rows of them");
    let relu = Sequential::new([Layer::Relu])?;
    let wrong = forward(&relu, &Tensor::from(1.0)).unwrap_err().to_string();
    assert_eq!(wrong, "a forward pass takes an input (inputs,), or rows of them");
    Ok(())
}
