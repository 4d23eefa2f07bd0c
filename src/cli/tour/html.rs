//! Text as HTML: special characters are escaped, and marks become tags.
//!
//! ```text
//!   "if x < 0: `h(x)` is 0\n\n    h(-1)"   ->   <p>if x &lt; 0: <code>h(x)</code> is 0</p><pre>h(-1)</pre>
//! ```

/// Between tags, or in the quotes of an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// Paragraphs and blocks of code.
pub(super) fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(paragraph).collect()
}

fn paragraph(text: &str) -> String {
    if text.starts_with(' ') {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        return format!("<pre class=\"command\"><code>{}</code></pre>\n", escape(&lines.join("\n")));
    }
    format!("<p>{}</p>\n", line(text))
}

/// Text whose `code` is marked.
pub(super) fn line(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let part = |(i, part): (usize, &str)| match i % 2 {
        0 => escape(&part.replace('\n', " ")),
        _ => format!("<code>{}</code>", escape(part)),
    };
    parts.map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_meanings() {
        let text = "if x < 0:\n`h(x)` is \"0\" & so on\n\n    h(-1)\n    h(-2)";
        assert_eq!(
            paragraphs(text),
            "<p>if x &lt; 0: <code>h(x)</code> is &quot;0&quot; &amp; so on</p>\n\
             <pre class=\"command\"><code>h(-1)\nh(-2)</code></pre>\n"
        );
    }
}
