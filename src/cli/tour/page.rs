//! The chapter as one HTML file that contains style, script, pictures and, where it is given, the engine.
//!
//! ```text
//!   page.html   the frame, with {places}         page.css   light and dark, screen and paper
//!   page.js     what is typed -> an answer -> steps, picture, text
//!   engine.js   answers of the engine, where the page contains it
//!   steps.js    where it does not: the steps of dot and broadcasting, and pictures of examples
//!   views.js    the parts of a picture, and its cells
//!   walk.js     what moves while a part of a matrix stays
//!   draw.js     where a network is in the page: a digit that the reader draws
//! ```
//!
//! In texts, special characters are escaped, what stands between backticks is marked as code and what stands between
//! dollar signs is a formula, `#1.4` is a link, and lines that begin with blanks are a block of code. Every text stands
//! there in each language, and the style shows that of the page. Everything can be read without the script, which adds
//! interaction and the change of language. The content policy forbids to load anything.

use nptensor::explain::wide::is_wide;

use super::formula::mathml;
use super::{Digit, Example, Item, LANGUAGES, Panel, Text};

/// Panels whose steps the page's own script can compute; the others need the engine.
const STEPS: [&str; 3] = ["dot", "broadcast", "layout"];

/// The page of these items, in this language first, with the engine as a wasm module in it or without.
pub(super) fn write(items: &[Item], language: usize, engine: Option<&[u8]>) -> String {
    let title =
        items.iter().find_map(|item| if let Item::Title(text) = item { Some(*text) } else { None }).unwrap_or_default();
    let (lead, foot) = match engine {
        Some(_) => (LEAD_LIVE, FOOT_LIVE),
        None => (LEAD, FOOT),
    };
    format!(
        include_str!("page.html"),
        language = LANGUAGES[language],
        title = escape(title[language]),
        titles = both("span", title, escape),
        skip = both("span", ["Skip to the text", "跳到正文"], escape),
        lead = escape(lead[language]),
        leads = both("p", lead, escape).replace("<p", "<p class=\"lead\""),
        version = env!("CARGO_PKG_VERSION"),
        css = [(": ", ":"), ("; ", ";"), (", ", ","), (" {", "{"), (";}", "}"), ("{ ", "{")]
            .iter()
            .fold(bare(include_str!("page.css")), |css, (from, to)| css.replace(from, to)),
        nav = nav(items),
        main = topics(items) + &slim(&body(items, engine.is_some())),
        foot = both("p", foot, escape).replace("VERSION", env!("CARGO_PKG_VERSION")),
        engine = engine.map_or(String::new(), |wasm| format!(
            "<script type=\"application/wasm\" id=\"engine\">{}</script>\n",
            base64(wasm)
        )),
        fused = nptensor::level().is_fused(),
        load = bare(if engine.is_some() { include_str!("engine.js") } else { include_str!("steps.js") }),
        js = bare(concat!(include_str!("views.js"), include_str!("walk.js"), include_str!("page.js"))),
        draw = if items.iter().any(is_drawn) { bare(include_str!("draw.js")) } else { String::new() },
    )
}

/// Whether the reader can draw a digit here.
fn is_drawn(item: &Item) -> bool {
    matches!(item, Item::Digit(Some(Digit { numbers: Some(_), .. })))
}

