//! A formula, written once, as lines for a terminal and as MathML for the page.
//!
//! ```text
//!   source     yₖ = {exp(aₖ)}/{Σᵢ exp(aᵢ)}        h(x) = [0 & where x ≤ 0; 1 & where x > 0]
//!   terminal   yₖ = exp(aₖ) / Σᵢ exp(aᵢ)          h(x) = ⎧ 0  where x ≤ 0
//!                                                         ⎩ 1  where x > 0
//!   page       <msub><mi>y</mi><mi>k</mi></msub> <mo>=</mo> <mfrac> ..
//! ```
//!
//! Low and high digits are indices of what stands before them. `{..}/{..}` is a fraction; cases stand between `[` and
//! `]`, a matrix between `⟨` and `⟩`, cells between `&` and rows between `;`. None of them contains another, and after
//! cases or a matrix nothing follows. The one word, `where`, is shown in the reader's language. Read next: `page.rs`.

use super::Text;
use super::page::both;

/// What stands before a condition.
pub(super) const WHERE: Text = ["where", "当"];

/// Small characters, below and above the line, and the same in full size.
const LOW: (&str, &str) = ("₀₁₂₃₄₅₆₇₈₉ₖᵢ", "0123456789ki");
const HIGH: (&str, &str) = ("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾′", "0123456789()′");

/// What stands before cases or a matrix, their rows, and whether they are cases.
fn split(source: &str) -> Option<(&str, Vec<Vec<&str>>, bool)> {
    let (before, inside) = source.split_once(['[', '⟨'])?;
    let rows = inside.trim_end_matches([']', '⟩']).split(';');
    let rows = rows.map(|row| row.split('&').map(str::trim).collect()).collect();
    Some((before, rows, source[before.len()..].starts_with('[')))
}

/// The numerator and the denominator of a fraction that the text begins with, and what follows.
fn fraction(text: &str) -> Option<([&str; 2], &str)> {
    let (above, rest) = text.strip_prefix('{')?.split_once("}/{")?;
    let (below, rest) = rest.split_once('}')?;
    Some(([above, below], rest))
}

