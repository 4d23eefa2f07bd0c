//! `nptensor tour`: the chapter as text and as a page.

use nptensor::explain;
use nptensor::{Layer, Result, Tensor, formats};

use super::{Folder, fails, network, noted, printed};

fn tour(words: &[&str]) -> String {
    String::from_utf8(printed(&[&["tour"], words].concat(), b"")).unwrap()
}

/// The page without the marks of words that no line may break.
fn page(words: &[&str]) -> String {
    tour(&[&["--html", "-"], words].concat()).replace("<i>", "").replace("</i>", "")
}

/// Text between tags, as the page has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The words of a command, as a shell takes them.
fn words(command: &str) -> Vec<&str> {
    let quoted = command.split('"').enumerate();
    let words = quoted.flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
    words.collect()
}

#[test]
fn page_and_text_say_the_same() {
    let (text, page) = (tour(&[]), page(&[]));
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">") && page.ends_with("</html>\n"));
    let mut results = 0;
    for label in ["prints", "raises"] {
        for result in text.split(&format!("\n{label}    ")).skip(1) {
            let first = result.lines().next().unwrap();
            assert!(page.contains(&escaped(first)), "{first}");
            results += 1;
        }
        results -= page.matches(&format!("<td class=\"{label}\"")).count();
    }
    assert_eq!(results, 0);
    // Paragraphs, marks and commands.
    assert!(page.contains("still is a tuple, hence the comma. In two dimensions"));
    assert!(page.contains("<p><code>ndim</code> is the number of axes: 1 for a row"));
    assert!(page.contains("<pre class=\"command\"><code>nptensor eval weights.npz"));
    let examples = page.matches("<template").count();
    assert_eq!(page.matches("<svg").count(), page.matches("<figure").count() + examples);
    assert_eq!((examples, page.matches("<style>").count()), (2, 2));
    // (The name of SVG looks like an address, and is none.)
    assert!(!page.replace("http://www.w3.org/2000/svg", "").contains("://"));
}

