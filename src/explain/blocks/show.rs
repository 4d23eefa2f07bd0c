//! How a product is shown: three matrices to scale with the first blocks lit, the story, then tables.
//!
//! ```text
//!            +---+-------+
//!            |###|  B    |          # the first panel of B, the first block of A,
//!            +---+-------+            and the part of C that they make
//!     +--+   +---+-------+
//!     |##|   |###|       |
//!     |A |   |   |  C    |
//!     +--+   +---+-------+
//! ```

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Blocks, Counts, Loop, Way};
use crate::explain::Role;
use crate::explain::json::{Json, Raw};
use crate::explain::language::{Page, same};
use crate::explain::numbers::{count, window};
use crate::explain::sheet::{Cell, Sheet, row};
use crate::explain::svg::{LINE, Svg};
use crate::kernel::Tile;

/// The longest and the shortest side of a matrix in the picture.
const MAX_SIDE: f64 = 110.0;
const MIN_SIDE: f64 = 8.0;

impl Way {
    /// Its name in JSON, and why this way, in a sentence.
    fn words(self) -> (&'static str, [&'static str; 2]) {
        match self {
            Way::Empty => ("empty", ["There is nothing to multiply.", "没有什么可乘。"]),
            Way::Outer => (
                "outer",
                [
                    "One term to a cell: a column times a row, element by element, as fast as memory.",
                    "每个元素只有一项：一列乘一行，逐元素进行，快慢取决于内存。",
                ],
            ),
            Way::Definition => (
                "definition",
                [
                    "So few multiply-adds are over before anything faster could begin: the naive loops.",
                    "乘加太少，更快的方法还没开始就已经算完：用朴素的循环。",
                ],
            ),
            Way::Axpy => (
                "axpy",
                [
                    "Plain loops: each row of the result is a sum of rows of B, for there are no tiles of registers for this.",
                    "普通的循环：结果的每一行是 B 各行的和，因为这里没有可用的寄存器小块。",
                ],
            ),
            Way::Row => (
                "row",
                [
                    "One row: its chains side by side, c[..] = fma(a[p], b[p][..], c[..]), straight through the rows of B.",
                    "只有一行：各个元素的和并排累加，c[..] = fma(a[p], b[p][..], c[..])，顺着 B 的各行读下去。",
                ],
            ),
            Way::Narrow => (
                "narrow",
                [
                    "Few columns: squares of A are turned in registers, so that rows of A lie in the lanes, and each column \
                     of B goes along them term by term.",
                    "列数少：A 的小方块在寄存器里转置，使 A 的各行排在通道里，B 的每一列沿着它们逐项相乘。",
                ],
            ),
            Way::InPlace => (
                "in place",
                [
                    "Both operands are read where they lie: a copy of B would not pay for itself. k is not cut, so every \
                     chain begins and ends in registers, and C is written once.",
                    "两个操作数都在原处读取：复制 B 不划算。k 不切分，所以每个和从头到尾都在寄存器里，C 只写一次。",
                ],
            ),
            Way::PackedB => (
                "packed b",
                [
                    "All of B is packed as one panel; the rows of A are read where they lie, since so few columns would not \
                     repay their copy. k is not cut, so every chain begins and ends in registers, and C is written once.",
                    "整个 B 打包成一个面板；A 的各行在原处读取，因为列数太少，复制不划算。\
                     k 不切分，所以每个和从头到尾都在寄存器里，C 只写一次。",
                ],
            ),
            Way::Blocks => (
                "blocks",
                [
                    "Both are packed block by block, in the order in which the micro-kernel reads them. Each block of k \
                     takes up C where the one before left it, so every cell is one chain, however it is cut.",
                    "两者都逐块打包，按微内核读取的顺序存放。k 的每一块接着上一块留下的 C 继续累加，\
                     所以不论怎样切分，每个元素都是同一条链。",
                ],
            ),
        }
    }
}