/// For a terminal.
pub(super) fn lines(source: &str) -> String {
    let Some((before, rows, is_cases)) = split(source) else { return flat(source) };
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let signs = match (is_cases, rows.len()) {
        (true, _) => [["⎧ ", ""], ["⎪ ", ""], ["⎩ ", ""]],
        (false, 1) => [["(", ")"]; 3],
        (false, _) => [["⎛", "⎞"], ["⎜", "⎟"], ["⎝", "⎠"]],
    };
    let line = |(i, row): (usize, &Vec<&str>)| {
        let [left, right] = match i {
            0 => signs[0],
            _ => signs[if i + 1 == rows.len() { 2 } else { 1 }],
        };
        let cells = row.iter().enumerate().map(|(j, cell)| format!("{cell:<0$}", width(j).unwrap_or(0)));
        let cells = cells.collect::<Vec<_>>().join("  ");
        let cells = if is_cases { cells.trim_end() } else { &cells };
        let before = if i == 0 { before.into() } else { " ".repeat(before.chars().count()) };
        format!("{before}{left}{cells}{right}")
    };
    rows.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// On one line: fractions with a slash.
fn flat(mut text: &str) -> String {
    let mut out = String::new();
    while let Some(at) = text.find('{') {
        out += &text[..at];
        let Some(([above, below], rest)) = fraction(&text[at..]) else { break };
        // A sum reaches to the end by itself.
        let is_one = below.starts_with('Σ') || !below.contains(' ');
        out += &if is_one { format!("{above} / {below}") } else { format!("{above} / ({below})") };
        text = rest;
    }
    out + text
}

/// For the page: on a line of its own, or within a sentence.
pub(super) fn mathml(source: &str, is_block: bool) -> String {
    let inside = match split(source) {
        None => row(source),
        Some((before, rows, is_cases)) => {
            let cells = |cells: &Vec<&str>| cells.iter().map(|cell| format!("<mtd>{}</mtd>", row(cell))).collect();
            let rows: Vec<String> = rows.iter().map(cells).collect();
            let table: String = rows.iter().map(|row| format!("<mtr>{row}</mtr>")).collect();
            // (Signs grow by themselves in the few fonts that have the parts.)
            let sign = match rows.len() {
                1 => "<mo stretchy=\"false\">",
                _ => "<mo class=\"tall\" stretchy=\"false\">",
            };
            let before = row(before);
            match is_cases {
                true => format!("{before}{sign}{{</mo><mtable class=\"cases\">{table}</mtable>"),
                false => format!("{before}{sign}(</mo><mtable>{table}</mtable>{sign})</mo>"),
            }
        }
    };
    let block = if is_block { " display=\"block\"" } else { "" };
    format!("<math{block}><mrow>{inside}</mrow></math>")
}

/// Symbols with their indices, one after the other.
fn row(mut text: &str) -> String {
    let (mut out, mut after_symbol) = (String::new(), false);
    while let Some(c) = text.chars().next() {
        let length = |of: fn(char) -> bool| text.find(|c| !of(c)).unwrap_or(text.len());
        let letters = length(|c| c.is_ascii_alphabetic());
        let (symbol, rest) = if let Some(([above, below], rest)) = fraction(text) {
            (format!("<mfrac><mrow>{}</mrow><mrow>{}</mrow></mfrac>", row(above), row(below)), rest)
        } else if c == ' ' {
            // Signs bring their own space.
            let next = text[1..].chars().next();
            let apart = after_symbol && next.is_some_and(|c| c.is_alphanumeric());
            (if apart { "<mspace width=\".3em\"/>".into() } else { String::new() }, &text[1..])
        } else if letters == WHERE[0].len() && text.starts_with(WHERE[0]) {
            (both("mtext", WHERE, str::to_string), &text[letters..])
        } else if letters > 0 {
            // Two letters are two symbols, more are a name.
            let (name, rest) = text.split_at(if letters > 2 { letters } else { 1 });
            (format!("<mi>{name}</mi>"), rest)
        } else if c.is_ascii_digit() {
            let (number, rest) = text.split_at(length(|c| c.is_ascii_digit() || c == '.'));
            (format!("<mn>{number}</mn>"), rest)
        } else {
            let rest = &text[c.len_utf8()..];
            let sign = match c {
                'Σ' => "<mo>∑</mo>".into(),
                // Between two terms it has blanks around it.
                '-' if rest.starts_with(' ') => "<mo>−</mo>".into(),
                '-' => "<mo form=\"prefix\">−</mo>".into(),
                '>' => "<mo>&gt;</mo>".into(),
                _ => format!("<mo>{c}</mo>"),
            };
            (sign, rest)
        };
        let (low, rest) = indices(rest, LOW);
        let (high, rest) = indices(rest, HIGH);
        out += &match (low.is_empty(), high.is_empty()) {
            (true, true) => symbol,
            (false, true) if c == 'Σ' => format!("<munder>{symbol}<mrow>{}</mrow></munder>", row(&low)),
            (false, true) => format!("<msub>{symbol}<mrow>{}</mrow></msub>", row(&low)),
            (true, false) => format!("<msup>{symbol}<mrow>{}</mrow></msup>", row(&high)),
            (false, false) => {
                format!("<msubsup>{symbol}<mrow>{}</mrow><mrow>{}</mrow></msubsup>", row(&low), row(&high))
            }
        };
        after_symbol = c != 'Σ' && c.is_alphanumeric() || c == ')';
        text = rest;
    }
    out
}

/// The indices that a text begins with, as characters of full size, and what follows.
fn indices<'a>(text: &'a str, (small, full): (&str, &str)) -> (String, &'a str) {
    let place = |c: char| small.chars().position(|small| small == c).and_then(|at| full.chars().nth(at));
    let found: String = text.chars().map_while(place).collect();
    let length = text.chars().take(found.chars().count()).map(char::len_utf8).sum();
    (found, &text[length..])
}
