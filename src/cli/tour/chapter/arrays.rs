//! 1.3 to 1.6: arrays and their axes, the dot product, views, and why a product is fast.

use nptensor::{Result, Tensor};

use super::super::{Field, bind, show};
use super::Chapter;

const DOT: &[Field] = &[(["`A`"; 2], "[[1, 2], [3, 4]]"), (["`B`"; 2], "[[5, 6], [7, 8]]")];
const VIEWS: &[Field] = &[
    (["`a`, or a shape", "`a`，或一个形状"], "[[10, 20, 30], [40, 50, 60]]"),
    (["A view of it", "它的视图"], "a.T[::-1].reshape(6)"),
];
const VIEWS_TO_TRY: &[(&str, &[&str])] = &[
    ("a.T[::-1].reshape(6)", &["[[10, 20, 30], [40, 50, 60]]", "a.T[::-1].reshape(6)"]),
    ("np.broadcast_to(a, (2, 3))", &["[10, 20, 30]", "np.broadcast_to(a, (2, 3))"]),
    ("a.T.reshape(6)", &["[[10, 20, 30], [40, 50, 60]]", "a.T.reshape(6)"]),
];

pub(super) fn arrays(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["1.3 Arrays and axes", "1.3 数组与轴"]);
    tour.say([
        "A network multiplies and adds thousands of numbers. Kept in arrays, a whole layer is one line of\n\
         code, and one call that is fast. So arrays come first.",
        "网络要做成千上万次乘法和加法。把数放在数组里，一层的计算就是一行代码，也是一次快速的调用。\n\
         所以先来认识数组。",
    ]);
    bind!(tour, "A = np.array([1, 2, 3, 4])", a = Tensor::from([1, 2, 3, 4]));
    show!(tour, "print(A)", a);
    show!(tour, "np.ndim(A)", a.ndim());
    show!(tour, "A.shape", a.shape());
    show!(tour, "A.shape[0]", a.shape()[0]);
    tour.say([
        "`ndim` is the number of axes: 1 for a row of numbers, 2 for a table. `shape` has the length of each\n\
         axis; with one axis it still is a tuple, hence the comma. In two dimensions axis 0 runs down the\n\
         rows, axis 1 along a row:",
        "`ndim` 是轴的个数：一行数是 1，一张表是 2。`shape` 给出每个轴的长度；即使只有一个轴，\n\
         它也是元组，所以有那个逗号。在二维数组中，轴 0 从上往下跨过各行，轴 1 沿着一行往右：",
    ]);
    bind!(tour, "B = np.array([[1, 2], [3, 4], [5, 6]])", b = Tensor::from([[1, 2], [3, 4], [5, 6]]));
    show!(tour, "print(B)", b);
    show!(tour, "np.ndim(B)", b.ndim());
    show!(tour, "B.shape", b.shape());
    Ok(())
}

