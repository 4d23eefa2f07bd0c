//! What is typed: read as Python and NumPy read it, or refused with NumPy's text or the place.

use nptensor::explain::{Literal, literal, shape};
use nptensor::reference::Array;
use proptest::prelude::*;

use crate::common::cases;

/// As Python writes a nested list.
fn written(array: &Array<f64>, shape: &[usize], from: &mut usize) -> String {
    let [n, rest @ ..] = shape else {
        *from += 1;
        return format!("{:?}", array.data[*from - 1]);
    };
    let items: Vec<String> = (0..*n).map(|_| written(array, rest, from)).collect();
    format!("[ {}]", items.join(" , "))
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn lists_read_back(sizes in prop::collection::vec(1..4_usize, 0..5), seed: u64) {
        let float = |n: usize| f64::from_bits(seed.wrapping_mul(2 * n as u64 + 1)) ;
        let data: Vec<f64> = (0..sizes.iter().product()).map(float).collect();
        let array = Array::new(&sizes, data);
        let Literal::Float(read) = literal(&written(&array, &sizes, &mut 0)).unwrap() else { panic!() };
        prop_assert!(array.same_bits(&Array::from(&read)));
        let text = format!("{:?}", sizes);
        prop_assert_eq!(shape(&text).unwrap(), sizes);
    }

    #[test]
    fn nothing_breaks_it(text in "[\\[\\](),0-9.e +x-]{0,40}") {
        let _ = (literal(&text), shape(&text));
    }
}

#[test]
fn kinds_of_numbers() {
    for (text, wanted) in [
        ("7", "7"),
        (" -3 ", "-3"),
        ("[+1, 2,]", "[1 2]"),
        ("[1, 2.]", "[1. 2.]"),
        ("[.5,1e2]", "[  0.5 100. ]"),
        ("[nan, -inf]", "[ nan -inf]"),
        ("[]", "[]"),
        ("[[], []]", "[]"),
        ("[-9223372036854775808]", "[-9223372036854775808]"),
    ] {
        let printed = match literal(text).unwrap() {
            Literal::Int(tensor) => tensor.to_string(),
            Literal::Float(tensor) => tensor.to_string(),
        };
        assert_eq!(printed, wanted, "{text}");
    }
    assert_eq!(literal("[[], []]").unwrap().shape(), [2, 0]);
    assert_eq!(literal("[1, 2]").unwrap().into_floats().to_vec(), [1.0, 2.0]);
}

/// Both texts are NumPy's own, for the same lists.
#[test]
fn ragged_lists() {
    let table: &[(&str, usize, &str)] = &[
        ("[[1,2],[3]]", 1, "(2,)"),
        ("[[1,2],3]", 1, "(2,)"),
        ("[3,[1,2]]", 1, "(2,)"),
        ("[[[1],[2]],[3,4]]", 2, "(2, 2)"),
        ("[[[1],[2]],[[3],[4,5]]]", 2, "(2, 2)"),
        ("[[[1,2],[3,4]],[[5,6]]]", 1, "(2,)"),
        ("[[],[1]]", 1, "(2,)"),
        ("[[1],[]]", 1, "(2,)"),
        ("[[[]],[[1]]]", 2, "(2, 1)"),
        ("[[[1]],[[]]]", 2, "(2, 1)"),
        ("[[[1,2]],[3,[4]]]", 1, "(2,)"),
        ("[[[1,2]],[[3,4],[5]]]", 1, "(2,)"),
        ("[1,[]]", 1, "(2,)"),
        ("[[],1]", 1, "(2,)"),
        ("[[1,2],[3,4],[5,[6]]]", 2, "(3, 2)"),
        ("[[[1],[2]],[[3],4],[5]]", 1, "(3,)"),
    ];
    for (text, axes, shape) in table {
        let wanted = format!(
            "setting an array element with a sequence. The requested array has an inhomogeneous shape after {axes} dimensions. \
             The detected shape was {shape} + inhomogeneous part."
        );
        assert_eq!(literal(text).unwrap_err().to_string(), wanted, "{text}");
    }
}

#[test]
fn places_of_errors() {
    for (text, at, expected) in [
        ("", 0, "a number or a list"),
        ("[1, 2", 5, "',' or ']'"),
        ("[1 2]", 3, "',' or ']'"),
        ("[1, , 2]", 4, "a number or a list"),
        ("[,]", 1, "a number or a list"),
        ("1]", 1, "the end"),
        ("[1] 2", 4, "the end"),
        ("[1, 2x]", 4, "a number or a list"),
        ("[é]", 1, "a number or a list"),
        ("9223372036854775808", 0, "an integer that fits int64"),
        (&"[".repeat(65), 64, "at most 64 lists inside one another"),
    ] {
        let wanted = format!("invalid literal {text:?}: byte {at}: expected {expected}");
        assert_eq!(literal(text).unwrap_err().to_string(), wanted);
    }
    let most = |n: usize| format!("[{}]", vec!["1"; n].join(","));
    assert_eq!(literal(&most(4096)).unwrap().shape(), [4096]);
    for text in [most(4097), " ".repeat(1 << 20), "[".repeat(1 << 20)] {
        let error = literal(&text).unwrap_err().to_string();
        assert_eq!(error, "a list of more than 4096 numbers is too long to explain");
    }
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "sizes of 64 bits")]
fn shapes() {
    for (text, wanted) in [
        ("(3,1)", &[3, 1][..]),
        ("3, 1", &[3, 1]),
        ("[3,1]", &[3, 1]),
        ("4", &[4]),
        ("(4,)", &[4]),
        ("4,", &[4]),
        ("(4)", &[4]),
        (" ( ) ", &[]),
    ] {
        assert_eq!(shape(text).unwrap(), wanted, "{text}");
    }
    for (text, says) in [
        ("", "invalid literal \"\": byte 0: expected an integer"),
        ("(", "invalid literal \"(\": byte 1: expected an integer"),
        ("(3", "invalid literal \"(3\": byte 2: expected ',' or ')'"),
        ("(3]", "invalid literal \"(3]\": byte 2: expected ',' or ')'"),
        ("(3) 4", "invalid literal \"(3) 4\": byte 4: expected the end"),
        ("1.5", "invalid literal \"1.5\": byte 0: expected an integer"),
        ("(,)", "invalid literal \"(,)\": byte 1: expected an integer"),
        ("(3,,1)", "invalid literal \"(3,,1)\": byte 3: expected an integer"),
        ("(2,-1)", "negative dimensions are not allowed"),
    ] {
        assert_eq!(shape(text).unwrap_err().to_string(), says);
    }
    assert!(shape(&"1,".repeat(65)).unwrap_err().to_string().contains("currently 64, found 65"));
    assert!(shape("9000000000000000000,3").unwrap_err().to_string().starts_with("array is too big"));
}
