//! Layouts explained: every place is that of the definition, after any chain of views, in every form.

use nptensor::explain::{Explanation, Look, View, command, layout, slice, steps};
use nptensor::reference::{Array, indices};
use nptensor::{Indices, Layout, Tensor, Value};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::{Rng, case, cases, laid_out, shape};

/// A view of an array, and what it makes of it; `None` where this one does not apply.
fn view(rng: &mut Rng, x: &Array<i64>) -> Option<(View, Array<i64>)> {
    let ndim = x.ndim();
    let axes: Vec<isize> = (0..ndim as isize).collect();
    Some(match rng.below(8) {
        0 => (View::Transpose(None), x.t()),
        1 => {
            let mut order = axes.clone();
            (1..ndim).for_each(|i| order.swap(i, rng.below(i + 1)));
            (View::Transpose(Some(order.clone())), x.transpose(&order))
        }
        2 => (View::Flip(None), x.flip(&axes)),
        3 => {
            let some: Vec<isize> = axes.into_iter().filter(|_| rng.once_in(2)).collect();
            (View::Flip(Some(some.clone())), x.flip(&some))
        }
        4 if ndim > 0 => {
            let word = |(&n, rng): (&usize, &mut Rng)| match rng.below(6) {
                0 if n > 0 => (rng.below(2 * n) as isize - n as isize).to_string(),
                1 => "::-1".into(),
                2 => "1:".into(),
                3 => "::2".into(),
                4 => "-1:0:-2".into(),
                _ => ":".into(),
            };
            let words: Vec<String> = x.shape.iter().map(|n| word((n, rng))).collect();
            let text = words[..1 + rng.below(ndim)].join(", ");
            (View::Slice(text.clone()), x.slice(&text.indices().unwrap()))
        }
        5 => {
            let mut to: Vec<isize> = x.shape.iter().map(|&n| n as isize).collect();
            match ndim {
                2.. => _ = to.remove(rng.below(ndim)),
                _ => to.push(2),
            }
            let last = to.len() - 1;
            to[last] = -1;
            let known: isize = to[..last].iter().product();
            if known == 0 || !x.size().is_multiple_of(known as usize) {
                return None;
            }
            (View::Reshape(to.clone()), x.reshape(&to))
        }
        6 if ndim < 5 && x.size() < 40 => {
            let mut to: Vec<usize> = x.shape.iter().map(|&n| if n == 1 { 3 } else { n }).collect();
            to.insert(0, 2);
            (View::BroadcastTo(to.clone()), x.broadcast_to(&to))
        }
        7 if rng.once_in(2) => (View::ExpandDims(0), x.expand_dims(0)),
        _ => (View::Squeeze, x.squeeze()),
    })
}

