//! Blocks: what is counted is counted again here, by five loops of our own.

use nptensor::explain::{Blocks, Counts, Explanation, Look, Way, matmul_blocks};
use nptensor::{DType, Element, Level, level};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::cases;

/// The loops as `kernel/gemm/mod.rs` draws them, down to the tile: the counts, the order of tiles, and the numbers of A
/// and B that come from beyond registers, a sliver of B, a block of A and a panel of B.
fn counted<T: Element>(blocks: &Blocks) -> (Counts, Vec<(usize, usize)>, [usize; 4]) {
    let ((m, n, k), (mc_max, nc_max, kc_max), (mr, nr)) = (blocks.size(), blocks.block(), blocks.tile());
    let packed = blocks.way() == Way::Blocks;
    // Micro-panels are three registers wide where there are 32 of 64 bytes and A is packed.
    let whole = if packed && blocks.level() == Level::Avx512 { 3 } else { 2 };
    let lanes = nr / whole;
    let floats = matches!(T::DTYPE, DType::F32 | DType::F64);
    let half = if floats && blocks.level() == Level::Avx512 { lanes / 2 } else { lanes };
    let mut counts = Counts { multiply_adds: (m * n * k) as u128, ..Counts::default() };
    let (mut order, mut beyond) = (Vec::new(), [0; 4]);
    for jc in (0..n).step_by(nc_max) {
        let nc = nc_max.min(n - jc);
        for pc in (0..k).step_by(kc_max) {
            let kc = kc_max.min(k - pc);
            beyond[3] += kc * nc;
            counts.packed_b += if blocks.way() == Way::InPlace { 0 } else { (kc * nc) as u128 };
            for ic in (0..m).step_by(mc_max) {
                let mc = mc_max.min(m - ic);
                beyond[1] += kc * nc;
                beyond[2] += kc * nc + mc * kc;
                beyond[3] += mc * kc;
                counts.packed_a += if packed { (mc * kc) as u128 } else { 0 };
                let mut jr = 0;
                while jr < nc {
                    let left = nc - jr;
                    let halves = half < lanes && (packed || mc >= 32);
                    let (vectors, width) = match left {
                        _ if left >= nr || left > lanes && !halves && !packed => (whole, nr),
                        _ if left > half || !halves => (1, lanes),
                        _ => (1, half),
                    };
                    // One register to a row leaves room for more rows, where A is not packed in micro-panels of MR.
                    let most = if !packed && vectors == 1 { 8 } else { mr };
                    for ir in (0..mc).step_by(most) {
                        let rows = most.min(mc - ir);
                        let height = match rows {
                            1 if !packed && left >= nr => 1,
                            1..=4 if !packed && width >= lanes && most > 4 => 4,
                            _ => most,
                        };
                        counts.tiles += 1;
                        counts.in_tiles += (height * width * kc) as u128;
                        counts.loads_a += (height * kc) as u128;
                        counts.loads_b += (vectors * kc) as u128;
                        counts.elements_b += (width * kc) as u128;
                        beyond[0] += (height + width) * kc;
                        beyond[1] += height * kc;
                        counts.loads_c += if pc > 0 { (rows * vectors) as u128 } else { 0 };
                        counts.stores_c += (rows * vectors) as u128;
                        if (jc, pc, ic) == (0, 0, 0) {
                            order.push((ir, jr));
                        }
                    }
                    jr += width.min(left);
                }
            }
        }
    }
    (counts, order, beyond)
}

/// The levels from the triple loop on: what each keeps, and that fewer loads remain, as many as the loops make.
fn ladder<T: Element>(blocks: &Blocks, json: &Json, beyond: [usize; 4]) {
    let ((m, n, k), (mc, nc, kc), nr) = (blocks.size(), blocks.block(), blocks.tile().1);
    let (all, ladder) = (m * n * k, json["ladder"].list());
    let loads: Vec<f64> = ladder.iter().map(|rung| rung["loads"].number()).collect();
    assert_eq!(loads[1..], beyond.map(|n| n as f64 / all as f64), "{m} {n} {k}");
    assert!(loads[0] == 2.0 && loads[1..].is_sorted_by(|near, far| near >= far), "{loads:?}");
    let bytes: Vec<usize> = ladder.iter().map(|rung| rung["bytes"].number()).collect();
    let (loops, size) = (blocks.loops(), size_of::<T>());
    let (mr, width) = (loops[4].step, loops[3].step);
    let (mc, sliver, panel) = match blocks.way() {
        Way::Blocks => (mc, width, nc.next_multiple_of(nr)),
        Way::PackedB => (mc.min(m), width, nc.next_multiple_of(nr)),
        _ => (mc.min(m), width.min(n), nc),
    };
    assert_eq!(bytes, [0, mr * width * size, kc * sliver * size, mc * kc * size, kc * panel * size], "{m} {n} {k}");
    let (text, drawn) = (blocks.to_string(), texts(&blocks.svg()));
    for loads in loads[1..].iter().map(|loads| format!("{loads:.4}")) {
        assert!(text.contains(&format!("  {loads}\n")) && drawn.contains(&loads), "{loads}: {text}");
    }
}

