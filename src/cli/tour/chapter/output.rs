//! 3 and 4: the output layer, softmax and its overflow, and the digits.

use nptensor::{Result, Tensor};

use super::super::{Digit, Field, Item, bind, show};
use super::Chapter;

const SOFTMAX: &[Field] = &[(["`a`"; 2], "[0.3, 2.9, 4.0]")];

pub(super) fn identity_and_softmax(tour: &mut Chapter) -> Result<()> {
    tour.heading(1, ["3. The output layer", "3. 输出层"]);
    tour.heading(2, ["3.1 Identity and softmax", "3.1 恒等函数与 softmax 函数"]);
    tour.say([
        "What is asked decides the activation of the output layer. Regression asks how much: how warm will\n\
         it be, how heavy is this person? A number is wanted, and the identity leaves it as it is.\n\
         Classification asks which: which digit is this, is this a cat or a dog? One output for each class,\n\
         and softmax makes shares of them, of n outputs the k-th:",
        "输出层用什么激活函数，取决于要解决的问题。回归问题问的是多少：气温会是几度，这个人有多重？\n\
         要的是一个数，恒等函数原样输出它。分类问题问的是哪一个：这是哪个数字，是猫还是狗？\n\
         每个类别有一个输出，softmax 函数把它们变成比例，n 个输出中的第 k 个是：",
    ]);
    tour.formula("yₖ = {exp(aₖ)}/{Σᵢ exp(aᵢ)}");
    tour.say([
        "The sum goes over all i from 1 to n: every output depends on every input, not on its own alone.\n\
         When one grows, the others shrink.",
        "求和遍历从 1 到 n 的所有 i：每个输出都与所有输入有关，不只与自己的那个有关。\n\
         一个变大，其余的就变小。",
    ]);
    tour.figure(
        &["diagram", "softmax"],
        [
            "From all inputs lines lead to each output; those to $y₁$ are lit.",
            "每个输出都有来自全部输入的连线；通向 $y₁$ 的用亮色标出。",
        ],
    )?;
    bind!(tour, "a = np.array([0.3, 2.9, 4.0])", a = Tensor::from([0.3, 2.9, 4.0]));
    bind!(tour, "exp_a = np.exp(a)", exp_a = a.exp());
    show!(tour, "print(exp_a)", exp_a);
    bind!(tour, "sum_exp_a = np.sum(exp_a)", sum_exp_a = exp_a.sum());
    show!(tour, "print(sum_exp_a)", sum_exp_a);
    bind!(tour, "y = exp_a / sum_exp_a", y = &exp_a / sum_exp_a);
    show!(tour, "print(y)", y);
    tour.say(["As a function:", "写成函数："]);
    bind!(
        tour,
        "def softmax(a):\n    exp_a = np.exp(a)\n    sum_exp_a = np.sum(exp_a)\n    y = exp_a / sum_exp_a\n    return y",
        softmax = |a: &Tensor| {
            let exp_a = a.exp();
            let sum_exp_a = exp_a.sum();
            exp_a / sum_exp_a
        }
    );
    show!(tour, "softmax(a)", softmax(&a));
    tour.panel("softmax", SOFTMAX, &[], ["What softmax makes of each input.", "softmax 把每个输入变成什么。"])
}

pub(super) fn overflow(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["3.2 Softmax must not overflow", "3.2 防止 softmax 溢出"]);
    tour.say([
        "exp grows fast: exp(10) is over 20000, exp(100) has over 40 digits, and exp(1000) is too large for\n\
         a float: it is inf, and inf / inf is nan.",
        "exp 增长得很快：exp(10) 超过 20000，exp(100) 有 40 多位，exp(1000) 大得浮点数放不下：\n\
         得到的是 inf，而 inf / inf 是 nan。",
    ]);
    bind!(tour, "a = np.array([1010, 1000, 990])", a = Tensor::from([1010_i64, 1000, 990]));
    show!(tour, "softmax(a)", a.exp() / a.exp().sum());
    tour.say([
        "A quotient stays what it is when it is multiplied above and below by the same C. Under exp that is\n\
         an addition of log C, and instead of log C we may write any number C′:",
        "分子和分母同乘以一个 C，商不变。放进 exp 里就是加上 log C，而 log C 可以换成任意的数 C′：",
    ]);
    tour.formula(
        "yₖ = {C exp(aₖ)}/{C Σᵢ exp(aᵢ)}\nyₖ = {exp(aₖ + log C)}/{Σᵢ exp(aᵢ + log C)}\n\
         yₖ = {exp(aₖ + C′)}/{Σᵢ exp(aᵢ + C′)}",
    );
    tour.say([
        "So the same number may be added to all inputs, and no output changes. Taken away is the greatest of\n\
         them: then the greatest exponent is 0, and no exp is above 1.",
        "所以给所有输入加上同一个数，输出都不变。我们减去其中的最大值：这样最大的指数是 0，\n\
         没有一个 exp 大于 1。",
    ]);
    bind!(tour, "c = np.max(a)", c = a.max()?);
    show!(tour, "a - c", &a - c);
    bind!(
        tour,
        "def softmax(a):\n    c = np.max(a)\n    exp_a = np.exp(a - c)\n    sum_exp_a = np.sum(exp_a)\n    \
         y = exp_a / sum_exp_a\n    return y",
        softmax = |a: &Tensor<i64>| -> Result<Tensor> {
            let c = a.max()?;
            let exp_a = (a - c).exp();
            let sum_exp_a = exp_a.sum();
            Ok(exp_a / sum_exp_a)
        }
    );
    show!(tour, "softmax(a)", softmax(&a)?);
    tour.say([
        "(nptensor's own, of all numbers of an array: `a.softmax_whole()`.)",
        "（nptensor 自己的函数，对数组的全部元素计算：`a.softmax_whole()`。）",
    ]);
    tour.figure(
        &["plot", "overflow"],
        [
            "As inputs grow, the quotient as it is written breaks; the one with the greatest subtracted does not.",
            "输入变大时，照原式计算的商失效；先减去最大值的不会。",
        ],
    )
}

