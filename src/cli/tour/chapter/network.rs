//! 2: the three-layer network by hand and as a whole, and broadcasting.

use nptensor::{Layer, Result, Sequential, Tensor};

use super::super::{Field, bind, show};
use super::Chapter;

const BROADCAST: &[Field] = &[
    (["`a`, or a shape", "`a`，或一个形状"], "[[0], [10], [20]]"),
    (["`b`, or a shape", "`b`，或一个形状"], "[1, 2, 3, 4]"),
];
const SUMS_TO_TRY: &[(&str, &[&str])] = &[
    ("[[0], [10], [20]] + [1, 2, 3, 4]", &["[[0], [10], [20]]", "[1, 2, 3, 4]"]),
    ("(3,) + (4,)", &["(3,)", "(4,)"]),
    ("(3,1) + (4,)", &["(3,1)", "(4,)"]),
];
const FORWARD: &[Field] = &[
    (["`X`"; 2], "[1.0, 0.5]"),
    (["`W1`"; 2], "[[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]"),
    (["`B1`"; 2], "[0.1, 0.2, 0.3]"),
    (["`W2`"; 2], "[[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]"),
    (["`B2`"; 2], "[0.1, 0.2]"),
    (["`W3`"; 2], "[[0.1, 0.3], [0.2, 0.4]]"),
    (["`B3`"; 2], "[0.1, 0.2]"),
];

pub(super) fn symbols(tour: &mut Chapter) -> Result<()> {
    tour.heading(1, ["2. The three-layer network", "2. 三层神经网络"]);
    tour.say([
        "Two inputs, hidden layers of three neurons and of two, two outputs. Every weight has a name that\n\
         says where it is: $w₁₂⁽¹⁾$ belongs to layer 1, and leads to its neuron 1 from neuron 2 of the layer\n\
         before.",
        "两个输入，两个隐藏层各有三个和两个神经元，两个输出。每个权重都有一个说明位置的名字：\n\
         $w₁₂⁽¹⁾$ 属于第 1 层，从前一层的第 2 个神经元通向这一层的第 1 个神经元。",
    ]);
    tour.figure(
        &["diagram", "weight"],
        ["The network 2-3-2-2; the weights of a grey 1 are the biases.", "网络 2-3-2-2；灰色 1 的权重就是偏置。"],
    )?;
    tour.say([
        "So the first sum of layer 1 is the following; the bias needs no second index, for there is one grey 1.",
        "于是第 1 层的第一个和如下；偏置不需要第二个下标，因为灰色的 1 只有一个。",
    ]);
    tour.formula("a₁⁽¹⁾ = w₁₁⁽¹⁾x₁ + w₁₂⁽¹⁾x₂ + b₁⁽¹⁾");
    tour.say(["All sums of a layer at once are one product of matrices:", "一层的所有和可以一次写成矩阵的乘积："]);
    tour.formula(
        "A⁽¹⁾ = XW⁽¹⁾ + B⁽¹⁾\nA⁽¹⁾ = ⟨a₁⁽¹⁾ & a₂⁽¹⁾ & a₃⁽¹⁾⟩\nX = ⟨x₁ & x₂⟩\nB⁽¹⁾ = ⟨b₁⁽¹⁾ & b₂⁽¹⁾ & b₃⁽¹⁾⟩\n\
         W⁽¹⁾ = ⟨w₁₁⁽¹⁾ & w₂₁⁽¹⁾ & w₃₁⁽¹⁾; w₁₂⁽¹⁾ & w₂₂⁽¹⁾ & w₃₂⁽¹⁾⟩",
    );
    Ok(())
}

