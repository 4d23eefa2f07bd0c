//! Text as HTML: special characters are escaped, and marks become tags; and bytes as text.
//!
//! ```text
//!   "if x < 0: `h(x)` is 0\n\n    h(-1)"   ->   <p>if x &lt; 0: <code>h(x)</code> is 0</p><pre>h(-1)</pre>
//! ```

/// Between tags, or in the quotes of an attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Paragraphs and blocks of code.
pub(super) fn paragraphs(text: &str) -> String {
    let paragraph = |text: &str| match text.starts_with(' ') {
        true => {
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            format!("<pre class=\"command\"><code>{}</code></pre>\n", escape(&lines.join("\n")))
        }
        false => format!("<p>{}</p>\n", line(text)),
    };
    text.split("\n\n").map(paragraph).collect()
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

const BASE64_DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as base64: three are four characters, and '=' pads the last.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | u32::from(group.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let digit = BASE64_DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}
