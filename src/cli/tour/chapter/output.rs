//! 3 and 4: the output layer, softmax and its overflow, and the digits.

use nptensor::{Result, Tensor};

use super::super::{Digit, Field, Item, bind, show};
use super::Chapter;

const SOFTMAX: &[Field] = &[("`a`", "[0.3, 2.9, 4.0]")];

pub(super) fn identity_and_softmax(tour: &mut Chapter) -> Result<()> {
    tour.heading(1, "3. The output layer");
    tour.heading(2, "3.1 Identity and softmax");
    tour.say(
        "What is asked decides the activation of the output layer. Regression asks how much: how warm will\n\
         it be, how heavy is this person? A number is wanted, and the identity leaves it as it is.\n\
         Classification asks which: which digit is this, is this a cat or a dog? One output for each class,\n\
         and softmax makes shares of them, of n outputs the k-th:",
    );
    tour.formula("yₖ = {exp(aₖ)}/{Σᵢ exp(aᵢ)}");
    tour.say(
        "The sum goes over all i from 1 to n: every output depends on every input, not on its own alone.\n\
         When one grows, the others shrink.",
    );
    tour.figure(&["diagram", "softmax"], "From all inputs lines lead to each output; those to $y₁$ are lit.")?;
    bind!(tour, "a = np.array([0.3, 2.9, 4.0])", a = Tensor::from([0.3, 2.9, 4.0]));
    bind!(tour, "exp_a = np.exp(a)", exp_a = a.exp());
    show!(tour, "print(exp_a)", exp_a);
    bind!(tour, "sum_exp_a = np.sum(exp_a)", sum_exp_a = exp_a.sum());
    show!(tour, "print(sum_exp_a)", sum_exp_a);
    bind!(tour, "y = exp_a / sum_exp_a", y = &exp_a / sum_exp_a);
    show!(tour, "print(y)", y);
    tour.say("As a function:");
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
    tour.panel("softmax", SOFTMAX, "What softmax makes of each input.")
}

pub(super) fn overflow(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, "3.2 Softmax must not overflow");
    tour.say(
        "exp grows fast: exp(10) is over 20000, exp(100) has over 40 digits, and exp(1000) is too large for\n\
         a float: it is inf, and inf / inf is nan.",
    );
    bind!(tour, "a = np.array([1010, 1000, 990])", a = Tensor::from([1010_i64, 1000, 990]));
    show!(tour, "softmax(a)", a.exp() / a.exp().sum());
    tour.say(
        "A quotient stays what it is when it is multiplied above and below by the same C. Under exp that is\n\
         an addition of log C, and instead of log C we may write any number C′:",
    );
    tour.formula(
        "yₖ = {C exp(aₖ)}/{C Σᵢ exp(aᵢ)}\nyₖ = {exp(aₖ + log C)}/{Σᵢ exp(aᵢ + log C)}\n\
         yₖ = {exp(aₖ + C′)}/{Σᵢ exp(aᵢ + C′)}",
    );
    tour.say(
        "So the same number may be added to all inputs, and no output changes. Taken away is the greatest of\n\
         them: then the greatest exponent is 0, and no exp is above 1.",
    );
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
    tour.say("(nptensor's own, of all numbers of an array: `a.softmax_whole()`.)");
    tour.figure(
        &["plot", "overflow"],
        "As inputs grow, the quotient as it is written breaks; the one with the greatest subtracted does not.",
    )
}

pub(super) fn classes(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, "3.3 What softmax gives");
    tour.say("Numbers between 0 and 1 that add up to 1, so that they can be read as probabilities:");
    bind!(tour, "a = np.array([0.3, 2.9, 4.0])", a = Tensor::from([0.3, 2.9, 4.0]));
    bind!(tour, "y = softmax(a)", y = a.softmax_whole()?);
    show!(tour, "print(y)", y);
    show!(tour, "np.sum(y)", y.sum());
    tour.say(
        "The third class has 74 per cent, so the answer is the third. exp keeps the order, so the largest\n\
         output stays where it was: who only wants to know the class finds it without softmax. And exp\n\
         costs time, many multiplications for each number; so softmax is usually left out where a\n\
         network answers, and used where it learns.",
    );
    show!(tour, "print(np.argmax(a))", a.argmax()?);
    show!(tour, "print(np.argmax(softmax(a)))", a.softmax_whole()?.argmax()?);

    tour.heading(2, "3.4 How many outputs");
    tour.say(
        "As many as there are classes: ten, to tell the digits 0 to 9 apart. The answer is the place of the\n\
         greatest output, counted from 0: when argmax of the ten is 7, the network reads a seven.",
    );
    Ok(())
}

pub(super) fn digits(tour: &mut Chapter, digit: Option<Digit>) {
    tour.heading(1, "4. Digits");
    tour.say(
        "The network 784-50-100-10 with trained weights reads handwritten digits: 28x28 pixels, divided by\n\
         255, as one row of 784. With the weights and the MNIST test set in files:\n\n    \
         nptensor eval weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz\n\n\
         It reads all 10000 and prints how many it got right.",
    );
    tour.0.push(Item::Digit(digit));
}