pub(super) fn three_layers(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["2.1 From layer 0 to layer 1", "2.1 从第 0 层到第 1 层"]);
    bind!(tour, "X = np.array([1.0, 0.5])", x = Tensor::from([1.0, 0.5]));
    bind!(
        tour,
        "W1 = np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])",
        w1 = Tensor::from([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])
    );
    bind!(tour, "B1 = np.array([0.1, 0.2, 0.3])", b1 = Tensor::from([0.1, 0.2, 0.3]));
    show!(tour, "W1.shape", w1.shape());
    show!(tour, "X.shape", x.shape());
    show!(tour, "B1.shape", b1.shape());
    bind!(tour, "A1 = np.dot(X, W1) + B1", a1 = x.dot(&w1)? + &b1);
    bind!(tour, "Z1 = sigmoid(A1)", z1 = a1.sigmoid());
    show!(tour, "print(A1)", a1);
    show!(tour, "print(Z1)", z1);
    tour.figure(
        &["diagram", "layer1"],
        [
            "Three sums of two weights and a bias, and the sigmoid of each.",
            "三个和，各由两个权重与一个偏置得到，再各取 sigmoid。",
        ],
    )?;

    tour.heading(2, ["2.2 From layer 1 to layer 2", "2.2 从第 1 层到第 2 层"]);
    bind!(
        tour,
        "W2 = np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])",
        w2 = Tensor::from([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])
    );
    bind!(tour, "B2 = np.array([0.1, 0.2])", b2 = Tensor::from([0.1, 0.2]));
    show!(tour, "Z1.shape", z1.shape());
    show!(tour, "W2.shape", w2.shape());
    show!(tour, "B2.shape", b2.shape());
    bind!(tour, "A2 = np.dot(Z1, W2) + B2", a2 = z1.dot(&w2)? + &b2);
    bind!(tour, "Z2 = sigmoid(A2)", z2 = a2.sigmoid());
    show!(tour, "print(Z2)", z2);
    tour.figure(
        &["diagram", "layer2"],
        ["The inputs of the second layer are what the first gave.", "第二层的输入就是第一层的输出。"],
    )?;

    tour.heading(2, ["2.3 From layer 2 to the output", "2.3 从第 2 层到输出层"]);
    tour.say([
        "The activation of the output layer is another one: here the identity, which gives back what it\n\
         gets. `Y = A3` would do; as a function it lets all layers be written alike.",
        "输出层用的是另一种激活函数：这里是恒等函数，它原样返回输入。写成 `Y = A3` 也可以；\n\
         写成函数，各层就能用同样的形式。",
    ]);
    bind!(tour, "def identity_function(x):\n    return x", identity_function = |x: &Tensor| x.clone());
    bind!(tour, "W3 = np.array([[0.1, 0.3], [0.2, 0.4]])", w3 = Tensor::from([[0.1, 0.3], [0.2, 0.4]]));
    bind!(tour, "B3 = np.array([0.1, 0.2])", b3 = Tensor::from([0.1, 0.2]));
    bind!(tour, "A3 = np.dot(Z2, W3) + B3", a3 = z2.dot(&w3)? + &b3);
    bind!(tour, "Y = identity_function(A3)  # or Y = A3", y = identity_function(&a3));
    show!(tour, "print(Y)", y);
    tour.figure(
        &["diagram", "layer3"],
        ["The outputs: two sums of two weights and a bias.", "输出：两个和，各由两个权重与一个偏置得到。"],
    )?;

    tour.heading(2, ["2.4 The whole network", "2.4 整个网络"]);
    tour.say([
        "The same in two functions: one that has the weights, one that leads an input through the layers,\n\
         forward. `Sequential` is both: a list of layers, and `forward` walks along it.",
        "把同样的计算写成两个函数：一个保存权重，一个让输入逐层向前传播（前向传播）。\n\
         `Sequential` 兼有两者：它是层的列表，`forward` 沿着列表走一遍。",
    ]);
    bind!(
        tour,
        "def init_network():\n    network = {}\n    network['W1'] = np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])\n    \
         network['b1'] = np.array([0.1, 0.2, 0.3])\n    \
         network['W2'] = np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])\n    \
         network['b2'] = np.array([0.1, 0.2])\n    network['W3'] = np.array([[0.1, 0.3], [0.2, 0.4]])\n    \
         network['b3'] = np.array([0.1, 0.2])\n    return network",
        init_network = || {
            let w1 = [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]];
            let b1 = [0.1, 0.2, 0.3];
            let w2 = [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]];
            let b2 = [0.1, 0.2];
            let w3 = [[0.1, 0.3], [0.2, 0.4]];
            let b3 = [0.1, 0.2];
            let first = [Layer::dense(w1, b1), Layer::Sigmoid];
            let second = [Layer::dense(w2, b2), Layer::Sigmoid];
            let third = [Layer::dense(w3, b3), Layer::Identity];
            Sequential::new([first, second, third].concat())
        }
    );
    bind!(
        tour,
        "def forward(network, x):\n    W1, W2, W3 = network['W1'], network['W2'], network['W3']\n    \
         b1, b2, b3 = network['b1'], network['b2'], network['b3']\n\n    a1 = np.dot(x, W1) + b1\n    z1 = sigmoid(a1)\n    \
         a2 = np.dot(z1, W2) + b2\n    z2 = sigmoid(a2)\n    a3 = np.dot(z2, W3) + b3\n    y = identity_function(a3)\n    return y",
        forward = |network: &Sequential, x: &Tensor| network.forward(x)
    );
    bind!(tour, "network = init_network()", network = init_network()?);
    bind!(tour, "y = forward(network, X)", y = forward(&network, &x)?);
    show!(tour, "print(y)", y);
    tour.panel("forward", FORWARD, &[], ["The whole network, layer by layer.", "整个网络，一层接一层。"])?;

    tour.heading(2, ["2.5 Rows of inputs", "2.5 多行输入"]);
    tour.say([
        "Rows of inputs give rows of outputs, each the same to the last bit as the row alone.",
        "多行输入得到多行输出，每一行都与单独计算时逐位相同。",
    ]);
    bind!(tour, "batch = np.array([[1.0, 0.5], [0.0, 0.0]])", batch = Tensor::from([[1.0, 0.5], [0.0, 0.0]]));
    show!(tour, "print(forward(network, batch))", forward(&network, &batch)?);
    Ok(())
}

