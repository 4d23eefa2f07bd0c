//! The chapter, section by section, as items for the tour to show.
//!
//! Every expression and every command that draws a picture runs when the tour is made; the text that is shown is the
//! source of the expression, by `stringify!`. The snippets follow chapter 3 of 'Deep Learning from Scratch', the text
//! between them is our own. Read next: `page.rs`.

use nptensor::{Float, Layer, Result, Sequential, Tensor, explain};

use super::text::command;
use super::{Digit, Field, Item, Show, bind, show};

pub(super) fn items(digit: Option<Digit>) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    items.push(Item::Title("Neural networks: chapter 3 of 'Deep Learning from Scratch', in NumPy and in nptensor"));
    perceptron(&mut items)?;
    activations(&mut items)?;
    arrays(&mut items)?;
    three_layers(&mut items)?;
    output_layer(&mut items)?;
    digits(&mut items, digit);
    Ok(items)
}

/// What a command of `explain` draws.
fn figure(items: &mut Vec<Item>, words: &[&str], caption: &'static str) -> Result<()> {
    items.push(Item::Figure { picture: explain::command(words)?, command: Some(command(words)), caption });
    Ok(())
}

fn network<T: Float>(items: &mut Vec<Item>, layers: &[Layer<T>], x: &Tensor<T>, caption: &'static str) -> Result<()> {
    let picture = Box::new(explain::forward(&Sequential::new(layers)?, x)?);
    items.push(Item::Figure { picture, command: None, caption });
    Ok(())
}

/// A command of `explain` whose words the reader may change.
fn panel(items: &mut Vec<Item>, name: &'static str, fields: &'static [Field], caption: &'static str) -> Result<()> {
    let words: Vec<&str> = [name].into_iter().chain(fields.iter().map(|&(_, value)| value)).collect();
    items.push(Item::Panel { name, fields, picture: explain::command(&words)?, command: command(&words), caption });
    Ok(())
}

fn perceptron(items: &mut Vec<Item>) -> Result<()> {
    items.push(Item::Heading(1, "1. From perceptron to neural network"));
    items.push(Item::Heading(2, "1.1 Layers"));
    items.push(Item::Text(
        "A network has an input layer (layer 0), hidden layers and an output layer. A perceptron with\n\
         two inputs computes `y = h(b + w1 x1 + w2 x2)`: the bias b is the weight of a third input that is\n\
         always 1, and h(x) is 0 for x <= 0 and 1 for x > 0.",
    ));
    let and = [Layer::dense([[0.5], [0.5]], [-0.7]), Layer::Step];
    network(
        items,
        &and,
        &Tensor::from([1.0, 1.0]),
        "A perceptron: both inputs are 1, their weights 0.5, the bias -0.7; it answers 1 only if both are 1.",
    )
}

fn activations(items: &mut Vec<Item>) -> Result<()> {
    items.push(Item::Heading(2, "1.2 Activation functions"));
    items.push(Item::Text(
        "In two steps: `a = b + w1 x1 + w2 x2`, then `y = h(a)`. The function h is the activation function.",
    ));

    items.push(Item::Text("The step function, of one number: 0 or 1, like a bamboo fountain that tips over."));
    bind!(
        items,
        "def step_function(x):\n    return 1 if x > 0 else 0",
        step_function = |x: f64| if x > 0.0 { 1 } else { 0 }
    );
    show!(items, "step_function(3.0)", step_function(3.0));
    items.push(Item::Text("Of an array: a comparison gives an array of bool, a cast makes it 0 and 1."));
    bind!(items, "x = np.array([-1.0, 1.0, 2.0])", x = Tensor::from([-1.0, 1.0, 2.0]));
    bind!(items, "y = x > 0", y = x.greater(0.0)?);
    show!(items, "y", y);
    show!(items, "np.array(x > 0, dtype=int)", y.cast::<i64>());
    show!(items, "step_function(x)", x.step());
    figure(items, &["plot", "step", "-6", "6"], "The step function.")?;

    items.push(Item::Text(
        "The sigmoid function, `h(x) = 1 / (1 + exp(-x))`: smooth, like a water wheel, whose output follows the flow.",
    ));
    show!(items, "1 / (1 + np.exp(-x))", 1.0 / (1.0 + (-&x).exp()));
    show!(items, "sigmoid(x)", x.sigmoid());
    figure(items, &["plot", "sigmoid", "-6", "6"], "The sigmoid function.")?;
    figure(
        items,
        &["plot", "step,sigmoid", "-6", "6"],
        "Step and sigmoid: both small for small inputs, near 1 for large ones.",
    )?;

    items.push(Item::Text(
        "Activations must not be linear: three layers with h(x) = c x are one layer with c**3 x.\n\
         Depth would add nothing.",
    ));
    bind!(items, "c = 3.0", c = 3.0);
    show!(items, "np.array_equal(c * (c * (c * x)), c**3 * x)", c * (c * (c * &x)) == c * c * c * &x);

    items.push(Item::Text("The ReLU function: x for x > 0, else 0."));
    show!(items, "np.maximum(0, x)", x.maximum(0.0)?);
    show!(items, "relu(x)", x.relu());
    figure(items, &["plot", "relu", "-6", "6"], "The ReLU function.")?;
    items.push(Item::Text("The hyperbolic tangent: a curve like the sigmoid's, but between -1 and 1."));
    show!(items, "np.tanh(x)", x.tanh());
    figure(items, &["plot", "tanh", "-6", "6"], "The hyperbolic tangent.")
}

