//! Broadcasting explained: strides, sources and messages are those of the definition, in every form.

use nptensor::explain::{Explanation, Look, Operand, add, broadcast, command};
use nptensor::reference::{self, Array, indices};
use nptensor::{Error, Tensor};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::cases as runs;

/// The numbers of its places, in C order.
fn counted(shape: &[usize]) -> Array<i64> {
    Array::new(shape, (0..shape.iter().product::<usize>() as i64).collect())
}

/// The place that `a[0,2]`, `a[()]` or `a5` names.
fn place(name: &str, operand: char, shape: &[usize]) -> usize {
    let rest = name.strip_prefix(operand).unwrap_or_else(|| panic!("{name} is not of {operand}"));
    match rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        None => rest.parse().unwrap(),
        Some("()") => reference::place(shape, &[]),
        Some(index) => reference::place(shape, &index.split(',').map(|i| i.parse().unwrap()).collect::<Vec<_>>()),
    }
}

/// The cells `a..+b..` among words, as places.
fn cells<'w>(words: impl Iterator<Item = &'w str>, a: &[usize], b: &[usize]) -> Vec<(usize, usize)> {
    let pair = |word: &str| {
        let (left, right) = word.split_once('+')?;
        (left.starts_with('a') && right.starts_with('b')).then(|| (place(left, 'a', a), place(right, 'b', b)))
    };
    words.filter_map(pair).collect()
}

fn shape() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![3 => Just(1_usize), 4 => 2..4_usize, 1 => Just(0_usize)], 0..5)
}

/// Two shapes that mostly agree: the second is a variation of the first.
fn pair() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    (shape(), shape(), prop::collection::vec(0..3_u8, 5), 0..4_usize).prop_map(|(a, other, change, drop)| {
        let mut b: Vec<usize> = a.iter().zip(&change).map(|(&n, &c)| if c == 0 { 1 } else { n }).collect();
        b.drain(..drop.min(b.len()));
        if change[4] == 0 { (a, other) } else { (a, b) }
    })
}

proptest! {
    #![proptest_config(runs(300))]

    #[test]
    fn every_form_says_what_the_definition_does((a, b) in pair(), swap: bool, width in 36..100_usize) {
        let (a, b) = if swap { (b, a) } else { (a, b) };
        let explained = broadcast(&a, &b).unwrap();
        let json = Json::parse(&explained.json());
        let text = explained.text(Look { width, ..Look::default() });
        let words = texts(&explained.svg());
        for line in text.lines().filter(|line| !line.contains("could not be broadcast")) {
            prop_assert!(line.chars().count() <= width && line.trim_end() == line, "{width}: {line:?}\n{text}");
        }
        let sum = Tensor::<i64>::zeros(&a).unwrap().try_add(Tensor::zeros(&b).unwrap());
        let shape = match sum {
            Err(error) => {
                prop_assert_eq!(explained.error(), Some(&error));
                let message = error.to_string();
                prop_assert_eq!(json["error"].text(), &message);
                prop_assert!(text.contains(message.trim_end()) && words[1].contains(&message));
                let flowing = text.split_whitespace().collect::<Vec<_>>().join(" ");
                prop_assert!(flowing.contains("they differ, and neither is 1"));
                prop_assert_eq!((explained.shape(), explained.reads(0), explained.strides(Operand::A)), (None, None, None));
                return Ok(());
            }
            Ok(sum) => sum.shape().to_vec(),
        };
        prop_assert_eq!(json["shape"].numbers::<usize>(), shape.clone());
        prop_assert_eq!(explained.shape().unwrap(), &shape);
        let sources = [&a, &b].map(|own| counted(own).broadcast_to(&shape));
        let wanted: Vec<(usize, usize)> =
            sources[0].data.iter().zip(&sources[1].data).map(|(&a, &b)| (a as usize, b as usize)).collect();
        let listed = json["cells"].list();
        prop_assert_eq!(listed.len(), wanted.len());
        for ((n, index), cell) in indices(&shape).iter().enumerate().zip(listed) {
            prop_assert_eq!(explained.reads(n), Some(wanted[n].into()));
            prop_assert_eq!(&cell["index"].numbers::<usize>(), index);
            prop_assert_eq!(cell["places"].numbers::<usize>(), [wanted[n].0, wanted[n].1]);
            prop_assert_eq!(reference::place(&a, &cell["a"].numbers::<usize>()), wanted[n].0);
            prop_assert_eq!(reference::place(&b, &cell["b"].numbers::<usize>()), wanted[n].1);
            // The strides say the same.
            for (operand, place) in [(Operand::A, wanted[n].0), (Operand::B, wanted[n].1)] {
                let strides = explained.strides(operand).unwrap();
                prop_assert_eq!(strides.iter().zip(index).map(|(s, &i)| s * i as isize).sum::<isize>(), place as isize);
            }
        }
        prop_assert_eq!(explained.reads(wanted.len()), None);
        // Four grids are drawn, and none where there is nothing.
        let drawn = shape.iter().rev().take(2).product::<usize>() * 4;
        let drawn = &wanted[..drawn.min(wanted.len())];
        // (Planes stand side by side: what is in one row of text belongs to several.)
        let in_order = |mut cells: Vec<(usize, usize)>| {
            if shape.len() > 2 {
                cells.sort_unstable();
            }
            cells
        };
        let drawn = in_order(drawn.to_vec());
        prop_assert_eq!(&in_order(cells(words[2..].iter().map(String::as_str), &a, &b)), &drawn);
        prop_assert_eq!(&in_order(cells(text.split_whitespace(), &a, &b)), &drawn);
    }

    #[test]
    fn axes_are_told_as_they_meet((a, b) in pair()) {
        let explained = broadcast(&a, &b).unwrap();
        prop_assert_eq!(explained.axes().len(), a.len().max(b.len()));
        for (back, axis) in explained.axes().iter().rev().enumerate() {
            let size = |shape: &[usize]| shape.len().checked_sub(1 + back).map(|at| shape[at]);
            prop_assert_eq!((axis.a, axis.b), (size(&a), size(&b)));
            let (n, m) = (axis.a.unwrap_or(1), axis.b.unwrap_or(1));
            let wanted = if n == m || m == 1 { Some(n) } else if n == 1 { Some(m) } else { None };
            prop_assert_eq!(axis.size, wanted);
        }
    }
}

