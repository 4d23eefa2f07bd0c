//! What any picture must be: well-formed, no wider than a small screen, all text inside the frame, and no text over another.

use nptensor::explain::wide::columns;

/// The width and height of a character; `explain` measures with the same.
const CHAR: (f64, f64) = (7.8, 13.0);

/// A text of a picture and its box.
struct Text {
    text: String,
    left: f64,
    right: f64,
    base: f64,
}

/// Checks a picture, and gives its texts in the order in which they were drawn: title and description first.
pub fn texts(svg: &str) -> Vec<String> {
    let (mut open, mut found, mut words) = (Vec::new(), Vec::<(&str, String)>::new(), Vec::new());
    let mut rest = svg.trim_end();
    assert!(rest.starts_with("<svg ") && rest.ends_with("</svg>"), "{svg}");
    while let Some(tag) = rest.strip_prefix('<') {
        let (tag, after) = tag.split_once('>').expect("an open tag");
        let (text, _) = after.split_at(after.find('<').unwrap_or(after.len()));
        rest = &after[text.len()..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{svg}");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap();
        if !tag.ends_with('/') {
            open.push(name);
        }
        match name {
            "title" | "desc" => words.push(unescaped(text)),
            "text" => found.push((tag, unescaped(text))),
            // An index, or what follows one: no wider than it would be in full size.
            "tspan" => found.last_mut().unwrap().1 += &unescaped(text),
            _ => assert!(text.is_empty() || name == "style", "{text}"),
        }
    }
    let found: Vec<Text> = found.into_iter().map(|(tag, text)| boxed(tag, text)).collect();
    assert!(open.is_empty() && words.len() == 2 && words.iter().all(|text| !text.is_empty()), "{svg}");
    let frame: Vec<f64> = attribute(svg, "viewBox").split(' ').map(|x| x.parse().unwrap()).collect();
    let [left, top, width, height] = frame[..] else { panic!("{frame:?}") };
    assert!(width <= 360.0, "{width} wide: {svg}");
    for (i, a) in found.iter().enumerate() {
        let inside = a.left >= left && a.right <= left + width && a.base - 10.0 >= top && a.base + 3.0 <= top + height;
        assert!(inside, "{} is cut off: {svg}", a.text);
        for b in &found[..i] {
            let apart = a.right <= b.left + 0.1 || b.right <= a.left + 0.1 || (a.base - b.base).abs() >= CHAR.1;
            assert!(apart, "{} is over {}: {svg}", a.text, b.text);
        }
    }
    words.extend(found.into_iter().map(|text| text.text));
    words
}

fn boxed(tag: &str, text: String) -> Text {
    let [x, base] = ["x", "y"].map(|name| attribute(tag, name).parse::<f64>().unwrap());
    let width = columns(&text) as f64 * CHAR.0;
    let left = match if tag.contains("class") { attribute(tag, "class") } else { "" } {
        class if class.contains("middle") => x - width / 2.0,
        class if class.contains("end") => x - width,
        _ => x,
    };
    Text { text, left, right: left + width, base }
}

fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let (_, after) = tag.split_once(&format!(" {name}=\"")).unwrap_or_else(|| panic!("no {name} in {tag}"));
    after.split_once('"').unwrap().0
}

fn unescaped(text: &str) -> String {
    assert!(!text.contains('>'), "{text}");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The README begins with a picture: the one that its command draws.
#[test]
fn of_the_readme() {
    let begin = include_str!("../../../README.md").split("```").next().unwrap();
    assert!(begin.contains("<img src=\"tests/golden/readme.svg\""));
    assert!(begin.contains("`nptensor explain broadcast \"[[10], [20]]\" \"[1, 2, 3]\" --svg FILE` draws it."));
    let drawn = nptensor::explain::command(&["broadcast", "[[10], [20]]", "[1, 2, 3]"]).unwrap();
    assert_eq!(drawn.svg(), include_str!("../../golden/readme.svg"));
}