fn arrays(items: &mut Vec<Item>) -> Result<()> {
    items.push(Item::Heading(2, "1.3 Arrays and the dot product"));
    bind!(items, "A = np.array([1, 2, 3, 4])", a = Tensor::from([1, 2, 3, 4]));
    show!(items, "print(A)", a);
    show!(items, "np.ndim(A)", a.ndim());
    show!(items, "A.shape", a.shape());
    show!(items, "A.shape[0]", a.shape()[0]);

    items.push(Item::Text("The product of two matrices: each row of the first with each column of the second."));
    bind!(items, "A = np.array([[1, 2], [3, 4]])", a = Tensor::from([[1, 2], [3, 4]]));
    show!(items, "A.shape", a.shape());
    bind!(items, "B = np.array([[5, 6], [7, 8]])", b = Tensor::from([[5, 6], [7, 8]]));
    show!(items, "np.dot(A, B)", a.dot(&b)?);

    items.push(Item::Text("The first needs as many columns as the second has rows. Two 2x2 matrices always fit:"));
    show!(items, "np.dot(A, A)", a.dot(&a)?);
    items.push(Item::Text("A 2x3 and a 2x2 matrix do not:"));
    bind!(items, "C = np.array([[1, 2, 3], [4, 5, 6]])", c = Tensor::from([[1, 2, 3], [4, 5, 6]]));
    show!(items, "np.dot(C, A)", c.dot(&a).unwrap_err());
    let words = ["dot", "[[1, 2, 3], [4, 5, 6]]", "[[1, 2], [3, 4]]"];
    figure(items, &words, "Rows of three numbers, columns of two: one number has no partner.")?;
    panel(items, "dot", DOT, "One cell of the product at a time: its row, its column, and the sum as it grows.")?;

    items.push(Item::Text(
        "A part of an array is a view: it has a shape, strides and an offset of its own, and reads the same memory.\n\
         The strides say how far apart the neighbours along each axis lie.",
    ));
    bind!(items, "M = np.arange(20).reshape(4, 5)", m = Tensor::arange(0, 20, 1)?.reshape(&[4, 5])?);
    show!(items, "M[::2, 4:1:-1]", m.slice("::2, 4:1:-1")?);
    panel(items, "slice", SLICE, "What each part of the index does to shape, strides and offset.")
}

const DOT: &[Field] = &[("`A`", "[[1, 2], [3, 4]]"), ("`B`", "[[5, 6], [7, 8]]")];
const SLICE: &[Field] = &[("`M`, or a shape", "(4,5)"), ("Index", "::2, 4:1:-1")];
const BROADCAST: &[Field] = &[("`a`, or a shape", "[[0], [10], [20]]"), ("`b`, or a shape", "[1, 2, 3, 4]")];
const FORWARD: &[Field] = &[
    ("`X`", "[1.0, 0.5]"),
    ("`W1`", "[[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]"),
    ("`B1`", "[0.1, 0.2, 0.3]"),
    ("`W2`", "[[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]"),
    ("`B2`", "[0.1, 0.2]"),
    ("`W3`", "[[0.1, 0.3], [0.2, 0.4]]"),
    ("`B3`", "[0.1, 0.2]"),
];
const SOFTMAX: &[Field] = &[("`a`", "[0.3, 2.9, 4.0]")];

