//! Blocks: what is counted is counted again here, by five loops of our own.

use nptensor::explain::{Blocks, Counts, Explanation, Look, Way, matmul_blocks};
use nptensor::{DType, Element, Level, level};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::cases;

/// The loops as `kernel/gemm/mod.rs` draws them, down to the tile.
fn counted<T: Element>(blocks: &Blocks) -> (Counts, Vec<(usize, usize)>) {
    let ((m, n, k), (mc_max, nc_max, kc_max), (mr, nr)) = (blocks.size(), blocks.block(), blocks.tile());
    let packed = blocks.way() == Way::Blocks;
    // Micro-panels are three registers wide where there are 32 of 64 bytes and A is packed.
    let whole = if packed && blocks.level() == Level::Avx512 { 3 } else { 2 };
    let lanes = nr / whole;
    let floats = matches!(T::DTYPE, DType::F32 | DType::F64);
    let half = if floats && blocks.level() == Level::Avx512 { lanes / 2 } else { lanes };
    let mut counts = Counts { multiply_adds: (m * n * k) as u128, ..Counts::default() };
    let mut order = Vec::new();
    for jc in (0..n).step_by(nc_max) {
        let nc = nc_max.min(n - jc);
        for pc in (0..k).step_by(kc_max) {
            let kc = kc_max.min(k - pc);
            counts.packed_b += if blocks.way() == Way::InPlace { 0 } else { (kc * nc) as u128 };
            for ic in (0..m).step_by(mc_max) {
                let mc = mc_max.min(m - ic);
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
    (counts, order)
}

fn check<T: Element>(m: usize, n: usize, k: usize) -> Way {
    let blocks = matmul_blocks::<T>(m, n, k).unwrap();
    let json = Json::parse(&blocks.json());
    assert_eq!(json["size"].numbers::<usize>(), [m, n, k]);
    if matches!(blocks.way(), Way::InPlace | Way::PackedB | Way::Blocks) {
        let (counts, order) = counted::<T>(&blocks);
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
    }
    // The caches have room in a picture.
    let shows = |what: &str| texts(&blocks.svg()).iter().any(|text| text == what);
    assert_eq!([shows("cache"), shows("register")], [!blocks.loops().is_empty(); 2]);
    for width in [24, 40, 80] {
        let text = blocks.text(Look { width, colour: false });
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