pub(super) fn products(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["1.4 The dot product", "1.4 点积"]);
    tour.say([
        "The product of two matrices: each row of the first with each column of the second, number by\n\
         number, and the products summed.",
        "两个矩阵的乘积：第一个的每一行与第二个的每一列，逐个相乘，再把乘积相加。",
    ]);
    bind!(tour, "A = np.array([[1, 2], [3, 4]])", a = Tensor::from([[1_i64, 2], [3, 4]]));
    show!(tour, "A.shape", a.shape());
    bind!(tour, "B = np.array([[5, 6], [7, 8]])", b = Tensor::from([[5, 6], [7, 8]]));
    show!(tour, "np.dot(A, B)", a.dot(&b)?);
    tour.panel(
        "dot",
        DOT,
        &[],
        [
            "One cell of the product at a time: its row, its column, and the sum as it grows.",
            "每次看乘积的一个元素：它的行、它的列，以及一步步累加的和。",
        ],
    )?;
    tour.say([
        "The first needs as many columns as the second has rows. Two 2x2 matrices always fit. (The book that\n\
         this chapter is of shows two of them for a pair that does not; that is a slip.) They have a product:",
        "第一个矩阵的列数必须等于第二个矩阵的行数。两个 2x2 矩阵总能相乘。\n\
         （原书的这一章拿两个这样的矩阵当作不能相乘的例子，是笔误。）它们有乘积：",
    ]);
    show!(tour, "np.dot(A, A)", a.dot(&a)?);
    tour.say([
        "A 2x3 and a 2x2 matrix do not fit: rows of three numbers, columns of two.",
        "2x3 矩阵与 2x2 矩阵不能相乘：行有三个数，列只有两个。",
    ]);
    bind!(tour, "C = np.array([[1, 2, 3], [4, 5, 6]])", c = Tensor::from([[1, 2, 3], [4, 5, 6]]));
    show!(tour, "C.shape", c.shape());
    show!(tour, "np.dot(C, A)", c.dot(&a).unwrap_err());
    let words = ["dot", "[[1, 2, 3], [4, 5, 6]]", "[[1, 2], [3, 4]]"];
    tour.figure(
        &words,
        [
            "Rows of three numbers, columns of two: one number has no partner.",
            "行有三个数，列有两个：有一个数没有配对。",
        ],
    )
}

pub(super) fn views(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["1.5 Strides and views", "1.5 步幅与视图"]);
    tour.say([
        "In memory, the numbers of an array lie in one line, row after row. A part of an array is a view: it\n\
         reads the same line by a shape, strides and an offset of its own. The offset is the place of its\n\
         first number, the strides say how many places further the next one along each axis lies. In `M`\n\
         every number is its own place.",
        "在内存里，数组的数一行接一行排成一条线。数组的一部分是视图：它用自己的形状、步幅和偏移读同一条线。\n\
         偏移是它第一个数的位置，步幅说明沿每个轴的下一个数再往后几个位置。在 `M` 中，每个数就是它自己的位置。",
    ]);
    bind!(tour, "M = np.arange(20).reshape(4, 5)", m = Tensor::arange(0_i64, 20, 1)?.reshape(&[4, 5])?);
    show!(tour, "M[::2, 4:1:-1]", m.slice("::2, 4:1:-1")?);
    tour.say([
        "A transpose is a view, too: shape and strides change places, no number moves, and so `M.T` costs\n\
         nothing, however large M is. (NumPy counts strides in bytes, nptensor in elements.)",
        "转置也是视图：形状与步幅交换位置，没有一个数被移动，所以不管 M 多大，`M.T` 都没有代价。\n\
         （NumPy 的步幅以字节计，nptensor 的以元素计。）",
    ]);
    show!(tour, "tuple(stride // M.itemsize for stride in M.strides)", m.strides());
    show!(tour, "M.T.shape", m.t().shape());
    show!(tour, "tuple(stride // M.itemsize for stride in M.T.strides)", m.t().strides());
    tour.guess(
        ["What do you expect? `np.arange(4).T.shape`", "你的预期是什么？`np.arange(4).T.shape`"],
        1,
        &[["`(4, 1)`"; 2], ["`(4,)`"; 2], ["`(1, 4)`"; 2]],
        ["`.T` turns the order of the axes round, and there is only one.", "`.T` 把轴的顺序倒过来，而这里只有一个轴。"],
    );
    show!(tour, "np.arange(4).T.shape", Tensor::arange(0_i64, 4, 1)?.t().shape());
    tour.say([
        "With one axis there is none to change places with: a column needs a second one, `[:, None]`.",
        "只有一个轴，就没有可以与它交换的轴；要得到一列，需要第二个轴：`[:, None]`。",
    ]);
    tour.guess(
        [
            "What do you expect? `M[:2, :3].T.reshape(-1)`, all in one row",
            "你的预期是什么？`M[:2, :3].T.reshape(-1)`，排成一行",
        ],
        2,
        &[
            ["a view: 0 1 2 5 6 7", "视图：0 1 2 5 6 7"],
            ["a view: 0 5 1 6 2 7", "视图：0 5 1 6 2 7"],
            ["a copy: 0 5 1 6 2 7", "副本：0 5 1 6 2 7"],
        ],
        [
            "Row by row a transpose gives the columns of `M`, and no single stride leads from 0 to 5 and back to 1.",
            "转置的一行是 `M` 的一列，而没有哪一个步幅能从 0 走到 5，又退回到 1。",
        ],
    );
    tour.say([
        "To put a transpose in one row takes a copy: from 0 to 5 it is a step of 5, from 5 to 1 one of -4,\n\
         and a single axis has a single stride.",
        "要把转置排成一行就得复制：从 0 到 5 的一步是 5，从 5 到 1 的一步是 -4，而一个轴只有一个步幅。",
    ]);
    show!(tour, "M[:2, :3].T.reshape(-1)", m.slice(":2, :3")?.t().reshape(&[-1])?);
    tour.say([
        "Step by step: each view above, the line of memory that it reads below. Along a negative stride the\n\
         line is walked backwards, along a stride of 0 one stays where one is, and a copy is another line.",
        "一步一步来：上面是每个视图，下面是它读取的那条内存。步幅为负，就沿着内存往回走；步幅为 0，就停在原处；\n\
         复制则得到另一条内存。",
    ]);
    tour.panel(
        "layout",
        VIEWS,
        VIEWS_TO_TRY,
        [
            "The lit element is the same above and below. Index to place: offset + stride × index = place → value.",
            "亮起的是同一个元素，在上面的视图里，也在下面的内存里。从索引到位置：偏移 + 步幅 × 索引 = 位置 → 值。",
        ],
    )
}