fn three_layers(items: &mut Vec<Item>) -> Result<()> {
    items.push(Item::Heading(1, "2. The three-layer network"));
    items.push(Item::Text(
        "Two inputs, hidden layers of three and two, two outputs. w(1)_12 is the weight of layer 1 to its\n\
         neuron 1 from neuron 2 of the layer before; all of a layer at once is `A(1) = X W(1) + B(1)`.",
    ));

    items.push(Item::Heading(2, "2.1 From layer 0 to layer 1"));
    bind!(items, "X = np.array([1.0, 0.5])", x = Tensor::from([1.0, 0.5]));
    bind!(
        items,
        "W1 = np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])",
        w1 = Tensor::from([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])
    );
    bind!(items, "B1 = np.array([0.1, 0.2, 0.3])", b1 = Tensor::from([0.1, 0.2, 0.3]));
    show!(items, "W1.shape", w1.shape());
    show!(items, "X.shape", x.shape());
    show!(items, "B1.shape", b1.shape());
    bind!(items, "A1 = np.dot(X, W1) + B1", a1 = x.dot(&w1)? + &b1);
    bind!(items, "Z1 = sigmoid(A1)", z1 = a1.sigmoid());
    show!(items, "print(A1)", a1);
    show!(items, "print(Z1)", z1);
    let mut layers = vec![Layer::dense(&w1, &b1), Layer::Sigmoid];
    network(items, &layers, &x, "The first layer: three sums, and the sigmoid of each.")?;

    items.push(Item::Heading(2, "2.2 From layer 1 to layer 2"));
    bind!(
        items,
        "W2 = np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])",
        w2 = Tensor::from([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])
    );
    bind!(items, "B2 = np.array([0.1, 0.2])", b2 = Tensor::from([0.1, 0.2]));
    show!(items, "Z1.shape", z1.shape());
    show!(items, "W2.shape", w2.shape());
    show!(items, "B2.shape", b2.shape());
    bind!(items, "A2 = np.dot(Z1, W2) + B2", a2 = z1.dot(&w2)? + &b2);
    bind!(items, "Z2 = sigmoid(A2)", z2 = a2.sigmoid());
    show!(items, "print(Z2)", z2);
    layers.extend([Layer::dense(&w2, &b2), Layer::Sigmoid]);
    network(items, &layers, &x, "With the second layer, whose inputs are what the first gave.")?;

    items.push(Item::Heading(2, "2.3 From layer 2 to the output"));
    items.push(Item::Text("The output layer has the identity for its activation."));
    bind!(items, "W3 = np.array([[0.1, 0.3], [0.2, 0.4]])", w3 = Tensor::from([[0.1, 0.3], [0.2, 0.4]]));
    bind!(items, "B3 = np.array([0.1, 0.2])", b3 = Tensor::from([0.1, 0.2]));
    bind!(items, "A3 = np.dot(Z2, W3) + B3", a3 = z2.dot(&w3)? + &b3);
    bind!(items, "Y = identity_function(A3)", y = a3.identity());
    show!(items, "print(Y)", y);

    items.push(Item::Heading(2, "2.4 The whole network"));
    bind!(
        items,
        "network = init_network()    # W1 b1 W2 b2 W3 b3, and forward() chains dot, bias, sigmoid",
        network = Sequential::new([
            Layer::dense(w1, b1),
            Layer::Sigmoid,
            Layer::dense(w2, b2),
            Layer::Sigmoid,
            Layer::dense(w3, b3),
            Layer::Identity
        ])?
    );
    show!(items, "print(forward(network, X))", network.forward(&x)?);
    panel(items, "forward", FORWARD, "The whole network, layer by layer.")?;
    items.push(Item::Text("Rows of inputs give rows of outputs, each the same to the last bit as the row alone."));
    bind!(items, "batch = np.array([[1.0, 0.5], [0.0, 0.0]])", batch = Tensor::from([[1.0, 0.5], [0.0, 0.0]]));
    show!(items, "print(forward(network, batch))", network.forward(&batch)?);
    items.push(Item::Text(
        "How can a bias of shape (3,) be added to sums of shape (2, 3)? By broadcasting: shapes are aligned on the\n\
         right, and an axis that is 1 or missing is stretched. Nothing is copied: along a stretched axis the stride\n\
         is 0. Axes that differ, and neither is 1, do not fit.",
    ));
    bind!(items, "a = np.array([[0], [10], [20]])", a = Tensor::from([[0], [10], [20]]));
    bind!(items, "b = np.array([1, 2, 3, 4])", b = Tensor::from([1, 2, 3, 4]));
    show!(items, "a + b", &a + &b);
    bind!(items, "c = np.array([1, 2, 3])", c = Tensor::from([1, 2, 3]));
    show!(items, "c + b", c.try_add(&b).unwrap_err());
    figure(items, &["broadcast", "(3,)", "(4,)"], "Aligned on the right, 3 meets 4, and neither is 1.")?;
    panel(items, "broadcast", BROADCAST, "Which cells each cell of the result reads. Try `(3,)` and `(4,)`.")
}

