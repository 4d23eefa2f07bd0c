//! 1.1 and 1.2: from the perceptron to a neuron with an activation function.

use nptensor::{Result, Tensor};

use super::super::{bind, show};
use super::Chapter;

pub(super) fn layers(tour: &mut Chapter) -> Result<()> {
    tour.heading(1, ["1. From perceptron to neural network", "1. 从感知机到神经网络"]);
    tour.heading(2, ["1.1 Layers", "1.1 层"]);
    tour.say([
        "A network has an input layer (layer 0), hidden layers, which nobody sees from outside, and an\n\
         output layer. The simplest has one neuron, the perceptron: it weighs its inputs, adds a bias b,\n\
         and answers 1 where that is above 0:",
        "神经网络有输入层（第 0 层）、从外面看不到的隐藏层，还有输出层。最简单的网络只有一个神经元，\n\
         就是感知机：它把各个输入乘以权重后相加，再加上偏置 b，结果大于 0 时输出 1：",
    ]);
    tour.formula("y = [0 & where b + w₁x₁ + w₂x₂ ≤ 0; 1 & where b + w₁x₁ + w₂x₂ > 0]");
    tour.say([
        "The bias says how easily the neuron answers 1. It can be drawn as the weight of one more input,\n\
         which is always 1. What decides after the sum gets a name of its own, h:",
        "偏置决定神经元有多容易输出 1。它可以画成一个额外输入的权重，这个输入总是 1。\n\
         求和之后作判断的部分另取一个名字，叫 h：",
    ]);
    tour.formula("y = h(b + w₁x₁ + w₂x₂)\nh(x) = [0 & where x ≤ 0; 1 & where x > 0]");
    tour.figure(
        &["diagram", "perceptron"],
        [
            "With $w₁ = w₂ = 0.5$ and $b = -0.7$ it answers 1 only if both inputs are 1.",
            "取 $w₁ = w₂ = 0.5$、$b = -0.7$ 时，只有两个输入都是 1 才输出 1。",
        ],
    )
}