const LEAD: Text = [
    "Every snippet in NumPy and in nptensor, with what it prints. All results and pictures were computed by the \
     engine.",
    "每段代码都有 NumPy 与 nptensor 两种写法和它的输出。所有结果和图都由引擎算出。NumPy 自己的报错信息是英文。",
];
const LEAD_LIVE: Text = [
    "Every snippet in NumPy and in nptensor, with what it prints. The engine is in this page: change what is in the \
     fields, and it computes again.",
    "每段代码都有 NumPy 与 nptensor 两种写法和它的输出。引擎就在这个网页里：改动输入框里的内容，它就重新计算。\
     NumPy 自己的报错信息是英文。",
];
const FOOT: Text = [
    "Made by nptensor VERSION. The steps through dot and broadcasting are computed in your browser by a few lines of \
     script, in the engine's order.",
    "由 nptensor VERSION 生成。点积与广播的各个步骤由浏览器里的一小段脚本计算，顺序与引擎相同。",
];
const FOOT_LIVE: Text = [
    "Made by nptensor VERSION, whose engine runs in your browser. It has no fused multiply-add there: the last digits \
     of a product of floats can differ from those above.",
    "由 nptensor VERSION 生成，它的引擎在浏览器里运行。那里没有融合乘加（FMA）：\
     浮点数乘积的最后几位可能与上文不同。",
];

/// The same element in each language, or one for all where the texts do not differ.
pub(super) fn both(tag: &str, texts: [&str; 2], inside: impl Fn(&str) -> String) -> String {
    if texts[0] == texts[1] {
        return format!("<{tag}>{}</{tag}>", inside(texts[0]));
    }
    let element = |(language, text)| format!("<{tag} lang=\"{language}\">{}</{tag}>", inside(text));
    LANGUAGES.iter().zip(texts).map(element).collect()
}

/// Sections that answer a question of their own, and where they can be linked to.
const TOPICS: [(&str, &str); 6] = [
    ("1.3", "arrays-and-axes"),
    ("2.6", "broadcasting"),
    ("1.5", "strides-and-views"),
    ("1.4", "dot-product"),
    ("1.6", "why-a-product-is-fast"),
    ("3.1", "softmax-function"),
];

/// Where a heading can be linked to: `2.1 From ..` is at `s2-1`, a topic at its name.
fn anchor(heading: &str) -> String {
    let number = heading.split(' ').next().unwrap_or("").trim_end_matches('.');
    let topic = TOPICS.iter().find(|(topic, _)| *topic == number);
    topic.map_or_else(|| format!("s{}", number.replace('.', "-")), |(_, name)| (*name).into())
}

/// Links to the topics.
fn topics(items: &[Item]) -> String {
    let link = |(_, name): &(&str, &str)| {
        let found = headings(items).map(|(_, text)| text).find(|text| anchor(text[0]) == *name).unwrap_or_default();
        let text = found.map(|text| text.split_once(' ').map_or("", |(_, text)| text));
        format!("<a href=\"#{name}\">{}</a>", both("span", text, escape))
    };
    let links: Vec<String> = TOPICS.iter().map(link).collect();
    let lead = both("span", ["Straight to:", "直接看："], escape);
    format!("<p class=\"topics\">{lead} {}</p>\n", links.join("\u{a0}· "))
}

/// The headings, each with how deep it is.
fn headings(items: &[Item]) -> impl Iterator<Item = (u8, Text)> {
    items.iter().filter_map(|item| if let Item::Heading(level, text) = item { Some((*level, *text)) } else { None })
}

/// The sections and their parts, as a list of links.
fn nav(items: &[Item]) -> String {
    let headings: Vec<(u8, Text)> = headings(items).collect();
    let link = |text: Text| format!("<li><a href=\"#{}\">{}</a>", anchor(text[0]), both("span", text, escape));
    let section = |section: &[(u8, Text)]| {
        let parts: String = section[1..].iter().map(|&(_, text)| link(text) + "</li>\n").collect();
        let parts = if parts.is_empty() { parts } else { format!("<ol>\n{parts}</ol>") };
        format!("{}{parts}</li>\n", link(section[0].1))
    };
    format!("<ol>\n{}</ol>\n", headings.chunk_by(|_, next| next.0 > 1).map(section).collect::<String>())
}