fn output_layer(items: &mut Vec<Item>) -> Result<()> {
    items.push(Item::Heading(1, "3. The output layer"));
    items.push(Item::Heading(2, "3.1 Identity and softmax"));
    items.push(Item::Text("Identity for regression; for classification softmax, `y_k = exp(a_k) / sum_i exp(a_i)`."));
    bind!(items, "a = np.array([0.3, 2.9, 4.0])", a = Tensor::from([0.3, 2.9, 4.0]));
    bind!(items, "exp_a = np.exp(a)", exp_a = a.exp());
    show!(items, "print(exp_a)", exp_a);
    bind!(items, "sum_exp_a = np.sum(exp_a)", sum_exp_a = exp_a.sum());
    show!(items, "print(sum_exp_a)", sum_exp_a);
    bind!(items, "y = exp_a / sum_exp_a", y = &exp_a / sum_exp_a);
    show!(items, "print(y)", y);
    panel(items, "softmax", SOFTMAX, "What softmax makes of each input.")?;

    items.push(Item::Heading(2, "3.2 Softmax must not overflow"));
    items.push(Item::Text("exp(10) is over 20000, exp(100) has over 40 digits, and exp(1000) is inf."));
    bind!(items, "a = np.array([1010, 1000, 990])", a = Tensor::from([1010_i64, 1000, 990]));
    show!(items, "np.exp(a) / np.sum(np.exp(a))", a.exp() / a.exp().sum());
    items.push(Item::Text("Subtracting the greatest from all changes nothing in the quotient, and nothing overflows."));
    bind!(items, "c = np.max(a)", c = a.max()?);
    show!(items, "a - c", &a - c);
    bind!(items, "exp_a = np.exp(a - c)", exp_a = (&a - c).exp());
    bind!(items, "y = exp_a / np.sum(exp_a)", y = &exp_a / exp_a.sum());
    show!(items, "y", y);
    show!(items, "softmax(a)", a.softmax_whole()?);
    figure(
        items,
        &["plot", "overflow"],
        "As inputs grow, the quotient as it is written breaks; the one with the greatest subtracted does not.",
    )?;

    items.push(Item::Heading(2, "3.3 What softmax gives"));
    items.push(Item::Text("Numbers between 0 and 1 that add up to 1: probabilities."));
    show!(items, "np.sum(y)", y.sum());
    items.push(Item::Text(
        "Softmax keeps the order, so the largest output stays where it was: to predict a class,\n\
         softmax can be left out.",
    ));
    bind!(items, "a = np.array([0.3, 2.9, 4.0])", a = Tensor::from([0.3, 2.9, 4.0]));
    show!(items, "softmax(a)", a.softmax_whole()?);
    show!(items, "np.argmax(a)", a.argmax()?);
    show!(items, "np.argmax(softmax(a))", a.softmax_whole()?.argmax()?);

    items.push(Item::Heading(2, "3.4 How many outputs"));
    items.push(Item::Text("As many as there are classes: ten, to tell the digits 0 to 9 apart."));
    Ok(())
}

fn digits(items: &mut Vec<Item>, digit: Option<Digit>) {
    items.push(Item::Heading(1, "4. Digits"));
    items.push(Item::Text(
        "The network 784-50-100-10 with trained weights reads handwritten digits: 28x28 pixels, divided by\n\
         255, as one row of 784. With the weights and the MNIST test set in files:\n\n    \
         nptensor eval weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz\n\n\
         It reads all 10000 and prints how many it got right.",
    ));
    items.push(Item::Digit(digit));
}