/// Each is written once, and is text and MathML.
#[test]
fn formulas() {
    let (text, page) = (tour(&[]), tour(&["--html", "-"]));
    for lines in [
        "y = ⎧ 0  where b + w₁x₁ + w₂x₂ ≤ 0\n        ⎩ 1  where b + w₁x₁ + w₂x₂ > 0",
        "y = h(b + w₁x₁ + w₂x₂)\n    h(x) = ⎧ 0  where x ≤ 0\n           ⎩ 1  where x > 0",
        "a = b + w₁x₁ + w₂x₂\n    y = h(a)",
        "h(x) = 1 / (1 + exp(-x))",
        "h(x) = ⎧ x  where x > 0\n           ⎩ 0  where x ≤ 0",
        "a₁⁽¹⁾ = w₁₁⁽¹⁾x₁ + w₁₂⁽¹⁾x₂ + b₁⁽¹⁾",
        "A⁽¹⁾ = XW⁽¹⁾ + B⁽¹⁾\n    A⁽¹⁾ = (a₁⁽¹⁾  a₂⁽¹⁾  a₃⁽¹⁾)\n    X = (x₁  x₂)\n    B⁽¹⁾ = (b₁⁽¹⁾  b₂⁽¹⁾  b₃⁽¹⁾)\n    \
         W⁽¹⁾ = ⎛w₁₁⁽¹⁾  w₂₁⁽¹⁾  w₃₁⁽¹⁾⎞\n           ⎝w₁₂⁽¹⁾  w₂₂⁽¹⁾  w₃₂⁽¹⁾⎠",
        "yₖ = exp(aₖ) / Σᵢ exp(aᵢ)",
        "yₖ = C exp(aₖ) / (C Σᵢ exp(aᵢ))\n    yₖ = exp(aₖ + log C) / Σᵢ exp(aᵢ + log C)\n    yₖ = exp(aₖ + C′) / Σᵢ exp(aᵢ + C′)",
    ] {
        assert!(text.contains(&format!("\n\n    {lines}\n\n")), "{lines}: {text}");
    }
    for part in [
        "<mo>=</mo><mo class=\"tall\" stretchy=\"false\">{</mo><mtable class=\"cases\"><mtr><mtd><mn>0</mn></mtd><mtd><mtext lang=\"en\">where</mtext><mtext lang=\"zh\">当</mtext><mspace width=\".3em\"/><mi>b</mi><mo>+</mo>",
        "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>1</mn><mo>+</mo><mi>exp</mi><mo>(</mo><mo form=\"prefix\">−</mo><mi>x</mi><mo>)</mo></mrow></mfrac></mrow></math>",
        "<msubsup><mi>w</mi><mrow><mn>12</mn></mrow><mrow><mo>(</mo><mn>1</mn><mo>)</mo></mrow></msubsup><msub><mi>x</mi><mrow><mn>2</mn></mrow></msub>",
        "<mo stretchy=\"false\">(</mo><mtable><mtr><mtd><msub><mi>x</mi><mrow><mn>1</mn></mrow></msub></mtd><mtd><msub><mi>x</mi><mrow><mn>2</mn></mrow></msub></mtd></mtr></mtable><mo stretchy=\"false\">)</mo>",
        "<mfrac><mrow><mi>C</mi><mspace width=\".3em\"/><mi>exp</mi><mo>(</mo>",
        "<munder><mo>∑</mo><mrow><mi>i</mi></mrow></munder><mi>exp</mi><mo>(</mo><msub><mi>a</mi><mrow><mi>i</mi></mrow></msub><mo>+</mo><msup><mi>C</mi><mrow><mo>′</mo></mrow></msup><mo>)</mo>",
        "three of them are <math><mrow><mi>h</mi>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!text.contains('$'));
}

/// The texts of a page in both languages, side by side.
fn pairs(mut page: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    while let Some((before, after)) = page.split_once(" lang=\"en\">") {
        let tag = before.rsplit('<').next().unwrap().split(' ').next().unwrap();
        let (english, rest) = after.split_once(&format!("</{tag}><{tag}")).unwrap();
        let (chinese, rest) = rest.split_once(&format!("</{tag}>")).unwrap();
        found.push((english, chinese.split_once(" lang=\"zh\">").unwrap().1));
        page = rest;
    }
    found
}

/// What stands between a tag and its end.
fn marked<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let mut found: Vec<&str> = text.split(&format!("<{tag}>")).skip(1).collect();
    found.iter_mut().for_each(|part| *part = part.split(&format!("</{tag}>")).next().unwrap());
    found.sort_unstable();
    found
}