pub(super) fn activations(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["1.2 Activation functions", "1.2 激活函数"]);
    tour.say([
        "The function h decides what the sum does to the neuron: it is its activation function.\n\
         Sum and activation written apart:",
        "函数 h 决定求和的结果怎样激活神经元，所以叫作激活函数。把求和与激活分开写：",
    ]);
    tour.formula("a = b + w₁x₁ + w₂x₂\ny = h(a)");
    tour.figure(&["diagram", "neuron"], ["What is within a neuron.", "神经元的内部。"])?;

    tour.say([
        "The perceptron's own is the step function: 0 or 1, like a bamboo fountain that tips over once\n\
         enough water has run in. Of one number:",
        "感知机自己的激活函数是阶跃函数，输出 0 或 1，就像惊鹿的竹筒，水积够了才会翻倒。\n\
         输入是一个数时：",
    ]);
    bind!(
        tour,
        "def step_function(x):\n    if x > 0:\n        return 1\n    else:\n        return 0",
        step_function = |x: f64| if x > 0.0 { 1_i64 } else { 0 }
    );
    show!(tour, "step_function(3.0)", step_function(3.0));
    tour.say([
        "Of an array it fails, for `if` asks one question, and an array would give many answers:",
        "输入是数组时就会出错，因为 `if` 只问一次，而数组会给出许多回答：",
    ]);
    bind!(tour, "x = np.array([-1.0, 1.0, 2.0])", x = Tensor::from([-1.0, 1.0, 2.0]));
    tour.snippet(
        "step_function(x)",
        "step_function(x) // not compiled: x is a Tensor, no f64".into(),
        Some((
            "raises",
            "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()".into(),
        )),
    );
    tour.say([
        "So each number is asked: a comparison gives an array of bool, and a cast makes that 0 and 1.",
        "所以要逐个元素地问：比较运算得到 bool 数组，再转换类型，变成 0 和 1。",
    ]);
    bind!(tour, "y = x > 0", y = x.greater(0.0)?);
    show!(tour, "y", y);
    bind!(
        tour,
        "def step_function(x):\n    return np.array(x > 0, dtype=int)",
        step_function = |x: &Tensor| -> Result<Tensor<i64>> { Ok(x.greater(0.0)?.cast()) }
    );
    show!(tour, "step_function(x)", step_function(&x)?);
    tour.figure(&["plot", "step", "-6", "6"], ["The step function.", "阶跃函数。"])?;

    tour.say([
        "The sigmoid function is like a water wheel, whose output follows the flow:",
        "sigmoid 函数像一架水车，输出随水量变化：",
    ]);
    tour.formula("h(x) = {1}/{1 + exp(-x)}");
    tour.say([
        "Here $exp(-x)$ is e to the power of $-x$, and e is Napier's constant, 2.7182... The curve is smooth,\n\
         and that matters for learning: a small change of a weight changes the output a little, and so\n\
         tells in which direction to go on. A step says nothing until it jumps.",
        "式中的 $exp(-x)$ 是 e 的 $-x$ 次方，e 是纳皮尔常数 2.7182...。曲线是平滑的，这对学习很重要：\n\
         权重有微小的变化，输出也只有微小的变化，由此知道该往哪个方向调整。\n\
         阶跃函数在跳变之前什么也不告诉我们。",
    ]);
    bind!(tour, "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))", sigmoid = |x: &Tensor| 1.0 / (1.0 + (-x).exp()));
    show!(tour, "sigmoid(x)", sigmoid(&x));
    tour.say([
        "(nptensor has these functions as methods as well: `x.step()`, `x.sigmoid()`, `x.relu()`.)",
        "（nptensor 也把这些函数作为方法提供：`x.step()`、`x.sigmoid()`、`x.relu()`。）",
    ]);
    tour.figure(&["plot", "sigmoid", "-6", "6"], ["The sigmoid function.", "sigmoid 函数。"])?;
    tour.figure(
        &["plot", "step,sigmoid", "-6", "6"],
        [
            "Step and sigmoid: both small for small inputs, near 1 for large ones; one jumps, one is smooth.",
            "阶跃函数与 sigmoid 函数：输入小时都小，输入大时都接近 1；一个跳变，一个平滑。",
        ],
    )?;

    tour.say([
        "Activations of hidden layers must not be linear. Let one layer multiply by 2 and the next by 3:\n\
         $3(2x) = 6x$, and one layer that multiplies by 6 does the same. A linear activation, $h(x) = cx$, is\n\
         a factor more: three of them are $h(h(h(x))) = c³x$. Layers of many neurons multiply by tables of\n\
         weights, matrices (#1.4), which merge alike: $(XW₁)W₂ = X(W₁W₂)$, and $W₁W₂$ is one matrix. So many\n\
         layers could do no more than one. A curve or a bend between them, as sigmoid or ReLU has, does not merge.",
        "隐藏层的激活函数不能是线性的。设一层乘以 2，下一层乘以 3，合起来是 $3(2x) = 6x$，一层乘以 6 就够了。\n\
         线性的激活函数 $h(x) = cx$ 只是再多乘一个系数：三层就是 $h(h(h(x))) = c³x$。神经元多时，一层就是乘以一张权重表，也就是矩阵（#1.4），\n\
         同样可以合并：$(XW₁)W₂ = X(W₁W₂)$，而 $W₁W₂$ 只是一个矩阵。这样再多的层也不会比一层做得更多。\n\
         层与层之间有曲线或折线，如 sigmoid 或 ReLU，就不能合并。",
    ]);
    bind!(tour, "c = 3.0", c = 3.0);
    show!(tour, "np.array_equal(c * (c * (c * x)), c**3 * x)", c * (c * (c * &x)) == c * c * c * &x);

    tour.say([
        "The ReLU function (rectified linear unit) lets through what is above 0:",
        "ReLU 函数（Rectified Linear Unit，修正线性单元）让大于 0 的输入原样通过：",
    ]);
    tour.formula("h(x) = [x & where x > 0; 0 & where x ≤ 0]");
    bind!(tour, "def relu(x):\n    return np.maximum(0, x)", relu = |x: &Tensor| x.maximum(0.0));
    show!(tour, "relu(x)", relu(&x)?);
    tour.figure(&["plot", "relu", "-6", "6"], ["The ReLU function.", "ReLU 函数。"])?;
    tour.say([
        "The hyperbolic tangent: a curve like the sigmoid's, but between -1 and 1.",
        "双曲正切：曲线与 sigmoid 函数相似，但取值在 -1 与 1 之间。",
    ]);
    show!(tour, "np.tanh(x)", x.tanh());
    tour.figure(&["plot", "tanh", "-6", "6"], ["The hyperbolic tangent.", "双曲正切函数。"])
}
