//! Why a product is fast: what the triple loop loads for a multiply-add, and what one cut after the other leaves of it.
//!
//! ```text
//!   for i, for j, for p: c[i,j] += a[i,p] * b[p,j]      2 loads
//!   a tile of C in registers                            1 / NR + 1 / MR     a number of A serves NR columns,
//!   a sliver of B in the first two caches               1 / NR + 1 / MC     one of B MR rows, then MC,
//!   a block of A in the second                          1 / NC + 1 / MC     and at last all m
//!   a panel of B in the third                           1 / NC + 1 / m
//! ```
//!
//! Loads are numbers of A and B that come from beyond a level, counted as the loops make them, edges included; C and
//! the copies are among the counts (`blocks.rs`). How long they take depends on the machine and is not shown.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Blocks, Loop, Way};
use crate::explain::json::{Json, Raw};
use crate::explain::numbers::count;
use crate::explain::sheet::Sheet;

/// What a level keeps, and the loads from beyond it in the whole product.
struct Rung {
    level: &'static str,
    part: &'static str,
    rows: usize,
    cols: usize,
    loads: u128,
}

impl Blocks {
    /// The triple loop, then the levels from the nearest on; without tiles the loop alone.
    fn ladder(&self) -> Vec<Rung> {
        let ((m, n, k), (mc, nc, kc), (mr, width)) = (self.size, self.block(), self.first_tile());
        let all = self.counts.multiply_adds;
        let rung = |level, part, (rows, cols), loads| Rung { level, part, rows, cols, loads };
        let mut ladder = Vec::from([rung("-", "-", (0, 0), 2 * all)]);
        if self.first.is_empty() {
            return ladder;
        }
        let [size_a, size_b] = [m, n].map(|side| side as u128 * k as u128);
        // The turns of loops 3 and 5: so often is all of B read, and all of A.
        let [b, a] = [size_b * m.div_ceil(mc) as u128, size_a * n.div_ceil(nc) as u128];
        // Packed, in whole slivers and whole tiles; else in place.
        let (panel, panel_cols) = match self.way {
            Way::InPlace => ("any", nc),
            Way::PackedB => ("2, 3", nc.next_multiple_of(self.tile().1)),
            _ => ("3", nc.next_multiple_of(self.tile().1)),
        };
        let (height, sliver) = match self.way {
            Way::Blocks => (mc, width),
            Way::InPlace => (mc.min(m), width.min(n)),
            _ => (mc.min(m), width),
        };
        ladder.extend([
            rung("regs", "C", (mr, width), self.counts.loads_a + self.counts.elements_b),
            rung("1, 2", "B", (kc, sliver), self.counts.loads_a + b),
            rung("2", "A", (height, kc), a + b),
            rung(panel, "B", (kc, panel_cols), a + size_b),
        ]);
        ladder
    }

    pub(super) fn story(&self, sheet: &mut Sheet) {
        let ((m, n, k), all) = (self.size, self.counts.multiply_adds);
        if self.way == Way::Empty {
            return;
        }
        sheet.heading("The triple loop");
        let code =
            format!("for i in 0..{m}:\n  for j in 0..{n}:\n    for p in 0..{k}:\n      c[i,j] += a[i,p] * b[p,j]");
        if !sheet.lines(&code) {
            sheet.say("for all i, j, p: c[i,j] += a[i,p] * b[p,j]");
        }
        sheet.say(format!(
            "Each of the {} multiply-adds loads two numbers, and it is the loads that take the time.",
            count(all)
        ));
        if self.first.is_empty() {
            return;
        }
        sheet.heading("One cut at a time");
        let ((mr, width), lanes) = (self.first_tile(), self.plan.lanes);
        sheet.say(format!(
            "A tile of C stays in registers, {lanes} numbers in each: a number of A serves its {width} columns, one of B its {mr} rows."
        ));
        let turns = self.loops().iter().map(Loop::turns).collect::<Vec<_>>();
        sheet.say(format!(
            "A sliver of B stays for the {} tiles of a block of A; the block, for the {} slivers of a panel of B; the panel, for the {} blocks.",
            turns[4], turns[3], turns[2]
        ));
        let line = |rung: &Rung| match rung.rows {
            0 => ["-".into(), "nothing".into(), "0".into(), "2".into()],
            rows => {
                let loads = format!("{:.4}", self.per_multiply_add(rung));
                [rung.level.into(), format!("{} {rows}x{}", rung.part, rung.cols), count(self.bytes(rung)), loads]
            }
        };
        let rows: Vec<[String; 4]> = self.ladder().iter().map(line).collect();
        super::show::listed(sheet, ["level", "stays there", "bytes", "loads"], &rows);
        sheet.say(
            "loads: numbers of A and B from beyond the level, per multiply-add. Levels: registers, and caches 1, 2, 3.",
        );
        let second = self.plan.second_cache >> 10;
        sheet.say(match self.way {
            Way::Blocks => format!("A block of A takes a third of the second cache, here {second} KiB, or less. The other caches are those that the sizes are meant for."),
            _ => "The caches are those that the sizes are meant for.".to_string(),
        });
    }

    fn bytes(&self, rung: &Rung) -> u128 {
        rung.rows as u128 * rung.cols as u128 * self.dtype.size() as u128
    }

    fn per_multiply_add(&self, rung: &Rung) -> f64 {
        rung.loads as f64 / self.counts.multiply_adds as f64
    }

    pub(super) fn ladder_json(&self) -> Vec<Raw> {
        let rung = |rung: &Rung| {
            let (bytes, loads) = (self.bytes(rung), self.per_multiply_add(rung));
            let Rung { level, part, rows, cols, .. } = rung;
            Json::of(&[
                ("level", level),
                ("part", part),
                ("rows", rows),
                ("cols", cols),
                ("bytes", &bytes),
                ("loads", &loads),
            ])
        };
        self.ladder().iter().filter(|rung| rung.loads > 0).map(rung).collect()
    }
}