pub(super) fn classes(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["3.3 What softmax gives", "3.3 softmax 的输出"]);
    tour.say([
        "Numbers between 0 and 1 that add up to 1, so that they can be read as probabilities:",
        "输出是 0 与 1 之间的数，总和是 1，所以可以看作概率：",
    ]);
    bind!(tour, "a = np.array([0.3, 2.9, 4.0])", a = Tensor::from([0.3, 2.9, 4.0]));
    bind!(tour, "y = softmax(a)", y = a.softmax_whole()?);
    show!(tour, "print(y)", y);
    show!(tour, "np.sum(y)", y.sum());
    tour.say([
        "The third class has 74 per cent, so the answer is the third. exp keeps the order, so the largest\n\
         output stays where it was: who only wants to know the class finds it without softmax. And exp\n\
         costs time, many multiplications for each number; so softmax is usually left out where a\n\
         network answers, and used where it learns.",
        "第三类的概率是百分之 74，所以答案是第三类。exp 保持大小顺序，最大的输出仍在原来的位置：\n\
         只想知道类别的人，不用 softmax 也能找到。而且 exp 很费时间，每个数都要做许多次乘法；\n\
         所以推理时通常省去 softmax，学习时才用它。",
    ]);
    tour.guess(
        ["What do you expect? `np.argmax(a)`", "你的预期是什么？`np.argmax(a)`"],
        1,
        &[["`4.0`"; 2], ["`2`"; 2], ["`3`"; 2]],
        [
            "argmax tells where the greatest number stands, not which it is, and counts from 0.",
            "argmax 说的是最大的数在哪里，而不是它是多少，并且从 0 数起。",
        ],
    );
    show!(tour, "print(np.argmax(a))", a.argmax()?);
    show!(tour, "print(np.argmax(softmax(a)))", a.softmax_whole()?.argmax()?);
    tour.guess(
        ["What do you expect? softmax of three equal numbers", "你的预期是什么？三个相等的数的 softmax"],
        2,
        &[["`1, 1, 1`"; 2], ["it depends on the number", "要看是什么数"], ["`1/3, 1/3, 1/3`"; 2]],
        [
            "Equal numbers get equal shares of 1: which number it is stands above and below, and cancels.",
            "相等的数平分 1：它是多少，分子分母里都有，约掉了。",
        ],
    );
    bind!(tour, "equal = np.array([5.0, 5.0, 5.0])", equal = Tensor::from([5.0, 5.0, 5.0]));
    show!(tour, "softmax(equal)", equal.softmax_whole()?);

    tour.heading(2, ["3.4 How many outputs", "3.4 输出的个数"]);
    tour.say([
        "As many as there are classes: ten, to tell the digits 0 to 9 apart. The answer is the place of the\n\
         greatest output, counted from 0: when argmax of the ten is 7, the network reads a seven.",
        "有几个类别就有几个输出：区分数字 0 到 9 要十个。答案是最大输出的位置，从 0 数起：\n\
         十个输出的 argmax 是 7 时，网络读出的就是 7。",
    ]);
    Ok(())
}

pub(super) fn digits(tour: &mut Chapter, digit: Option<Digit>) {
    tour.heading(1, ["4. Digits", "4. 手写数字"]);
    tour.say([
        "The network 784-50-100-10 with trained weights reads handwritten digits: 28x28 pixels, divided by\n\
         255, as one row of 784. With the weights and the MNIST test set in files:\n\n    \
         nptensor eval weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz\n\n\
         It reads all 10000 and prints how many it got right.",
        "权重训练好的网络 784-50-100-10 能识别手写数字：28x28 个像素除以 255，排成 784 个数的一行。\n\
         有权重和 MNIST 测试集的文件时：\n\n    \
         nptensor eval weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz\n\n\
         它识别全部 10000 张图像，并输出有多少张正确。",
    ]);
    tour.0.push(Item::Digit(digit));
}
