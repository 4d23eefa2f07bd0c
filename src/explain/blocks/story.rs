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

use alloc::string::String;
use alloc::vec::Vec;

use super::{Blocks, Loop, Way};
use crate::explain::json::{Json, Raw};
use crate::explain::language::{Words, same};
use crate::explain::numbers::count;
use crate::explain::sheet::{Cell, Sheet, row};
use crate::explain::svg::Svg;

/// What stays, cut by cut.
const STAYS: [[&str; 2]; 5] =
    [["nothing", "无"], ["a tile", "小块"], ["a sliver", "条"], ["a block", "块"], ["a panel", "面板"]];

/// What a level keeps, and the loads from beyond it for a multiply-add.
struct Rung {
    level: &'static str,
    part: &'static str,
    size: (usize, usize),
    bytes: u128,
    loads: f64,
}

impl Blocks {
    /// The triple loop, then the levels from the nearest on; nothing without tiles.
    fn ladder(&self) -> Vec<Rung> {
        if self.first.is_empty() {
            return Vec::new();
        }
        let ((m, n, k), (mc, nc, kc), (mr, width)) = (self.size, self.block(), self.first_tile());
        let all = self.counts.multiply_adds;
        let rung = |level, part, size: (usize, usize), loads: u128| {
            let bytes = size.0 as u128 * size.1 as u128 * self.dtype.size() as u128;
            Rung { level, part, size, bytes, loads: loads as f64 / all as f64 }
        };
        let [size_a, size_b] = [m, n].map(|side| side as u128 * k as u128);
        // The turns of loops 3 and 5: so often is all of B read, and all of A.
        let [b, a] = [size_b * m.div_ceil(mc) as u128, size_a * n.div_ceil(nc) as u128];
        // Packed, in whole slivers; else in place.
        let whole = nc.next_multiple_of(self.tile().1);
        let (level, sliver, panel) = match self.way {
            Way::InPlace => ("any", width.min(n), nc),
            Way::PackedB => ("2, 3", width, whole),
            _ => ("3", width, whole),
        };
        Vec::from([
            rung("-", "nothing", (0, 0), 2 * all),
            rung("regs", "C", (mr, width), self.counts.loads_a + self.counts.elements_b),
            rung("1, 2", "B", (kc, sliver), self.counts.loads_a + b),
            rung("2", "A", (mc, kc), a + b),
            rung(level, "B", (kc, panel), a + size_b),
        ])
    }