/// No text is left behind: each is there in both languages, with the same code and formulas in it.
#[test]
fn both_languages() {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let page = page(&[]).split_once("<body").unwrap().1.split_once("<script>").unwrap().0.to_string();
    let pairs = pairs(&page);
    for tag in ["<h1", "<h2", "<h3", "<li><a", "<figcaption", "<mtext"] {
        for element in page.split(tag).skip(1) {
            let text = element.split_once('>').unwrap().1;
            let is_pair = text.starts_with("<span lang=\"en\">") || element.starts_with(" lang=");
            assert!(is_pair, "{tag}{}", element.chars().take(80).collect::<String>());
        }
    }
    let paragraphs = |text: &str| text.matches("<p>").count();
    assert_eq!(paragraphs(&page), pairs.iter().map(|pair| paragraphs(pair.0) + paragraphs(pair.1)).sum());
    for (english, chinese) in &pairs {
        assert!(chinese.contains(is_chinese) && !english.contains(is_chinese), "{english}: {chinese}");
        for tag in ["code", "math"] {
            // (What to type has the language in it.)
            let chinese: Vec<String> = marked(chinese, tag).iter().map(|c| c.replace("--lang zh ", "")).collect();
            assert_eq!(marked(english, tag), chinese, "{english}");
        }
        let joined = chinese.split("<pre").next().unwrap();
        assert!(!joined.contains('\n') || joined.ends_with("</p>\n"), "{joined}");
    }
    let unpaired = page.matches(" lang=\"").count();
    assert_eq!(unpaired, 2 * pairs.len());

    // As text: labels and lines by columns, every result the same.
    let [english, chinese] = ["en", "zh"].map(|language| tour(&["--lang", language]));
    assert_eq!(english, tour(&[]));
    assert!(
        chinese.contains("\n\n1.1 层\n------\n\n")
            && chinese.contains("\n输出      array([[19, 22],\n                 [43, 50]])\n")
    );
    assert!(chinese.contains("\n    y = ⎧ 0  当 b + w₁x₁ + w₂x₂ ≤ 0\n        ⎩ 1  当 b + w₁x₁ + w₂x₂ > 0\n"));
    let results = |text: &str, labels: [&str; 3]| -> Vec<String> {
        let result = |line: &str| Some(labels.iter().find_map(|label| line.strip_prefix(label))?.trim().into());
        text.lines().filter_map(result).collect()
    };
    let found = results(&continued(&english), ["prints    ", "raises    ", "picture   "]);
    let own = continued(&chinese).replace(" explain --lang zh ", " explain ");
    assert_eq!(found, results(&own, ["输出      ", "报错      ", "图        "]));
    assert!(found.len() > 60);

    // The language that the page begins with, and nothing else, is another.
    let [english, chinese] = ["en", "zh"].map(|language| tour(&["--html", "-", "--lang", language]));
    assert_eq!(english, tour(&["--html", "-"]));
    assert!(chinese.contains("<html lang=\"zh\">") && chinese.contains("<title>神经网络"));
    let body = |page: &str| page.split_once("<style>").unwrap().1.to_string();
    assert_eq!(body(&english), body(&chinese));
    // One file for both is no burden.
    assert!(chinese.len() < 250_000, "{}", chinese.len());
}

/// A command that is continued is one line to a shell.
fn continued(text: &str) -> String {
    text.replace(" \\\n          ", " ").replace(",\n          ", ", ")
}

#[test]
fn every_command_of_the_chapter_runs() {
    let text = continued(&tour(&[]));
    let commands: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("picture   nptensor ")).collect();
    assert!(commands.len() > 10, "{text}");
    // (What HTML does not need is left out.)
    let bare = |text: &str| text.replace(" xmlns=\"http://www.w3.org/2000/svg\"", "").replace('"', "");
    let page = bare(&tour(&["--html", "-"]));
    for command in commands {
        let words = words(command);
        printed(&words, b"");
        // The picture in the page is the one that the command draws, in both languages.
        let svg = bare(&explain::command(&words[1..]).unwrap().svg_in(None));
        // (All have the style of the first.)
        let (before, style) = svg.split_once("<style>").unwrap();
        let body = style.split_once("</style>").unwrap().1;
        assert!(page.contains(&svg) || page.contains(&[before, body].concat()), "{command}");
    }
}

/// No line is longer than the terminal, unless it is one word; prose is no wider than a page.
#[test]
fn widths() {
    for (columns, most) in [("40", 40), ("80", 80), ("200", 200)] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nptensor"));
        let text = String::from_utf8(command.arg("tour").env("COLUMNS", columns).output().unwrap().stdout).unwrap();
        let mut prose = 0;
        for line in text.lines() {
            let word = line.get(10..).is_some_and(|rest| !rest.trim().contains(' '));
            assert!(line.chars().count() <= most || word, "{columns}: {line}");
            if line.starts_with(|c: char| c.is_uppercase()) {
                prose = prose.max(line.chars().count());
            }
        }
        assert!(prose <= 90 && prose > most.min(90) - 15, "{columns}: {prose}");
        // Chinese is broken between its characters, each of two columns.
        let chinese = std::process::Command::new(env!("CARGO_BIN_EXE_nptensor"))
            .args(["tour", "--lang", "zh"])
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        for line in String::from_utf8(chinese.stdout).unwrap().lines() {
            let wide = line.chars().filter(|c| *c >= '\u{2e80}' && *c < '\u{20000}').count();
            let word = line.get(10..).is_some_and(|rest| !rest.trim().contains(' ') && rest.is_ascii());
            assert!(line.chars().count() + wide <= most || word, "{columns}: {line}");
        }
        // All of it, however it is broken.
        let words = |text: &str| {
            text.split_whitespace()
                .filter(|word| !word.starts_with(['=', '-', '\\']))
                .map(String::from)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&text), words(&tour(&[])));
    }
}