/// Where tiles and blocks divide a product, the loads are 1/NR + 1/MR, 1/NR + 1/MC, 1/NC + 1/MC and 1/NC + 1/m.
#[test]
fn loads_of_whole_tiles() {
    let large = matmul_blocks::<f32>(1000, 1000, 1000).unwrap();
    if large.way() != Way::Blocks {
        return; // No tiles at this level.
    }
    let ((_, nc, kc), (mr, nr)) = (large.block(), large.tile());
    let (n, k) = (nc * 2, kc * 2);
    // Blocks are as even as whole tiles allow: from some m on, they divide it.
    let mut even = (500..).map(|m| matmul_blocks::<f32>(m, n, k).unwrap());
    let blocks = even.find(|blocks| blocks.size().0 % blocks.block().0 == 0).unwrap();
    let (m, mc, nc) = (blocks.size().0, blocks.block().0, blocks.block().1);
    assert!(m > mc && n > nc && n % nc == 0 && mc % mr == 0 && nc % nr == 0, "{:?}", blocks.block());
    let json = Json::parse(&blocks.json());
    for (rung, (x, y)) in json["ladder"].list()[1..].iter().zip([(nr, mr), (nr, mc), (nc, mc), (nc, m)]) {
        let (loads, wanted) = (rung["loads"].number::<f64>(), 1.0 / x as f64 + 1.0 / y as f64);
        // Three roundings on one side, one on the other.
        assert!((loads - wanted).abs() <= 4.0 * f64::EPSILON * wanted, "{loads} {wanted}");
    }
}

fn check<T: Element>(m: usize, n: usize, k: usize) -> Way {
    let blocks = matmul_blocks::<T>(m, n, k).unwrap();
    let json = Json::parse(&blocks.json());
    assert_eq!(json["size"].numbers::<usize>(), [m, n, k]);
    if matches!(blocks.way(), Way::InPlace | Way::PackedB | Way::Blocks) {
        let (counts, order, beyond) = counted::<T>(&blocks);
        ladder::<T>(&blocks, &json, beyond);
        assert_eq!(blocks.counts(), counts, "{m} {n} {k} {:?}", blocks.way());
        assert_eq!(blocks.order(), order, "{m} {n} {k} {:?}", blocks.way());
        assert_eq!(json["counts"]["in_tiles"].number::<u128>(), counts.in_tiles);
        assert_eq!(json["counts"]["loads_c"].number::<u128>(), counts.loads_c);
        assert!(counts.in_tiles >= counts.multiply_adds);
        let (turns, loops) = (blocks.loops().iter().map(|each| each.turns()).collect::<Vec<_>>(), blocks.loops());
        assert_eq!(json["loops"].list().iter().map(|each| each["turns"].number()).collect::<Vec<usize>>(), turns);
        // Each loop goes over what a turn of the one around it leaves, and the first three over everything.
        assert_eq!([loops[0].length, loops[1].length, loops[2].length], [n, k, m]);
        assert_eq!(
            [loops[3].length, loops[4].length, loops[5].length],
            [loops[0].step.min(n), loops[2].step.min(m), loops[1].step.min(k)]
        );
        if loops[4].turns() > 1 {
            assert_eq!(order[1], (loops[4].step, 0), "{m} {n} {k}");
        }
        // (Slivers, the last of which may be narrow and then has fewer and taller tiles.)
        let firsts = order.iter().filter(|&&(_, j)| j == 0).count();
        assert_eq!(firsts, loops[4].turns(), "{m} {n} {k}");
    } else {
        assert_eq!(blocks.counts(), Counts { multiply_adds: (m * n * k) as u128, ..Counts::default() });
        assert!(blocks.loops().is_empty() && blocks.order().is_empty());
        assert!(json["ladder"].list().is_empty());
        let text = blocks.to_string();
        assert_eq!(text.contains("multiply-adds loads two numbers"), blocks.way() != Way::Empty, "{text}");
    }
    // The caches have room in a picture.
    let shows = |what: &str| texts(&blocks.svg()).iter().any(|text| text == what);
    assert_eq!([shows("stays there"), shows("regs")], [!blocks.loops().is_empty(); 2]);
    for width in [24, 40, 80] {
        let text = blocks.text(Look { width, ..Look::default() });
        assert!(text.lines().all(|line| line.chars().count() <= width && line == line.trim_end()), "{text}");
    }
    blocks.way()
}

#[test]
fn every_way() {
    assert_eq!(check::<f32>(0, 5, 5), Way::Empty);
    assert_eq!(check::<f32>(5, 5, 0), Way::Empty);
    assert_eq!(check::<f64>(2, 2, 2), Way::Definition);
    assert_eq!(check::<f64>(30, 40, 1), Way::Outer);
    assert_eq!(check::<f32>(1, 50, 784), Way::Row);
    assert_eq!(check::<f32>(100, 10, 50), Way::InPlace);
    assert_eq!(check::<f64>(16, 2000, 300), Way::InPlace);
    assert_eq!(check::<f32>(100, 5, 784), Way::InPlace);
    // Registers of sixteen lanes turn squares for so few columns.
    let narrow = if level() == Level::Avx512 { Way::Narrow } else { Way::InPlace };
    assert_eq!([check::<f32>(1000, 1, 1000), check::<f64>(1000, 1, 1000)], [narrow, Way::InPlace]);
    assert_eq!(check::<f32>(1000, 100, 784), Way::PackedB);
    assert_eq!(check::<f64>(500, 1100, 1030), Way::Blocks);
    assert_eq!(check::<f32>(97, 2049, 1025), Way::Blocks);
    assert_eq!(check::<i64>(50, 600, 520), Way::Blocks);
    assert_eq!(matmul_blocks::<i8>(1_000_000, 1_000_000, 1_000_000).unwrap().counts().multiply_adds, 10_u128.pow(18));
    let error = matmul_blocks::<f32>(1, 2, 1_000_001).unwrap_err();
    assert_eq!(error.to_string(), "an axis of 1000001 is too long to explain: at most 1000000");
}

proptest! {
    #![proptest_config(cases(30))]

    #[test]
    fn counts_are_those_of_the_loops(m in 1..200_usize, n in 1..1500_usize, k in 1..1200_usize) {
        check::<f32>(m, n, k);
        check::<f64>(m, n.min(40), k);
        check::<u8>(m.min(20), n, k);
    }
}