#[test]
fn the_two_that_everyone_meets_first() {
    let wanted = "\
(3,1) and (4,) broadcast to (3,4)

Shapes are aligned on the right
           axis 0  axis 1
        a       3       1
        b      (1)      4
   result       3       4

  (x) a missing axis counts as 1
  axis 0: b has no axis here, which counts as 1, and is stretched to 3
  axis 1: a is 1, and is stretched to 4
  Sizes agree when they are equal, or when one of them is 1.

Stretching copies nothing: a stretched axis has stride 0
  a: shape (3,1), strides (1,1), read with strides (1,0)
  b: shape (4,), strides (1,), read with strides (0,1)
  A cell lies at the sum of index * stride. Where the stride is 0, every index
    finds the same cell.

Which cells meet
  a (3,1), stretched to (3,4):
           0       1       2       3
   0  a[0,0] (a[0,0])(a[0,0])(a[0,0])
   1  a[1,0] (a[1,0])(a[1,0])(a[1,0])
   2  a[2,0] (a[2,0])(a[2,0])(a[2,0])

  b (4,), stretched to (3,4):
         0     1     2     3
   0  b[0]  b[1]  b[2]  b[3]
   1 (b[0])(b[1])(b[2])(b[3])
   2 (b[0])(b[1])(b[2])(b[3])

  (x) the same cell again, stretched
  Each cell of the result reads:
                0            1            2            3
   0  a[0,0]+b[0]  a[0,0]+b[1]  a[0,0]+b[2]  a[0,0]+b[3]
   1  a[1,0]+b[0]  a[1,0]+b[1]  a[1,0]+b[2]  a[1,0]+b[3]
   2  a[2,0]+b[0]  a[2,0]+b[1]  a[2,0]+b[2]  a[2,0]+b[3]

  Only shapes were given: a cell has the name of its index.
";
    assert_eq!(broadcast(&[3, 1], &[4]).unwrap().to_string(), wanted);
    let wanted = "\
(3,) and (4,) do not broadcast

Shapes are aligned on the right
           axis 0
        a      >3<
        b      >4<
   result      >?<

  axis 0: 3 against 4: they differ, and neither is 1
  Sizes agree when they are equal, or when one of them is 1.

NumPy's message
  operands could not be broadcast together with shapes (3,) (4,)

What would have to meet
  a (3,):
      0     1     2     3
   a[0]  a[1]  a[2]    >?<

  b (4,):
      0     1     2     3
   b[0]  b[1]  b[2]  b[3]

  >x< no cell is there: only a size of 1 can be stretched
  To pair each of the 3 with each of the 4, make the 3 a column: (3,1) and (4,)
    give (3,4).
";
    assert_eq!(broadcast(&[3], &[4]).unwrap().to_string(), wanted);
}