impl Counts {
    /// Each with its names in JSON and in a table.
    fn named(&self) -> [(&'static str, [&'static str; 2], u128); 10] {
        [
            ("multiply_adds", ["multiply-adds, m n k", "乘加，m n k"], self.multiply_adds),
            ("in_tiles", ["the same, in whole tiles", "同上，按整个小块计"], self.in_tiles),
            ("tiles", ["tiles", "小块"], self.tiles),
            ("packed_a", ["elements of A packed", "打包的 A 的元素"], self.packed_a),
            ("packed_b", ["elements of B packed", "打包的 B 的元素"], self.packed_b),
            ("loads_a", ["elements of A loaded", "加载的 A 的元素"], self.loads_a),
            ("loads_b", ["registers of B loaded", "加载的 B 的寄存器"], self.loads_b),
            ("elements_b", ["elements in them", "其中的元素"], self.elements_b),
            ("loads_c", ["registers of C loaded", "加载的 C 的寄存器"], self.loads_c),
            ("stores_c", ["registers of C stored", "写回的 C 的寄存器"], self.stores_c),
        ]
    }
}

impl Blocks {
    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let (m, n, k) = self.size;
        let (dtype, level) = (self.dtype, self.level);
        let title = [
            format!("matmul: ({m},{k}) and ({k},{n}) in {dtype}, level {level:?}"),
            format!("矩阵乘法：({m},{k}) 与 ({k},{n})，{dtype}，指令集 {level:?}"),
        ];
        let mut sheet = Sheet::new(title, page);
        self.story(&mut sheet);
        sheet.part(["loops", "循环"]);
        sheet.heading(["On this machine", "在这台机器上"]);
        sheet.say(self.way.words().1);
        if !self.first.is_empty() {
            self.loops_table(&mut sheet);
            self.tile_table(&mut sheet);
        }
        self.counts_table(&mut sheet);
        sheet.say(["For operands in C order, on one thread.", "操作数按 C 顺序存放，单线程。"]);
        sheet
    }

    fn loops_table(&self, sheet: &mut Sheet) {
        sheet.heading(["The loops", "各层循环"]);
        let line = |each: Loop| {
            let [length, step, turns] = [each.length, each.step, each.turns()].map(|n| n.to_string());
            let [along, length, step, turns] = [each.along.to_string(), length, step, turns].map(same);
            [[each.name.into(), each.name.replace("LOOP", "循环")], along, length, step, turns]
        };
        let rows: Vec<_> = self.loops().into_iter().map(line).collect();
        let names = [["", ""], ["along", "沿"], ["up to", "到"], ["step", "步长"], ["turns", "次数"]];
        sheet.listed(names, &rows);
    }

    /// The first tiles, numbered in the order in which they are computed.
    fn tile_table(&self, sheet: &mut Sheet) {
        let slivers: Vec<&[Tile]> = self.first.chunk_by(|a, b| a.j == b.j).collect();
        let (rows, columns) = (window(slivers[0].len(), 6, 0), window(slivers.len(), 5, 0));
        let head = columns.iter().map(|j| Cell::soft(j.map_or("...".into(), |j| slivers[j][0].j.to_string())));
        let mut table = Vec::from([row(Cell::soft("C"), head)]);
        for i in rows {
            let Some(i) = i else {
                table.push(Vec::from([Cell::soft("...")]));
                continue;
            };
            let cells = columns.iter().map(|&j| match j {
                None => Cell::soft("..."),
                Some(j) if i < slivers[j].len() => {
                    let number = slivers[..j].iter().map(|sliver| sliver.len()).sum::<usize>() + i + 1;
                    Cell::boxed(number, Role::Out).lit(number == 1)
                }
                Some(_) => Cell::default(),
            });
            table.push(row(Cell::soft(slivers[0][i].i), cells));
        }
        sheet.part(["order", "顺序"]);
        sheet.heading(["The order of the tiles, in the first block of C", "C 的第一块里各小块的顺序"]);
        sheet.table_or_tables(|_| table.clone());
        sheet.say([
            "Rows and columns by where the tile begins: down each sliver of B, then on to the next.",
            "行与列标出小块从哪里开始：沿着 B 的一条往下，再到下一条。",
        ]);
        let (first, last) = (self.first[0], self.first[self.first.len() - 1]);
        if last.vectors < first.vectors && self.way != Way::Blocks {
            sheet.say([
                "The last columns take one register to a row, or half of one; their tiles may be taller.",
                "最后几列每行只占一个寄存器或半个；它们的小块可以更高。",
            ]);
        }
    }

    fn counts_table(&self, sheet: &mut Sheet) {
        sheet.part(["counts", "计数"]);
        sheet.heading(["Counted", "计数"]);
        // Without tiles, only the multiply-adds.
        let counts = self.counts.named();
        let shown = if self.first.is_empty() { &counts[..1] } else { &counts[..] };
        let line = |&(_, [name, chinese], n): &(_, [&str; 2], u128)| {
            Vec::from([Cell::soft(name).zh(chinese), Cell::plain(count(n))])
        };
        if !sheet.table(shown.iter().map(line).collect()) {
            let say = |&(_, [name, chinese], n): &(_, [&str; 2], u128)| {
                sheet.say([format!("{name}: {}", count(n)), format!("{chinese}：{}", count(n))]);
            };
            shown.iter().for_each(say);
        }
    }

    /// The matrices to scale, as far as thin ones allow: of C so many rows and columns, what they take of A and B, and
    /// lit which of the three stays where it is.
    pub(super) fn draw(&self, svg: &mut Svg, top: f64, (mc, nc): (usize, usize), stays: usize) -> f64 {
        let ((m, n, k), (_, _, kc)) = (self.size, self.block());
        let longest = m.max(n).max(k).max(1) as f64;
        let side = |n: usize| (n as f64 / longest * MAX_SIDE).max(MIN_SIDE);
        let part = |part: usize, n: usize| side(n) * (part.min(n) as f64 / n.max(1) as f64);
        let (left, below) = (side(k) + 24.0, top + LINE + side(k) + 12.0);
        let mut matrix = |name: &str, at: (f64, f64), size: (f64, f64), first: (f64, f64), class: &str, above: bool| {
            svg.rect(at.0, at.1, size.0, size.1, "");
            svg.rect(at.0, at.1, first.0, first.1, class);
            let y = if above { at.1 - 5.0 } else { at.1 + size.1 + 14.0 };
            svg.text(at.0, y, name, "");
        };
        let class = |i: usize| [["a", "b", "out"][i], if i == stays { " lit" } else { "" }].concat();
        matrix("B", (left, top + LINE), (side(n), side(k)), (part(nc, n), part(kc, k)), &class(1), true);
        matrix("A", (0.0, below), (side(k), side(m)), (part(kc, k), part(mc, m)), &class(0), false);
        matrix("C", (left, below), (side(n), side(m)), (part(nc, n), part(mc, m)), &class(2), false);
        below + side(m) + LINE + 2.0
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let ((m, n, k), (mc, nc, kc), (mr, nr)) = (self.size, self.block(), self.tile());
        let loops = self.loops().into_iter().map(|each| {
            let Loop { name, along, length, step } = each;
            let turns = each.turns();
            Json::of(&[("name", &name), ("along", &along), ("length", &length), ("step", &step), ("turns", &turns)])
        });
        let counts = Json::object(|o| {
            self.counts.named().into_iter().for_each(|(name, _, n)| o.field(name, n));
        });
        Json::of(&[
            ("explain", &"blocks"),
            ("dtype", &self.dtype.name()),
            ("level", &format!("{:?}", self.level)),
            ("size", &[m, n, k]),
            ("way", &self.way.words().0),
            ("tile", &[mr, nr]),
            ("block", &[mc, nc, kc]),
            ("second_cache", &self.plan.second_cache),
            ("ladder", &self.ladder_json()),
            ("loops", &loops.collect::<Vec<_>>()),
            ("order", &self.order().iter().take(100).map(|&(i, j)| [i, j]).collect::<Vec<_>>()),
            ("counts", &counts),
        ])
    }
}