pub(super) fn fast(tour: &mut Chapter) -> Result<()> {
    tour.heading(2, ["1.6 Why a matrix product is fast", "1.6 矩阵乘积为什么快"]);
    tour.say([
        "By definition a product is three loops around one multiply-add, which loads two numbers. To multiply\n\
         is fast, to load is slow, and the slower the further away a number lies: in registers, in three\n\
         caches, in memory. So the loops are cut, five around the tile, and what was loaded is used as often\n\
         as possible before it goes.",
        "按定义，矩阵乘积是三重循环，最里面是一次乘加，要读取两个数。乘得快，读得慢，数离得越远就越慢：\n\
         寄存器、三级缓存、内存。所以把循环切开，在小块之外形成五重循环，\n\
         让读进来的数在离开之前尽可能多用几次。",
    ]);
    tour.say([
        "C = A·B, of shapes (m,k), (k,n) and (m,n). A sliver is a strip of B as wide as a tile, a panel some\n\
         slivers side by side, a block some rows of A; they are copied, so that each lies in one piece.\n\
         A tile of C stays in registers while its sums grow along k. Loop 1 moves the tile down a block of A,\n\
         loop 2 goes on to the next sliver of B, loop 3 to the next block of A, loops 4 and 5 to the next\n\
         panel of B, along k and along n. The sums are the same to the last bit: each adds its products in\n\
         the order of k, however it is cut.",
        "C = A·B，形状是 (m,k)、(k,n) 和 (m,n)。一条是 B 中与小块同宽的几列，一个面板是并排的几条，一块是 A 的几行；\n\
         它们都被复制成连续的一段。C 的一个小块留在寄存器里，它的和沿着 k 累加。循环 1 让小块沿着 A 的一块往下移，循环 2 换到 B 的下一条，\n\
         循环 3 换到 A 的下一块，循环 4 和 5 换到 B 的下一个面板，先沿 k，再沿 n。每个和都逐位相同：\n\
         不管怎么切，乘积总是按 k 的顺序相加。",
    ]);
    tour.figure(
        &["blocks", "512", "512", "512", "f32"],
        [
            "One cut after the other, and the loads that are left; sizes are those of the machine that wrote this page.",
            "一刀一刀地切，以及还剩下多少次读取；各个大小取自生成这个网页的机器。",
        ],
    )
}