#[test]
fn files() -> Result<()> {
    let folder = Folder::new("tour");
    let page = folder.file("page.html");
    let written = tour(&["--html", "-"]);
    let kilobytes = written.len() / 1000;
    let says = format!("{page}: the chapter without the engine, one file of {kilobytes} kB that needs no network");
    assert_eq!(noted(&["tour", "--html", &page], b"", &says), b"");
    assert_eq!(std::fs::read_to_string(&page).unwrap(), written);

    // The engine goes in as it is, in base64: RFC 4648.
    for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
        let engine = folder.write("engine.wasm", bytes.as_bytes());
        assert!(tour(&["--html", "-", "--engine", &engine]).contains(&format!("id=\"engine\">{text}</script>")));
    }
    let engine = folder.write("engine.wasm", &[0xfb, 0xff, 0xfe]);
    assert!(tour(&["--html", "-", "--engine", &engine]).contains("id=\"engine\">+//+</script>"));

    // A digit of four pixels.
    formats::save_model(folder.file("model.safetensors"), &wide()?)?;
    let model = folder.file("model.safetensors");
    let images = folder.save("images.npy", &Tensor::from_vec(vec![0_u8, 255, 51, 0, 255, 255, 255, 255], &[2, 2, 2])?);
    let labels = folder.save("labels.npy", Tensor::from([2_u8, 1]));
    let words = ["tour", "--html", "-", &model, &images, &labels];
    let pixels = format!("{images}: dividing uint8, taken for pixels, by 255 (--divide)");
    let shown = String::from_utf8(noted(&words, b"", &pixels)).unwrap();
    assert_eq!(shown, tour(&[&words[1..], &["--image", "0", "--divide", "255"]].concat()));
    let y = wide()?.forward(&Tensor::from([0.0, 1.0, 0.2, 0.0]))?;
    let best = y.argmax()?;
    assert!(shown.contains(&format!("Image 0: its label is 2; the network takes it for {best} ({:.4}).", y[[best]])));
    assert!(shown.contains(&format!("第 0 张图像：标签是 2；网络认为它是 {best}（{:.4}）。", y[[best]])));
    assert!(shown.contains(
        "<path d=\"M10 0h10v10h-10z\" opacity=\"1.000\"/><path d=\"M0 10h10v10h-10z\" opacity=\"0.200\"/></svg>"
    ));
    for (class, y) in y.iter().enumerate() {
        assert!(shown.contains(&format!(
            "<th scope=\"row\">{class}</th><td><span style=\"--output: {y:.3}\"></span></td><td>{y:.4}</td>"
        )));
    }

    // No other can be drawn, for the script computes float32, and images of 28x28.
    assert!(
        shown.contains("the page needs a network of float32 for 28x28 pixels") && !shown.contains("id=\"network\"")
    );

    let names = folder.names();
    let lost = folder.file("lost/page.html");
    let (missing, after) = (folder.file("missing.npy"), "No such file or directory (os error 2)");
    fails(&["tour", "--html", &lost], 1, &format!("nptensor: {lost}: {after}\n"));
    fails(&["tour", "--html", &page, "--engine", &missing], 1, &format!("nptensor: {missing}: {after}\n"));
    let what = format!("nptensor: {images}: no image 2: there are 2\n");
    fails(&["tour", "--html", &page, &model, &images, &labels, "--image=2", "--divide=1"], 1, &what);
    assert_eq!(folder.names(), names);
    // A label that is no class is an error here as well.
    let labels = folder.save("labels.npy", Tensor::from([0.9, 1.0]));
    let what = format!("nptensor: {labels}: label 0 is 0.9, and the model has outputs 0 to 2\n");
    fails(&["tour", "--html", &page, &model, &images, &labels, "--divide=1"], 1, &what);
    Ok(())
}