/// Everything below the title: snippets that follow one another are one table.
fn body(items: &[Item], live: bool) -> String {
    let is_snippet = |item: &Item| matches!(item, Item::Snippet { .. });
    let parts = items.chunk_by(|a, b| is_snippet(a) == is_snippet(b)).map(|part| {
        let text: String = part.iter().map(|item| element(item, live)).collect();
        if is_snippet(&part[0]) { format!("{}{text}</tbody></table>\n", table()) } else { text }
    });
    parts.collect()
}

/// Style or script without indentation and lines of comments.
fn bare(source: &str) -> String {
    let lines = source.lines().map(str::trim_start).filter(|line| {
        let is_comment = line.starts_with("//") || line.starts_with("/*") && line.ends_with("*/");
        !line.is_empty() && !is_comment
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Pictures as a page needs them: all have the style of the first, and plain values have no quotes.
fn slim(main: &str) -> String {
    let mut parts = main.split("<style>");
    let first: Vec<&str> = parts.by_ref().take(2).collect();
    let rest: String = parts.filter_map(|part| part.split_once("</style>")).map(|(_, rest)| rest).collect();
    let styled = (first.join("<style>") + &rest).replace(" xmlns=\"http://www.w3.org/2000/svg\"", "");
    let mut out = String::with_capacity(styled.len());
    for part in styled.split_inclusive("</svg>") {
        let (before, svg) = part.split_at(part.find("<svg").unwrap_or(part.len()));
        let mut pieces = svg.split('"');
        out += before;
        out += pieces.next().unwrap_or_default();
        // (A slash behind it would be its own.)
        while let (Some(value), Some(after)) = (pieces.next(), pieces.next()) {
            let plain = !value.is_empty()
                && !value.contains(|c: char| c.is_ascii_whitespace() || "=<>'`".contains(c))
                && !after.starts_with('/');
            let quote = if plain { "" } else { "\"" };
            out.extend([quote, value, quote, after]);
        }
    }
    out
}

/// The head of a table of snippets.
fn table() -> String {
    let prints = both("span", ["prints", "输出"], escape);
    format!(
        "<table class=\"snippets\"><thead><tr><th>NumPy</th><th>nptensor</th>\
         <th>{prints}</th></tr></thead><tbody>\n"
    )
}

fn element(item: &Item, live: bool) -> String {
    match item {
        Item::Title(_) => String::new(),
        Item::Heading(level, text) => {
            let (h, id) = (level + 1, anchor(text[0]));
            let link = format!("<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>");
            format!("<h{h} id=\"{id}\">{} {link}</h{h}>\n", both("span", *text, escape))
        }
        Item::Text(text) => paragraphs(*text),
        Item::Guess { question, choices, right, why } => {
            let choice = |choice: &Text| format!("<li>{}</li>\n", both("span", *choice, line));
            let choices: String = choices.iter().map(choice).collect();
            let [question, why] = [question, why].map(|text| both("span", *text, line));
            format!(
                "<details class=\"guess\" data-right=\"{right}\"><summary>{question}</summary><ul>\n{choices}</ul><output><b></b> {why}</output></details>\n"
            )
        }
        Item::Formula(source) => {
            let lines: String = source.lines().map(|line| mathml(line, true) + "\n").collect();
            format!("<div class=\"formula\">{lines}</div>\n")
        }
        Item::Snippet { numpy, rust, result } => {
            let cell = |class, text: &str| format!("<td class=\"{class}\"><pre>{}</pre></td>", code(text));
            let (numpy, rust) = (cell("numpy", numpy), cell("rust", rust));
            match result {
                Some((label, text)) => format!("<tr>{numpy}{rust}{}</tr>\n", cell(label, text)),
                None => format!("<tr>{numpy}{}</tr>\n", rust.replacen("<td", "<td colspan=\"2\"", 1)),
            }
        }
        Item::Figure { picture, command, caption, panel } => match panel {
            // Without the engine, and without steps of its own, a panel is a figure.
            Some(panel) if live || STEPS.contains(&panel.name) => {
                changeable(panel, live, &picture.svg_in(None), *caption, command)
            }
            _ => {
                let id = panel.as_ref().map_or(String::new(), |panel| format!(" id=\"{}\"", panel.name));
                figure(&id, &picture.svg_in(None), *caption, Some(command))
            }
        },
        Item::Digit(Some(digit)) => {
            let (image, through, outputs) = (&digit.image, digit.layers.join(" →<br>"), &digit.outputs);
            let pictures = format!("<div class=\"digits\">{image}<p class=\"through\">{through} →</p>{outputs}</div>");
            figure("", &pictures, digit.caption.each_ref().map(String::as_str), None) + &drawing(digit)
        }
        Item::Digit(None) => paragraphs([
            "This page was made without those files. With them it shows a digit and what the network makes of it:\n\n\
             \x20   nptensor tour --html FILE weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz",
            "这个网页生成时没有那些文件。有了它们，这里会显示一个手写数字和网络识别的结果：\n\n\
             \x20   nptensor tour --html FILE --lang zh weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz",
        ]),
    }
}

fn figure(id: &str, picture: &str, caption: [&str; 2], command: Option<&str>) -> String {
    let command = command.map_or(String::new(), |text| format!(" <code class=\"command\">{}</code>", code(text)));
    format!(
        "<figure{id}>\n<div class=\"picture\">{picture}</div>\n<figcaption>{}{command}</figcaption>\n</figure>\n",
        both("span", caption, line)
    )
}

/// A place to draw a digit, and the network that reads it, where `draw.js` can compute that.
fn drawing(digit: &Digit) -> String {
    let Some(numbers) = &digit.numbers else {
        return paragraphs([
            "To draw a digit here, the page needs a network of float32 for 28x28 pixels from 0 to 1, with dense layers,\n\
             sigmoid, relu, identity, and softmax at its end.",
            "要在这里手写数字，需要用于 28x28 个 0 到 1 的像素的 float32 网络，由全连接层、sigmoid、relu、identity\n\
             和最后的 softmax 组成。",
        ]);
    };
    let (layers, numbers, clear) = (digit.layers.join(","), base64(numbers), both("span", ["Clear", "清除"], escape));
    format!(
        "<figure id=\"draw\" hidden>\n<div class=\"digits\">\
         <div><canvas class=\"digit\" role=\"img\" width=\"280\" height=\"280\"></canvas>\
         <p class=\"says\" aria-live=\"polite\"></p><button type=\"button\">{clear}</button></div>\
         <canvas class=\"small\" width=\"28\" height=\"28\" aria-hidden=\"true\"></canvas>{outputs}</div>\
         <figcaption>{caption}</figcaption>\n</figure>\n\
         <script type=\"application/octet-stream\" id=\"network\" data-layers=\"{layers}\">{numbers}</script>\n",
        outputs = digit.outputs,
        caption = both("span", DRAW, line),
    )
}

const DRAW: Text = [
    "Draw a digit, by pointer or finger. As those of MNIST were, it is shrunk until its longer side is 20 pixels, and \
     its centre of mass is put in the middle of 28x28; these pixels are what the network sees.",
    "用鼠标或手指写一个数字。和 MNIST 的图像一样，它被缩小到长边为 20 个像素，重心放在 28x28 的正中；\
     网络看到的就是这些像素。",
];

/// A figure that the script makes one to step through or to type in.
fn changeable(panel: &Panel, live: bool, picture: &str, caption: Text, command: &str) -> String {
    let Panel { name, fields, examples } = panel;
    let examples = if examples.is_empty() { String::new() } else { listed(examples, live) };
    let mut inputs = String::new();
    for (i, (label, value)) in fields.iter().enumerate() {
        let (id, value) = (format!("{name}-{i}"), escape(value));
        inputs += &format!(
            "<label for=\"{id}\">{}</label><textarea id=\"{id}\" rows=\"1\" autocomplete=\"off\" autocapitalize=\"off\" \
             spellcheck=\"false\" aria-describedby=\"{name}-error\">{value}</textarea>\n",
            both("span", *label, line)
        );
    }
    format!(
        "<figure class=\"panel\" id=\"{name}\" data-command=\"{name}\">\n<form hidden>\n{examples}{inputs}<p class=\"error\" id=\"{name}-error\" role=\"alert\"></p>\n</form>\n\
         <div class=\"steps\"></div>\n<div class=\"picture\">{picture}</div>\n<pre class=\"text\" hidden></pre>\n\
         <figcaption>{caption} <code class=\"command\">{command}</code></figcaption>\n</figure>\n",
        caption = both("span", caption, line),
        command = code(command),
    )
}

/// Buttons that fill the fields; without the engine, each with its picture where that has no steps.
fn listed(examples: &[Example], live: bool) -> String {
    let button = |Example { label, values, picture }: &Example| {
        let values = escape(&values.join("\n"));
        let picture = picture.as_ref().filter(|_| !live).map_or(String::new(), |picture| picture.svg_in(None));
        let picture = if picture.is_empty() { picture } else { format!("<template>{picture}</template>") };
        format!("<button type=\"button\" data-values=\"{values}\">{}</button>{picture}\n", escape(label))
    };
    let buttons: String = examples.iter().map(button).collect();
    format!("<div class=\"examples\">{}\n{buttons}</div>\n", both("span", ["Try", "试试"], escape))
}

/// Between tags, or in the quotes of an attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Code, whose lines break at blanks alone: words that a browser would break are marked.
fn code(text: &str) -> String {
    let breaks = |(before, after): (char, char)| {
        "?-/|".contains(before) || "([{<".contains(after) && !before.is_alphanumeric() && !"([{<_'".contains(before)
    };
    let mark = |piece: &str| {
        let word = piece.trim_end();
        match word.chars().zip(word.chars().skip(1)).any(breaks) {
            true => format!("<i>{}</i>{}", escape(word), &piece[word.len()..]),
            false => escape(piece),
        }
    };
    text.split_inclusive([' ', '\n']).map(mark).collect()
}

/// Paragraphs and blocks of code.
fn paragraphs(texts: [&str; 2]) -> String {
    let paragraph = |text: &str| match text.starts_with(' ') {
        true => {
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            format!("<pre class=\"command\"><code>{}</code></pre>\n", code(&lines.join("\n")))
        }
        false => format!("<p>{}</p>\n", line(text)),
    };
    both("div", texts, |text| text.split("\n\n").map(paragraph).collect()) + "\n"
}

/// Text whose `code` is marked, with its formulas, on one line: in Chinese there is no blank where a line ended.
fn line(text: &str) -> String {
    let every_other = |text: &str, mark: char, plain: &dyn Fn(&str) -> String, marked: &dyn Fn(&str) -> String| {
        let parts = text.split(mark).enumerate();
        parts.map(|(i, part)| if i % 2 == 0 { plain(part) } else { marked(part) }).collect::<String>()
    };
    let blank = if text.contains(is_wide) { "" } else { " " };
    let linked = |text: String, (number, name): &(&str, &str)| {
        text.replace(&format!("#{number}"), &format!("<a href=\"#{name}\">{number}</a>"))
    };
    let words = |text: &str| TOPICS.iter().fold(escape(&text.replace('\n', blank)), linked);
    let text_of = |text: &str| {
        // (No line begins with a comma.)
        every_other(text, '$', &words, &|formula| mathml(formula, false)).replace("</math>，", "</math>\u{2060}，")
    };
    every_other(text, '`', &text_of, &|text| format!("<code>{}</code>", code(text)))
}

const BASE64_DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as base64: three are four characters, and '=' pads the last.
fn base64(bytes: &[u8]) -> String {
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