pub(super) fn broadcasting(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["2.6 Broadcasting", "2.6 广播"]);
    tour.say([
        "How can a bias of shape (3,) be added to sums of shape (2, 3)? By broadcasting: shapes are aligned\n\
         on the right, and an axis that is 1 or missing is stretched. Nothing is copied: along a stretched\n\
         axis the stride is 0. Axes that differ, and neither is 1, do not fit.",
        "形状 (3,) 的偏置怎么能加到形状 (2, 3) 的和上？靠广播：形状从右边对齐，\n\
         长度为 1 或缺少的轴被拉伸。什么也不复制：沿着被拉伸的轴，步幅是 0。\n\
         如果两个轴长度不同，又都不是 1，形状就不匹配。",
    ]);
    bind!(tour, "a = np.array([[0], [10], [20]])", a = Tensor::from([[0_i64], [10], [20]]));
    bind!(tour, "b = np.array([1, 2, 3, 4])", b = Tensor::from([1, 2, 3, 4]));
    const SUMS: &[[&str; 2]] = &[["an error", "报错"], ["`(3, 4)`"; 2], ["`(3, 1)`"; 2]];
    tour.guess(
        [
            "What do you expect? `a.shape` is (3, 1), `b.shape` is (4,)",
            "你的预期是什么？`a.shape` 是 (3, 1)，`b.shape` 是 (4,)",
        ],
        1,
        SUMS,
        [
            "From the right, 1 meets 4 and is stretched to it; `b` has no axis that meets 3, and is read three times.",
            "从右边起，1 遇到 4，被拉伸成 4；`b` 没有与 3 对应的轴，所以被读三次。",
        ],
    );
    show!(tour, "(a + b).shape", (&a + &b).shape());
    show!(tour, "a + b", &a + &b);
    bind!(tour, "c = np.array([1, 2, 3])", c = Tensor::from([1, 2, 3]));
    tour.guess(
        ["And `c + b`, of (3,) and (4,)?", "那么 (3,) 与 (4,) 的 `c + b` 呢？"],
        0,
        SUMS,
        ["3 meets 4, and only an axis of length 1 can be stretched.", "3 遇到 4，而只有长度为 1 的轴才能拉伸。"],
    );
    show!(tour, "c + b", c.try_add(&b).unwrap_err());
    tour.figure(
        &["broadcast", "(3,)", "(4,)"],
        ["Aligned on the right, 3 meets 4, and neither is 1.", "从右边对齐，3 遇到 4，两者都不是 1。"],
    )?;
    tour.say([
        "A second axis of length 1 mends it: `c[:, None]` is `c` as a column, (3, 1).",
        "加一个长度为 1 的轴就好了：`c[:, None]` 是写成一列的 `c`，形状 (3, 1)。",
    ]);
    show!(tour, "c[:, None] + b", c.slice(":, None")?.try_add(&b)?);
    tour.panel(
        "broadcast",
        BROADCAST,
        SUMS_TO_TRY,
        ["Which cells each cell of the result reads.", "结果的每个元素读取哪些元素。"],
    )
}