/// Where the script can compute the network, a digit can be drawn: its numbers are in the page.
#[test]
fn drawing() -> Result<()> {
    let folder = Folder::new("drawing");
    let images = folder.save("digits.npy", Tensor::from_vec(vec![255_u8; 784], &[1, 28, 28])?);
    let (labels, path) = (folder.save("label.npy", Tensor::from([1_u8])), folder.file("digits.safetensors"));
    let w = Tensor::from_vec((0..784 * 2).map(|i| i as f32).collect(), &[784, 2])?;
    let dense = Layer::dense(w.clone(), [0.5_f32, -1.0]);
    let page = |layers: &[Layer<f32>], divide: &str| -> Result<String> {
        formats::save_model(&path, &nptensor::Sequential::new(layers.to_vec())?)?;
        Ok(tour(&["--html", "-", "--divide", divide, &path, &images, &labels]))
    };
    let shown = page(&[dense.clone(), Layer::Softmax], "255")?;
    let numbers = shown.split_once("id=\"network\" data-layers=\"784,2 softmax\">").unwrap().1;
    let wanted: Vec<u8> = w.iter().chain([0.5, -1.0]).flat_map(f32::to_le_bytes).collect();
    assert_eq!(decoded(numbers.split_once('<').unwrap().0), wanted);
    // Not where the pixels are not from 0 to 1, nor where softmax is not at the end, nor with other layers.
    let last = Layer::dense([[1.0_f32, 0.0], [0.0, 1.0]], [0.0, 0.0]);
    for (layers, divide) in
        [(&[dense.clone()][..], "1"), (&[dense.clone(), Layer::Softmax, last], "255"), (&[dense, Layer::Tanh], "255")]
    {
        let shown = page(layers, divide)?;
        assert!(shown.contains("the page needs a network of float32") && !shown.contains("id=\"network\""));
    }
    Ok(())
}

/// The bytes of base64.
fn decoded(text: &str) -> Vec<u8> {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (plain, size) = (text.trim_end_matches('='), text.trim_end_matches('=').len() * 3 / 4);
    let digit = |c| digits.iter().position(|&digit| digit == c).unwrap() as u32;
    let bits = |group: &[u8]| (0..4).fold(0, |bits, i| bits << 6 | group.get(i).map_or(0, |&c| digit(c)));
    let bytes = plain.as_bytes().chunks(4).flat_map(|group| bits(group).to_be_bytes().into_iter().skip(1));
    bytes.take(size).collect()
}

/// A network with inputs for a square.
fn wide() -> Result<nptensor::Sequential> {
    let first = nptensor::Layer::dense([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.0, 0.0]], [0.0, 0.0]);
    nptensor::Sequential::new([&[first][..], network()?.layers(), &[nptensor::Layer::Softmax]].concat())
}

#[test]
fn wrong_command_lines() {
    for (words, what) in [
        (&["--engine", "e"][..], "--engine is for a page: --html FILE"),
        (&["--lang", "fr"], "--lang takes en or zh, not 'fr'"),
        (&["--html"], "option '--html' needs a value"),
        (&["--html", "p", "--image", "x"], "--image takes a number from 0, not 'x'"),
        (&["--html", "p", "--image", "1"], "MODEL is missing"),
        (&["--html", "p", "m", "i"], "LABELS is missing"),
        (&["--html", "p", "m", "i", "l", "x"], "unexpected argument 'x'"),
        (&["m", "i", "l"], "unexpected argument 'm'"),
        (&["--image", "1"], "unknown option '--image'"),
    ] {
        fails(&[&["tour"], words].concat(), 2, &format!("nptensor: {what}\nTry 'nptensor tour --help'.\n"));
    }
}
