//! Diagrams: each weight is a line, the one that is named is where its name says, and every output hangs on every input.

use nptensor::explain::{Explanation, Look, diagram};

use super::json::Json;
use super::picture::texts;

/// The lines of a diagram: from where, to where, what stands on it, and whether it is lit.
fn edges(name: &str) -> Vec<[String; 4]> {
    let all = Json::parse(&diagram(name).unwrap().json());
    let lit = |edge: &Json| String::from(if matches!(edge["lit"], Json::Bool(true)) { "lit" } else { "" });
    let edge =
        |edge: &Json| [edge["from"].text().into(), edge["to"].text().into(), edge["label"].text().into(), lit(edge)];
    all["edges"].list().iter().map(edge).collect()
}

#[test]
fn weights_are_where_their_names_say() {
    for (name, wanted) in [
        (
            "perceptron",
            &[
                ["1", "sum, then h()", "b", ""],
                ["x₁", "sum, then h()", "w₁", ""],
                ["x₂", "sum, then h()", "w₂", ""],
                ["sum, then h()", "y", "", ""],
            ][..],
        ),
        ("neuron", &[["1", "a", "b", ""], ["x₁", "a", "w₁", ""], ["x₂", "a", "w₂", ""], ["a", "y", "h()", ""]]),
    ] {
        assert_eq!(edges(name), wanted, "{name}");
    }
    // 2-3-2-2, with a bias for each neuron; one weight has a name.
    let all = edges("weight");
    assert_eq!(all.len(), (2 + 1) * 3 + (3 + 1) * 2 + (2 + 1) * 2);
    let named: Vec<_> = all.iter().filter(|edge| !edge[2].is_empty() || !edge[3].is_empty()).collect();
    assert_eq!(named, [&["x₂", "z₁⁽¹⁾", "w₁₂⁽¹⁾", "lit"]]);
    for (layer, lit) in [("layer1", 9), ("layer2", 8), ("layer3", 6)] {
        let (from, to) = match layer {
            "layer1" => ("x", "⁽¹⁾"),
            "layer2" => ("⁽¹⁾", "⁽²⁾"),
            _ => ("⁽²⁾", "y"),
        };
        let all: Vec<_> = edges(layer).into_iter().filter(|edge| edge[3] == "lit").collect();
        assert_eq!(all.len(), lit, "{layer}");
        assert!(all.iter().all(|edge| (edge[0] == "1" || edge[0].contains(from)) && edge[1].contains(to)), "{all:?}");
    }
    let all = edges("softmax");
    let each = [1, 2, 3].map(|to| ["₁", "₂", "₃"].map(|from| (format!("a{from}"), ["y₁", "y₂", "y₃"][to - 1])));
    for (from, to) in each.concat() {
        let lit = if to == "y₁" { "lit" } else { "" };
        assert_eq!(all.iter().filter(|edge| edge[..] == [&from, to, "", lit]).count(), 1, "{from} {to}");
    }
    assert_eq!(all.len(), 9);
}

#[test]
fn pictures_and_texts() {
    for (name, words) in [
        ("perceptron", &["1", "x1", "x2", "sum,", "then h()", "y", "b", "w1", "w2"][..]),
        ("neuron", &["1", "x1", "x2", "a", "y", "b", "w1", "w2", "h()"]),
        ("weight", &["x1", "z3(1)", "z2(2)", "y2", "w12(1)", "layer 0", "layer 3"]),
        ("layer1", &["x1", "z3(1)", "A(1) = XW(1) + B(1), Z(1) = h(A(1))"]),
        ("layer3", &["x1", "y2", "A(3) = Z(2)W(3) + B(3), Y = A(3)"]),
        ("softmax", &["a1", "a3", "y1", "y3"]),
    ] {
        let all = diagram(name).unwrap();
        let drawn = texts(&all.svg());
        words.iter().for_each(|word| assert!(drawn.iter().any(|text| text == word), "{name}: {word} in {drawn:?}"));
        for width in [24, 80] {
            let text = all.text(Look { width, ..Look::default() });
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        }
    }
    let error = diagram("brain").map(drop).unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no diagram of \"brain\", but of perceptron, neuron, weight, layer1, layer2, layer3, softmax"
    );
}