/// The numbers that are typed, and the engine's sums, in every form.
#[test]
fn values_are_shown() {
    let explained = command(&["broadcast", "[[0],[10],[20]]", "[1,-2,3,4]"]).unwrap();
    let (text, words) = (explained.to_string(), texts(&explained.svg()));
    for part in [
        "   1  10 (10)(10)(10)\n",
        "   1  (1)(-2) (3) (4)\n",
        "   1     10+1 = 11   10+(-2) = 8     10+3 = 13     10+4 = 14\n",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(words.iter().any(|word| word == "20+(-2) = 18"), "{words:?}");
    let json = Json::parse(&explained.json());
    let sums: Vec<Vec<i64>> = json["cells"].list().iter().map(|cell| cell["values"].numbers()).collect();
    let wanted = [0, 10, 20].iter().flat_map(|&a| [1, -2, 3, 4].map(|b| vec![a, b, a + b]));
    assert_eq!((sums, json["dtype"].text()), (wanted.collect(), "int64"));

    let text = |words: &[&str]| command(words).unwrap().to_string();
    // Floats where one of the two has them, as typed; a number; a shape beside values.
    assert!(text(&["broadcast", "[0.1, 1]", "0.2"]).contains("0.1+0.2 = 0.30000000000000004"));
    assert!(text(&["broadcast", "[1, 2, 3]", "5"]).contains("1+5 = 6  2+5 = 7  3+5 = 8"));
    let mixed = text(&["broadcast", "[10, 20]", "(2,1)"]);
    assert!(
        mixed.contains("10+1 = 11") && mixed.contains("Of b only the shape was given: its cells are numbered."),
        "{mixed}"
    );
    // A mismatch shows the values that would meet.
    let wrong = text(&["broadcast", "[7, 8, 9]", "[1, 2, 3, 4]"]);
    assert!(wrong.contains("   0  1  2  3\n   7  8  9 >?<\n"), "{wrong}");
    // (1,2,3) is a shape, [1,2,3] is not.
    assert!(text(&["broadcast", "(1,2,3)", "1,2,3"]).starts_with("(1,2,3) and (1,2,3) broadcast"));
    let error = add(&Tensor::<i64>::zeros(&[3000, 1]).unwrap(), &Tensor::zeros(&[3000]).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "a result of 9000000 numbers is too large to explain: at most 4194304");
}

/// Sentences are cut at blanks, words that are too long inside, and a table too wide becomes several.
#[test]
fn narrow() {
    let text = |a: &[usize], b: &[usize]| broadcast(a, b).unwrap().text(Look { width: 24, ..Look::default() });
    assert!(text(&[1; 16], &[]).starts_with("(1,1,1,1,1,1,1,1,1,1,1,1\n,1,1,1,1) and ()\nbroadcast to\n"));
    let narrow = text(&[3, 1], &[4]);
    for part in [
        "(3,1) and (4,) broadcast\nto (3,4)\n\nShapes are aligned on\nthe right\n",
        "           axis 0\n        a       3\n        b      (1)\n   result       3\n\n           axis 1\n        a       1\n",
        "  (x) a missing axis\n    counts as 1\n  axis 0: b has no axis\n    here, which counts\n    as 1, and is\n    stretched to 3\n",
        "          0      1\n   0  a0+b0  a0+b1\n   1  a1+b0  a1+b1\n   2  a2+b0  a2+b1\n\n          2      3\n   0  a0+b2  a0+b3\n",
    ] {
        assert!(narrow.contains(part), "{narrow}");
    }
}

/// Colours change no character of the text.
#[test]
fn colours_are_put_around_words() {
    let explained = broadcast(&[2, 1], &[3]).unwrap();
    let coloured = explained.text(Look { width: 80, colour: true, ..Look::default() });
    let mut bare = String::new();
    for (i, part) in coloured.split('\x1b').enumerate() {
        bare += if i == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    assert!(coloured.contains("\x1b[34m") && coloured.contains("\x1b[32m") && coloured.contains("\x1b[2m"));
    let trimmed: String = bare.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    assert_eq!(trimmed, explained.to_string());
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "sizes of 64 bits")]
fn what_is_too_large_is_told_in_words() {
    let big = 1_usize << (usize::BITS - 24);
    for (a, b, says) in [
        (vec![300, 1], vec![300], "(300,300) is too large to draw: 300 cells side by side, where 16 fit."),
        (vec![big], vec![1], "is too large to draw"),
        (vec![big, 1], vec![1, big], "broadcast to more than any memory holds"),
        (vec![1; 64], vec![2; 3], "axis 63: a is 1, and is stretched to 2"),
        (vec![2; 24], vec![2], "... and 4194300 more like these."),
        (vec![2, 0], vec![1], "(2,0) has no cell"),
        (vec![0], vec![2], "axis 0: 0 against 2: they differ"),
        (vec![2, 3], vec![2], "make b stand along it: (2,1) instead of"),
        (vec![4], vec![4, 2, 3], "make a stand along it: (4,1,1) instead of"),
    ] {
        let explained = broadcast(&a, &b).unwrap();
        assert!(explained.to_string().contains(says), "{explained}");
        let json = Json::parse(&explained.json());
        assert_eq!(json["axes"].list().len(), a.len().max(b.len()));
        let words = texts(&explained.svg());
        assert!(words.len() < 2000, "{}", words.len());
    }
    assert_eq!(broadcast(&[1; 65], &[]).unwrap_err(), Error::TooManyAxes { ndim: 65 });
    assert_eq!(broadcast(&[big, big], &[]).unwrap_err(), Error::TooBig { shape: vec![big, big] });
}
