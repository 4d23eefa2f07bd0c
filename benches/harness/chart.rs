//! A bar chart as SVG: a bar a row, its label to the left, its value at its end, a line for the limit.
//!
//! ```text
//!   naive   |## 1.1                       |
//!   rows    |######## 9.6                 |  limit
//!   shipped |########################## 57|
//! ```

use std::fmt::Write;
use std::{fs, io};

/// A bar: its label and value.
pub type Bar = (String, f64);

/// Writes the chart to `target/<name>.svg` and says where.
pub fn write(name: &str, title: &str, unit: &str, bars: &[Bar], limit: f64) -> io::Result<()> {
    let folder = std::env::var("CARGO_TARGET_DIR").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/target").into());
    fs::create_dir_all(&folder)?;
    let path = format!("{folder}/{name}.svg");
    fs::write(&path, svg(title, unit, bars, limit))?;
    println!("chart: {path}");
    Ok(())
}

fn svg(title: &str, unit: &str, bars: &[Bar], limit: f64) -> String {
    const LEFT: f64 = 240.0;
    const WIDE: f64 = 480.0;
    const STEP: f64 = 30.0;
    let greatest = bars.iter().map(|bar| bar.1).fold(limit, f64::max);
    let x = |value: f64| LEFT + WIDE * value / greatest;
    let bottom = 60.0 + STEP * bars.len() as f64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 {height}\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <title>{title}</title>\n<rect width=\"800\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"16\" y=\"28\" font-size=\"16\" fill=\"#111\">{title}</text>\n",
        height = bottom + 30.0,
        title = escape(title),
    );
    for (i, (label, value)) in bars.iter().enumerate() {
        let y = 52.0 + STEP * i as f64;
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#111\">{}</text>\
             <rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"20\" fill=\"#2b6cb0\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#111\">{value:.1}</text>",
            LEFT - 8.0,
            y + 15.0,
            escape(label),
            x(*value) - LEFT,
            x(*value) + 6.0,
            y + 15.0,
        );
    }
    let _ = writeln!(
        out,
        "<line x1=\"{0:.1}\" y1=\"46\" x2=\"{0:.1}\" y2=\"{bottom:.1}\" stroke=\"#c53030\" stroke-dasharray=\"4 3\"/>\
         <text x=\"{0:.1}\" y=\"{1:.1}\" text-anchor=\"end\" fill=\"#c53030\">limit {limit:.0} {unit}</text>\n</svg>",
        x(limit),
        bottom + 16.0,
    );
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