/// Whether places can be said by an offset and strides: the definition of what needs no copy.
fn is_strided(shape: &[usize], places: &[usize]) -> bool {
    let all = indices(shape);
    let Some(&start) = places.first() else { return true };
    let stride = |axis: usize| {
        let one = all.iter().position(|index| index[axis] == 1 && index.iter().sum::<usize>() == 1);
        one.map_or(0, |n| places[n] as isize - start as isize)
    };
    let strides: Vec<isize> = (0..shape.len()).map(stride).collect();
    let at = |index: &[usize]| index.iter().zip(&strides).map(|(&i, s)| i as isize * s).sum::<isize>();
    all.iter().zip(places).all(|(index, &place)| start as isize + at(index) == place as isize)
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn any_chain_of_views(seed: u64, shape in prop::collection::vec(0..5_usize, 0..4), width in 40..100_usize) {
        let mut rng = Rng(seed);
        let size = shape.iter().product::<usize>() as i64;
        // Values, or the numbers of a shape alone.
        let numbered = rng.once_in(2);
        let value = |n: i64| if numbered { n } else { 7 * n + 100 };
        let mut arrays = vec![Array::new(&shape, (0..size).map(value).collect())];
        let mut views = Vec::new();
        for _ in 0..rng.below(6) {
            if let Some((view, array)) = view(&mut rng, &arrays[arrays.len() - 1]) {
                views.push(view);
                arrays.push(array);
            }
        }
        let start = Layout::row_major(&shape).unwrap();
        let explained = match numbered {
            true => steps(&start, &views).unwrap(),
            false => {
                let t = Tensor::from_vec(arrays[0].data.clone(), &shape).unwrap();
                layout(&t).unwrap().views(&views).unwrap()
            }
        };
        let json = Json::parse(&explained.json());
        let text = explained.text(Look { width, ..Look::default() });
        for line in text.lines() {
            prop_assert!(line.chars().count() <= width, "{width}: {line:?}\n{text}");
        }
        // What lies in memory: a copy is a new one.
        let mut memory = arrays[0].data.clone();
        let mut before: Vec<usize> = json["start"]["places"].numbers();
        prop_assert_eq!(&before, &(0..memory.len()).collect::<Vec<_>>());
        for (((step, told), array), view) in
            explained.list().iter().zip(json["steps"].list()).zip(&arrays[1..]).zip(&views)
        {
            let places: Vec<usize> = told["places"].numbers();
            if let View::Reshape(_) = view {
                prop_assert_eq!(step.copies(), !is_strided(&array.shape, &before), "{}", explained);
            } else {
                prop_assert!(!step.copies());
            }
            if step.copies() {
                memory = before.iter().map(|&place| memory[place]).collect();
            }
            let values: Vec<i64> = places.iter().map(|&place| memory[place]).collect();
            prop_assert_eq!(&values, &array.data, "{}\n{}", view, explained);
            prop_assert_eq!(&told["values"].numbers::<i64>(), &array.data);
            prop_assert_eq!(&told["shape"].numbers::<usize>(), &array.shape);
            prop_assert_eq!(told["strides"].numbers::<isize>(), step.after().strides());
            prop_assert_eq!(told["offset"].number::<usize>(), step.after().offset());
            prop_assert_eq!(told["view"].text().parse::<View>().unwrap().to_string(), view.to_string());
            prop_assert!(step.why().count() > 0 || array.ndim() == 0 || matches!(view, View::Flip(_)));
            before = places;
        }
        // The grids show these values, one after the other; the line of memory comes after them.
        let words = texts(&explained.svg());
        let end = words.iter().rposition(|word| word == "Memory").unwrap();
        let shown = &arrays[arrays.len() - 1].data;
        let last = explained.list().last().map_or(&start, |step| step.after());
        let side = last.shape().iter().rev().take(2).max().copied().unwrap_or(0);
        if !before.is_empty() && side <= 16 && last.ndim() <= 2 && side <= 8 {
            let numbers: Vec<i64> = words[2..end].iter().filter_map(|word| word.parse().ok()).collect();
            let heads = last.shape().last().copied().unwrap_or(0) + if last.ndim() == 2 { last.shape()[0] } else { 0 };
            let drawn = &numbers[numbers.len() - before.len() - heads..];
            let mut sorted = [drawn.to_vec(), Vec::new()].concat();
            let mut wanted = shown.clone();
            last.shape().iter().for_each(|&n| wanted.extend(0..n as i64));
            sorted.sort_unstable();
            wanted.sort_unstable();
            prop_assert_eq!(sorted, wanted);
        }
    }

    #[test]
    fn any_tensor((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (tensor, array) = laid_out::<i16>(&mut rng, values, &shape);
        let map = layout(&tensor).unwrap();
        let json = Json::parse(&map.json());
        let memory: Vec<i16> = json["memory"].numbers();
        let places: Vec<usize> = json["places"].numbers();
        prop_assert_eq!(map.places(), Some(places.clone()));
        if memory.is_empty() {
            // Of a large base: not listed.
            prop_assert!(array.data.is_empty() || map.to_string().contains("places are too many to draw"));
            return Ok(());
        }
        prop_assert_eq!(places.iter().map(|&place| memory[place]).collect::<Vec<_>>(), array.data.clone());
        prop_assert_eq!(&json["shape"].numbers::<usize>(), &array.shape);
        prop_assert_eq!(json["strides"].numbers::<isize>(), tensor.strides());
        let words = texts(&map.svg());
        if let (Some(place), Some(value)) = (places.last(), array.data.last()) {
            let said = format!("= {place}, where {value} is");
            prop_assert!(words[1].contains(&said) , "{}", map);
        }
    }
}

#[test]
fn what_a_slice_takes() {
    let wanted = "\
shape (4,5), strides (5,1), offset 0
       0   1   2   3   4
   0   0   1  [2] [3] [4]
   1   5   6   7   8   9
   2  10  11 [12][13][14]
   3  15  16  17  18  19

  [x] taken by the next view

slice ::2, 4:1:-1
  axis 0, ::2: takes 2 of 4, from index 0: offset + 0*5; steps by 2: stride 5*2
    = 10
  axis 1, 4:1:-1: takes 3 of 5, from index 4: offset + 4*1; steps by -1: stride
    1*-1 = -1
  Now shape (2,3), strides (10,-1), offset 4.
       0   1   2
   0   4   3   2
   1  14  13  12

  Only a shape was given: the elements are numbered in the order of memory. No
    element has moved.
";
    assert_eq!(slice(&[4, 5], "::2, 4:1:-1").unwrap().to_string(), wanted);
    for (indices, why) in [
        ("-1, ...", "axis 0, -1: index 3: offset + 3*5; the axis is gone"),
        ("..., None", "...: 2 axes as before"),
        ("None, 3:1", "axis 0, 3:1: none of its 4"),
        ("1:2", "axis 0, 1:2: takes 1 of 4, from index 1: offset + 1*5; stride 5 as before"),
    ] {
        let explained = slice(&[4, 5], indices).unwrap();
        assert!(explained.to_string().contains(why), "{explained}");
    }
    // Where every index finds the same place.
    let start = Layout::row_major(&[1, 3]).unwrap();
    let views = ["broadcast_to (5,3)", "slice 2"].map(|view| view.parse::<View>().unwrap());
    let explained = steps(&start, &views).unwrap().to_string();
    assert!(explained.contains("axis 0, 2: index 2: offset + 2*0; the axis is gone"), "{explained}");
    let none = steps(&Layout::row_major(&[0, 3]).unwrap(), &["flip".parse().unwrap()]).unwrap();
    assert!(none.to_string().contains("There is no element, so there is no place to start from."));
    assert_eq!(
        slice(&[4], "1, 2").unwrap_err().to_string(),
        "too many indices for array: array is 1-dimensional, but 2 were indexed"
    );
    assert_eq!(slice(&[0, 2], "0").unwrap_err().to_string(), "index 0 is out of bounds for axis 0 with size 0");
}

/// Sentences without their line breaks.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is typed is what is seen; where it lies stands in the line of memory.
#[test]
fn values_are_shown() {
    let text = |words: &[&str]| command(words).unwrap().to_string();
    let shown = text(&["slice", "[[10,20,30],[40,50,60]]", "1, ::-1"]);
    for part in [
        "   1 [40][50][60]\n",
        "    0   1   2\n   60  50  40\n\nMemory\n           0   1   2   3   4   5\n   value  10  20  30 [40][50][60]\n   index   -   -   -   2   1   0\n",
        "  No element has moved.\n",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    // A copy is other memory, and a shape's numbers go with their elements.
    let shown = text(&["layout", "(2,2)", "transpose", "reshape (4,)"]);
    assert!(
        shown.contains("   0  1  2  3\n   0  2  1  3\n\nMemory\n          0  1  2  3\n   value  0  2  1  3\n"),
        "{shown}"
    );
    assert!(flowing(&shown).contains("numbered in the order of memory before the copy."), "{shown}");
    assert_eq!(text(&["slice", "[1.5, 2]", "::-1"]).lines().find(|line| line.contains("1.5")).unwrap(), "   1.5  2.0");
    // A number has no axis.
    let error = command(&["slice", "5", "0"]).map(drop).unwrap_err().to_string();
    assert_eq!(error, "too many indices for array: array is 0-dimensional, but 1 were indexed");
    // Too many to be kept: a number is a place.
    let large = text(&["layout", "(100,100,2,2)", "slice 99"]);
    assert!(large.contains("39600"), "{large}");
}

#[test]
fn why_a_reshape_copies() {
    let start = Layout::row_major(&[2, 3]).unwrap();
    let views = ["transpose", "slice ::-1", "reshape (6,)"].map(|view| view.parse::<View>().unwrap());
    let text = flowing(&steps(&start, &views).unwrap().to_string());
    let why = "To join axes 0 and 1, a step on axis 0 must be as long as all of axis 1: 2 elements * stride 3 = 6. \
               It is -1, and no strides can say that: the elements are copied, in C order, into new memory.";
    let from = "The new memory holds, from place 0 on, what lay at 2 5 1 4 0 3 in the old one.";
    assert!(text.contains(why) && text.contains(from), "{text}");
    let error = steps(&start, &["reshape (4,)".parse().unwrap()]).unwrap_err();
    assert_eq!(error.to_string(), "cannot reshape array of size 6 into shape (4,)");
    let error = steps(&start, &vec![View::Squeeze; 17]).unwrap_err();
    assert_eq!(error.to_string(), "17 views are too many to explain: 16 fit");
    for text in ["", "sort", "squeeze 1", "expand_dims", "expand_dims 0,1", "reshape x", "slice", "broadcast_to (-1,)"]
    {
        assert!(text.parse::<View>().is_err(), "{text}");
    }
}

/// What Python has on one line is the same as one view after the other.
#[test]
fn chains() {
    for (chain, views) in [
        ("a", &[][..]),
        ("", &[]),
        ("a.T[::-1].reshape(6)", &["transpose", "slice ::-1", "reshape 6"]),
        (" x_1.transpose(1, 0) ", &["transpose 1,0"]),
        ("[1, ::-1]", &["slice 1, ::-1"]),
        ("a[...,None].squeeze().T", &["slice ...,None", "squeeze", "T"]),
        ("slice [0]", &["slice 0"]),
        ("np.broadcast_to(a[0], (3, 3)).T", &["slice 0", "broadcast_to (3, 3)", "T"]),
        ("np.flip(np.reshape(a.T, (3, 2)), 0)[1]", &["T", "reshape (3, 2)", "flip 0", "slice 1"]),
        ("np.squeeze(a)", &["squeeze"]),
    ] {
        let wanted: Vec<View> = views.iter().map(|view| view.parse().unwrap()).collect();
        assert_eq!(View::chain(chain).unwrap(), wanted, "{chain}");
    }
    for (chain, error) in [
        ("a.U", "'U' is no view"),
        ("b", "'b' is no view"),
        ("np.sort(a)", "'sort' is no view"),
        ("np.flip(a", "invalid literal \"(a\""),
    ] {
        let said = View::chain(chain).map(drop).unwrap_err().to_string();
        assert!(said.starts_with(error), "{chain}: {said}");
    }
    let deep = ["np.flip(".repeat(1000), "a".into(), ")".repeat(1000)].concat();
    let error = command(&["layout", "(2,)", &deep]).map(drop).unwrap_err().to_string();
    assert_eq!(error, "17 views are too many to explain: 16 fit");
    let one = command(&["layout", "(2,3)", "a.T[::-1].reshape(6)"]).unwrap();
    assert_eq!(one.to_string(), command(&["layout", "(2,3)", "T", "[::-1]", "reshape 6"]).unwrap().to_string());
}

/// In a picture each cell has its place, the same in a grid as in the line of memory; a copy is another memory.
#[test]
fn cells_have_their_places() {
    let svg = command(&["layout", "[[10,20,30],[40,50,60]]", "a.T[::-1].reshape(6)"]).unwrap().svg();
    let parts: Vec<&str> = svg.split("<g data-part=\"").skip(1).collect();
    let names: Vec<&str> = parts.iter().map(|part| part.split('"').next().unwrap()).collect();
    assert_eq!(names, ["a", "transpose", "slice ::-1", "reshape (6,)"]);
    // Of each cell its place, what it says, and its value.
    let cells = |part: &str| -> Vec<(String, Option<String>, String)> {
        let cell = |cell: &str| {
            let says = cell.split_once(" data-says=\"").map(|(_, says)| says.split('"').next().unwrap().into());
            let value = cell.split("</text>").next().unwrap().rsplit('>').next().unwrap();
            (cell.split('"').next().unwrap().into(), says, value.into())
        };
        part.split("<g data-place=\"").skip(1).map(cell).collect()
    };
    let line =
        |memory: usize, values: [i64; 6]| (0..6).map(move |i| (format!("{memory}.{i}"), None, values[i].to_string()));
    let flipped = cells(parts[2]);
    let wanted = [(2, "[0,0]: 2 + -1*0 + 3*0 = 2", 30), (5, "[0,1]: 2 + -1*0 + 3*1 = 5", 60)];
    for (cell, (place, says, value)) in flipped.iter().zip(wanted) {
        assert_eq!(*cell, (format!("0.{place}"), Some(says.into()), value.to_string()));
    }
    assert!(flipped[6..].iter().cloned().eq(line(0, [10, 20, 30, 40, 50, 60])));
    let copied = cells(parts[3]);
    assert_eq!(copied[1], ("1.1".into(), Some("[1]: 0 + 1*1 = 1".into()), "60".into()));
    assert!(copied[6..].iter().cloned().eq(line(1, [30, 60, 20, 50, 10, 40])));
}

#[test]
fn memory_is_shown_with_its_readers() {
    let t = Tensor::from([[1.5, -0.0, f64::NAN], [2.0, 1e300, f64::INFINITY]]);
    let text = layout(&t.slice("1").unwrap().broadcast_to(&[2, 3]).unwrap()).unwrap().to_string();
    for says in [
        "shape (2,3), strides (0,1), offset 3",
        "[i,j] lies at 3 + 0*i + 1*j",
        "[1,2] lies at 3 + 0*1 + 1*2 = 5, where inf is",
        "Axis 0 has stride 0: all its 2 indices find the same element.",
        "value      1.5     -0.0      nan     [2.0] [1e+300]    [inf]",
        "index        -        -        -  2 times  2 times  2 times",
    ] {
        assert!(text.contains(says), "{says}\n{text}");
    }
    let map = layout(&t).unwrap();
    assert_eq!(map.memory()[4], Value::F64(1e300));
    assert!(map.json().ends_with("\"memory\":[1.5,-0.0,\"NaN\",2.0,1e300,\"inf\"]}"));
    let long = layout(&Tensor::<f32>::zeros(&[5000]).unwrap()).unwrap();
    assert_eq!((long.memory().len(), long.places()), (0, None));
    assert!(
        long.to_string().contains("(5000,) is too large to draw")
            && long.to_string().contains("5000 places are too many to draw: 128 fit."),
        "{long}"
    );
}
