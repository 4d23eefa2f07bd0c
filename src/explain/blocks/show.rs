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
use crate::explain::numbers::{count, window};
use crate::explain::sheet::{Cell, Sheet, row};
use crate::explain::svg::{LINE, Svg};
use crate::kernel::Tile;

/// The longest and the shortest side of a matrix in the picture.
const MAX_SIDE: f64 = 110.0;
const MIN_SIDE: f64 = 8.0;

impl Way {
    /// Its name in JSON, and why this way, in a sentence.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Way::Empty => ("empty", "There is nothing to multiply."),
            Way::Outer => ("outer", "One term to a cell: a column times a row, element by element, as fast as memory."),
            Way::Definition => {
                ("definition", "So few multiply-adds are over before anything faster could begin: the naive loops.")
            }
            Way::Axpy => (
                "axpy",
                "Plain loops: each row of the result is a sum of rows of B, for there are no tiles of registers for this.",
            ),
            Way::Row => (
                "row",
                "One row: its chains side by side, c[..] = fma(a[p], b[p][..], c[..]), straight through the rows of B.",
            ),
            Way::Narrow => (
                "narrow",
                "Few columns: squares of A are turned in registers, so that rows of A lie in the lanes, and each column \
                 of B goes along them term by term.",
            ),
            Way::InPlace => (
                "in place",
                "Both operands are read where they lie: a copy of B would not pay for itself. k is not cut, so every \
                 chain begins and ends in registers, and C is written once.",
            ),
            Way::PackedB => (
                "packed b",
                "All of B is packed as one panel; the rows of A are read where they lie, since so few columns would not \
                 repay their copy. k is not cut, so every chain begins and ends in registers, and C is written once.",
            ),
            Way::Blocks => (
                "blocks",
                "Both are packed block by block, in the order in which the micro-kernel reads them. Each block of k \
                 takes up C where the one before left it, so every cell is one chain, however it is cut.",
            ),
        }
    }
}

impl Counts {
    /// Each with its names in JSON and in a table.
    fn named(&self) -> [(&'static str, &'static str, u128); 10] {
        [
            ("multiply_adds", "multiply-adds, m n k", self.multiply_adds),
            ("in_tiles", "the same, in whole tiles", self.in_tiles),
            ("tiles", "tiles", self.tiles),
            ("packed_a", "elements of A packed", self.packed_a),
            ("packed_b", "elements of B packed", self.packed_b),
            ("loads_a", "elements of A loaded", self.loads_a),
            ("loads_b", "registers of B loaded", self.loads_b),
            ("elements_b", "elements in them", self.elements_b),
            ("loads_c", "registers of C loaded", self.loads_c),
            ("stores_c", "registers of C stored", self.stores_c),
        ]
    }
}

impl Blocks {
    pub(in crate::explain) fn sheet(&self, width: usize) -> Sheet<'_> {
        let (m, n, k) = self.size;
        let title = format!("matmul: ({m},{k}) and ({k},{n}) in {}, level {:?}", self.dtype, self.level);
        let mut sheet = Sheet::new(title, width);
        self.story(&mut sheet);
        sheet.part("loops");
        sheet.heading("On this machine");
        sheet.say(self.way.words().1);
        if !self.first.is_empty() {
            self.loops_table(&mut sheet);
            self.tile_table(&mut sheet);
        }
        self.counts_table(&mut sheet);
        sheet.say("For operands in C order, on one thread.");
        sheet
    }

    fn loops_table(&self, sheet: &mut Sheet) {
        sheet.heading("The loops");
        let line = |each: Loop| {
            let [length, step, turns] = [each.length, each.step, each.turns()].map(|n| n.to_string());
            [each.name.into(), each.along.into(), length, step, turns]
        };
        let rows: Vec<_> = self.loops().into_iter().map(line).collect();
        sheet.listed(["", "along", "up to", "step", "turns"], &rows);
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
        sheet.part("order");
        sheet.heading("The order of the tiles, in the first block of C");
        sheet.table_or_tables(|_| table.clone());
        sheet.say("Rows and columns by where the tile begins: down each sliver of B, then on to the next.");
        let (first, last) = (self.first[0], self.first[self.first.len() - 1]);
        if last.vectors < first.vectors && self.way != Way::Blocks {
            sheet.say("The last columns take one register to a row, or half of one; their tiles may be taller.");
        }
    }

    fn counts_table(&self, sheet: &mut Sheet) {
        sheet.part("counts");
        sheet.heading("Counted");
        // Without tiles, only the multiply-adds.
        let counts = self.counts.named();
        let shown = if self.first.is_empty() { &counts[..1] } else { &counts[..] };
        let table = shown.iter().map(|&(_, name, n)| Vec::from([Cell::soft(name), Cell::plain(count(n))])).collect();
        if !sheet.table(table) {
            shown.iter().for_each(|&(_, name, n)| sheet.say(format!("{name}: {}", count(n))));
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