    pub(super) fn story<'a>(&'a self, sheet: &mut Sheet<'a>) {
        let ((m, n, k), (mr, width), lanes) = (self.size, self.first_tile(), self.plan.lanes);
        if self.way == Way::Empty {
            return;
        }
        sheet.part(["three loops", "三重循环"]);
        sheet.heading(["The triple loop", "三重循环"]);
        let loops = format!("for i in 0..{m}:\n  for j in 0..{n}:\n    for p in 0..{k}:\n");
        if !sheet.lines(&(loops + "      c[i,j] += a[i,p] * b[p,j]")) {
            sheet.say(["for all i, j, p: c[i,j] += a[i,p] * b[p,j]", "对所有 i、j、p：c[i,j] += a[i,p] * b[p,j]"]);
        }
        let all = count(self.counts.multiply_adds);
        sheet.say([
            format!("Each of the {all} multiply-adds loads two numbers, and it is the loads that take the time."),
            format!("{all} 次乘加，每次加载两个数；花时间的正是这些加载。"),
        ]);
        let [.., blocks, slivers, tiles, terms] = self.loops().iter().map(Loop::turns).collect::<Vec<_>>()[..] else {
            return;
        };
        let (ladder, (mc, nc, _)) = (self.ladder(), self.block());
        let says = [
            [
                format!(
                    "A tile of C stays in registers, {lanes} numbers in each: a number of A serves its {width} columns, one of \
                     B its {mr} rows."
                ),
                format!(
                    "C 的一个小块留在寄存器里，每个寄存器放 {lanes} 个数：A 的一个数供它的 {width} 列用，B 的一个数供它的 {mr} 行用。"
                ),
            ],
            [
                format!("LOOP 1: a sliver of B, as wide as a tile, stays for the {tiles} tiles of a block of A."),
                format!("循环 1：B 的一条与小块一样宽，留着供 A 的一块的 {tiles} 个小块用。"),
            ],
            [
                format!("LOOP 2: a block of A, some of its rows, stays for the {slivers} slivers of a panel of B."),
                format!("循环 2：A 的一块是它的若干行，留着供 B 的一个面板的 {slivers} 条用。"),
            ],
            [
                format!("LOOP 3: a panel of B, its slivers together, stays for the {blocks} blocks of A."),
                format!("循环 3：B 的一个面板由各条合成，留着供 A 的 {blocks} 块用。"),
            ],
        ];
        // How far C is filled meanwhile, which of A, B and C stays, and what passes it, so many times.
        let cuts = [((mr, width), 2, terms), ((mc, width), 1, tiles), ((mc, nc), 0, slivers), ((m, nc), 1, blocks)];
        for (i, (says, (part, stays, turns))) in says.into_iter().zip(cuts).enumerate() {
            sheet.part(STAYS[i + 1]);
            if i == 0 {
                sheet.heading(["One cut at a time", "一次切一刀"]);
            }
            sheet.say(says);
            sheet.drawn(|sheet| {
                let draw = move |svg: &mut Svg, y| {
                    svg.open(&[("turns", &format!("{turns}"))]);
                    let end = self.draw(svg, y, part, stays);
                    svg.close();
                    end
                };
                sheet.figure(|_| String::new(), draw);
                let line = |(rung, [name, chinese]): (&Rung, [&str; 2])| {
                    row(Cell::soft(name).zh(chinese), [Cell::plain(format!("{:.4}", rung.loads))])
                };
                let head = row(Cell::soft("stays").zh("留下"), [Cell::soft("loads").zh("加载")]);
                let shown = &ladder[..i + 2];
                let shares: Vec<f64> = shown.iter().map(|rung| rung.loads / 2.0).collect();
                sheet.bars(core::iter::once(head).chain(shown.iter().zip(STAYS).map(line)).collect(), &shares);
            });
        }
        sheet.part(["sizes", "大小"]);
        let line = |Rung { level, part, size, bytes, loads }: &Rung| match size.0 {
            0 => [same(level), STAYS[0].map(String::from), same(0), same(2)],
            rows => {
                let level = match *level {
                    "regs" => ["regs", "寄存器"].map(String::from),
                    "any" => ["any", "任意"].map(String::from),
                    level => same(level),
                };
                [level, same(format!("{part} {rows}x{}", size.1)), same(count(*bytes)), same(format!("{loads:.4}"))]
            }
        };
        let rows: Vec<[Words; 4]> = ladder.iter().map(line).collect();
        sheet.listed([["at", "层次"], ["stays there", "留在那里"], ["bytes", "字节"], ["loads", "加载"]], &rows);
        sheet.say([
            "at: registers, and caches 1, 2, 3. loads: numbers of A and B from beyond, per multiply-add, where tiles at the edges are narrower or lower.",
            "层次：寄存器，以及第 1、2、3 级缓存。加载：每次乘加从更远处取来的 A 与 B 的数；边上的小块更窄或更矮。",
        ]);
        sheet.say(["The caches are those that the sizes are meant for.", "这些缓存是选定各个大小时所针对的。"]);
        if self.way == Way::Blocks {
            let second = self.plan.second_cache >> 10;
            sheet.say([
                format!("A block of A takes a third of the second cache, here {second} KiB, or less."),
                format!("A 的一块至多占第二级缓存的三分之一；这里的第二级缓存是 {second} KiB。"),
            ]);
        }
    }

    pub(super) fn ladder_json(&self) -> Vec<Raw> {
        let rung = |Rung { level, part, size, bytes, loads }: &Rung| {
            let size = [size.0, size.1];
            Json::of(&[("level", level), ("part", part), ("size", &size), ("bytes", bytes), ("loads", loads)])
        };
        self.ladder().iter().map(rung).collect()
    }
}
