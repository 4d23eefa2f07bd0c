//! 1.1 and 1.2: from the perceptron to a neuron with an activation function.

use nptensor::{Result, Tensor};

use super::super::{bind, show};
use super::Chapter;

pub(super) fn layers(tour: &mut Chapter) -> Result<()> {
    tour.heading(1, "1. From perceptron to neural network");
    tour.heading(2, "1.1 Layers");
    tour.say(
        "A network has an input layer (layer 0), hidden layers, which nobody sees from outside, and an\n\
         output layer. The simplest has one neuron, the perceptron: it weighs its inputs, adds a bias b,\n\
         and answers 1 where that is above 0:",
    );
    tour.formula("y = [0 & where b + w₁x₁ + w₂x₂ ≤ 0; 1 & where b + w₁x₁ + w₂x₂ > 0]");
    tour.say(
        "The bias says how easily the neuron answers 1. It can be drawn as the weight of one more input,\n\
         which is always 1. What decides after the sum gets a name of its own, h:",
    );
    tour.formula("y = h(b + w₁x₁ + w₂x₂)\nh(x) = [0 & where x ≤ 0; 1 & where x > 0]");
    tour.figure(
        &["diagram", "perceptron"],
        "With $w₁ = w₂ = 0.5$ and $b = -0.7$ it answers 1 only if both inputs are 1.",
    )
}

pub(super) fn activations(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, "1.2 Activation functions");
    tour.say(
        "The function h decides what the sum does to the neuron: it is its activation function.\n\
         Sum and activation written apart:",
    );
    tour.formula("a = b + w₁x₁ + w₂x₂\ny = h(a)");
    tour.figure(&["diagram", "neuron"], "What is within a neuron.")?;

    tour.say(
        "The perceptron's own is the step function: 0 or 1, like a bamboo fountain that tips over once\n\
         enough water has run in. Of one number:",
    );
    bind!(
        tour,
        "def step_function(x):\n    if x > 0:\n        return 1\n    else:\n        return 0",
        step_function = |x: f64| if x > 0.0 { 1_i64 } else { 0 }
    );
    show!(tour, "step_function(3.0)", step_function(3.0));
    tour.say("Of an array it fails, for `if` asks one question, and an array would give many answers:");
    bind!(tour, "x = np.array([-1.0, 1.0, 2.0])", x = Tensor::from([-1.0, 1.0, 2.0]));
    tour.snippet(
        "step_function(x)",
        "step_function(x) // not compiled: x is a Tensor, no f64".into(),
        Some((
            "raises",
            "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()".into(),
        )),
    );
    tour.say("So each number is asked: a comparison gives an array of bool, and a cast makes that 0 and 1.");
    bind!(tour, "y = x > 0", y = x.greater(0.0)?);
    show!(tour, "y", y);
    bind!(
        tour,
        "def step_function(x):\n    return np.array(x > 0, dtype=int)",
        step_function = |x: &Tensor| -> Result<Tensor<i64>> { Ok(x.greater(0.0)?.cast()) }
    );
    show!(tour, "step_function(x)", step_function(&x)?);
    tour.figure(&["plot", "step", "-6", "6"], "The step function.")?;

    tour.say("The sigmoid function is like a water wheel, whose output follows the flow:");
    tour.formula("h(x) = {1}/{1 + exp(-x)}");
    tour.say(
        "Here $exp(-x)$ is e to the power of $-x$, and e is Napier's constant, 2.7182... The curve is smooth,\n\
         and that matters for learning: a small change of a weight changes the output a little, and so\n\
         tells in which direction to go on. A step says nothing until it jumps.",
    );
    bind!(tour, "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))", sigmoid = |x: &Tensor| 1.0 / (1.0 + (-x).exp()));
    show!(tour, "sigmoid(x)", sigmoid(&x));
    tour.say("(nptensor has these functions as methods as well: `x.step()`, `x.sigmoid()`, `x.relu()`.)");
    tour.figure(&["plot", "sigmoid", "-6", "6"], "The sigmoid function.")?;
    tour.figure(
        &["plot", "step,sigmoid", "-6", "6"],
        "Step and sigmoid: both small for small inputs, near 1 for large ones; one jumps, one is smooth.",
    )?;

    tour.say(
        "Activations must not be linear: with $h(x) = cx$, three layers are $h(h(h(x))) = c³x$, and one layer\n\
         with another c does the same. With weights it is no different: $(XW₁)W₂ = X(W₁W₂)$, and $W₁W₂$ is\n\
         one matrix. Depth would add nothing.",
    );
    bind!(tour, "c = 3.0", c = 3.0);
    show!(tour, "np.array_equal(c * (c * (c * x)), c**3 * x)", c * (c * (c * &x)) == c * c * c * &x);

    tour.say("The ReLU function (rectified linear unit) lets through what is above 0:");
    tour.formula("h(x) = [x & where x > 0; 0 & where x ≤ 0]");
    bind!(tour, "def relu(x):\n    return np.maximum(0, x)", relu = |x: &Tensor| x.maximum(0.0));
    show!(tour, "relu(x)", relu(&x)?);
    tour.figure(&["plot", "relu", "-6", "6"], "The ReLU function.")?;
    tour.say("The hyperbolic tangent: a curve like the sigmoid's, but between -1 and 1.");
    show!(tour, "np.tanh(x)", x.tanh());
    tour.figure(&["plot", "tanh", "-6", "6"], "The hyperbolic tangent.")
}
