//! Every sentence is there in both languages, in text and in pictures, and no line is too wide; messages of NumPy's are English in both.

use nptensor::explain::wide::{columns, is_wide};
use nptensor::explain::{Language, Look, command, told};

use super::cli::{examples, fails, printed, words};
use super::picture::texts;

/// Beside the examples of the help: what says other sentences than they.
const MORE: [&str; 30] = [
    "broadcast (3,) [1,2,3,4]",
    "broadcast (2,3) (2,)",
    "broadcast 1 (1,1)",
    "broadcast [[0]] [1]",
    "broadcast () ()",
    "broadcast (0,3) (3,)",
    "broadcast (17,3) (3,)",
    "broadcast (6,1,2,2) (2,2)",
    "layout [[1,2],[3,4]] flip \"reshape 4\"",
    "layout (3,) \"broadcast_to (2,3)\" \"expand_dims 0\" squeeze \"slice 0, None, ..., 1:1\"",
    "layout (2,3) \"transpose 1,0\"",
    "layout (2,0) flip",
    "layout (200,)",
    "dot [1.0,2.0] [3.0,4.0]",
    "dot [1e16,1.0,-1e16,1.0] [1.0,1.0,1.0,1.0]",
    "dot [1,2,3] 5",
    "dot (2,3) (2,2)",
    "dot (2,3,4) (2,4,5)",
    "dot (0,2) (2,2)",
    "dot (2,0) (0,2)",
    "blocks 512 512 512",
    "blocks 500 40 512",
    "blocks 1 50 50",
    "blocks 300 3 200",
    "blocks 5 5 1",
    "blocks 0 1 1",
    "blocks 2 2 2",
    "softmax [[1,2],[3,4]]",
    "softmax [inf,nan,1000]",
    "softmax [-inf,800,900]",
];

fn is_chinese(text: &str) -> bool {
    text.contains(is_wide)
}

/// Whether three words stand in a row, as they do in a sentence and not in code, nor in a list of names.
fn is_english(text: &str) -> bool {
    let is_word = |word: &&str| word.len() > 1 && word.trim_end_matches(['.', ':']).chars().all(char::is_alphabetic);
    let words: Vec<&str> = text.split(' ').collect();
    words.windows(3).any(|words| words.iter().all(|word| is_word(word) && word.is_ascii()))
}

/// The picture of several languages as a page shows it in one, and what is marked as that.
fn shown(svg: &str, language: Language) -> String {
    let mut out = svg.to_string();
    for other in Language::ALL.iter().filter(|&&other| other != language) {
        for tag in ["title", "text"] {
            let mut parts =
                out.split(&format!("<{tag} lang=\"{}\"", other.tag())).map(String::from).collect::<Vec<_>>();
            for part in &mut parts[1..] {
                *part = part.split_once(&format!("</{tag}>")).unwrap().1.into();
            }
            out = parts.concat();
        }
    }
    out.replacen("</title>", "</title><desc>.</desc>", 1)
}

#[test]
fn every_sentence_is_there_in_both() {
    let help = printed(&["--help"], &[]);
    let commands = examples(&help).chain(MORE.into_iter().map(words));
    let mut sentences = 0;
    for words in commands {
        let words: Vec<&str> = words.into_iter().filter(|word| *word != "--json").collect();
        let picture = command(&words).unwrap();
        // (What NumPy says, and what is code.)
        let json = picture.json();
        let is_foreign = |line: &str| json.contains(&format!("\"error\":\"{}", line.trim())) && line.contains(' ');
        let texts_of = |language: Language| {
            let own = picture.svg_in(Some(language));
            let both = texts(&shown(&picture.svg_in(None), language));
            (texts(&own), both)
        };
        for width in [24, 40, 80] {
            let english = picture.text(Look { width, ..Look::default() });
            let chinese = picture.text(Look { width, language: Language::Chinese, ..Look::default() });
            assert!(!is_chinese(&english), "{words:?}: {english}");
            for line in chinese.lines().filter(|line| !is_foreign(line)) {
                assert!(!is_english(line), "{words:?}: {line}");
                assert!(columns(line) <= width.max(24), "{words:?} at {width}: {line}");
            }
            assert!(chinese.lines().filter(|line| is_chinese(line)).count() > 1, "{words:?}: {chinese}");
            sentences += chinese.lines().filter(|line| is_chinese(line)).count();
        }
        let ((english, of_both), (chinese, also)) = (texts_of(Language::English), texts_of(Language::Chinese));
        assert!(english.iter().chain(&of_both).all(|text| !is_chinese(text)), "{words:?}");
        for text in chinese.iter().skip(2).chain(also.iter().skip(2)) {
            assert!(!is_english(text) || json.contains(&text[..text.len().min(20)]), "{words:?}: {text}");
        }
        assert!(is_chinese(&chinese.concat()) && is_chinese(&also.concat()), "{words:?}");
        // A description of what a page shows by itself there is none.
        assert_eq!(picture.svg_in(None).matches("<desc>").count(), 0);
    }
    assert!(sentences > 1000, "{sentences}");
}

#[test]
fn what_is_wrong_is_said_in_chinese_but_by_numpy() {
    let said = |words: &[&str], language| told(words, &command(words).map(drop).unwrap_err(), language);
    for line in [
        "",
        "sort",
        "brodcast",
        "broadcast 1",
        "layout",
        "layout (2,) transpos",
        "layout (2,) reshape",
        "layout (2,) \"expand_dims 0,1\"",
        "slice 1",
        "dot 1",
        "dot (9999,2) (2,2)",
        "dot (250000000,0) (0,1)",
        "blocks 1",
        "blocks (1,2) 1 1",
        "blocks 9999999 1 1",
        "forward",
        "forward [1] [[1]] [0] rel",
        "forward [1,0.5] --row 3",
        "forward 1.0",
        "softmax",
        "softmax \"[1 2]\"",
        "softmax 1,2",
        "softmax (101)",
        "plot",
        "plot sigmod",
        "plot relu,step,tanh",
        "plot relu 3 2",
        "diagram",
        "diagram x",
        "broadcast 1 2 --png",
        "layout [1,2x]",
        "layout (1,2",
        "dot (1.5,2) [1,2]",
        "slice (4,5) \"1 2\"",
    ] {
        let words = words(line);
        let (english, chinese) = (said(&words, Language::English), said(&words, Language::Chinese));
        assert!(!is_chinese(&english) && is_chinese(&chinese) && !is_english(&chinese), "{english}\n{chinese}");
        // The same input and the same form in both.
        let quoted = |text: &str| text.lines().skip(1).take(2).map(String::from).collect::<Vec<_>>();
        assert!(!english.contains('^') || quoted(&english) == quoted(&chinese), "{english}\n{chinese}");
    }
    let numpy = "index 9 is out of bounds for axis 0 with size 4";
    fails(&["slice", "(4,5)", "9", "--lang", "zh"], 1, &format!("nptensor: {numpy}\n"));
    fails(
        &["dot", "1", "--lang", "fr"],
        2,
        "nptensor: --lang takes en or zh, not 'fr'\nTry 'nptensor explain --help'.\n",
    );
    let what = "没有 'brodcast' 这种图：是不是想写 broadcast？有的是 broadcast, layout, slice, dot, blocks, forward, softmax, plot, diagram";
    fails(&["brodcast", "--lang", "zh"], 2, &format!("nptensor: {what}\n参见 'nptensor explain --help'。\n"));
    let chinese = printed(&["diagram", "neuron", "--lang", "zh"], &[]);
    assert!(chinese.starts_with("近看一个神经元：先 a，再 y = h(a)\n"), "{chinese}");
    let svg = printed(&["diagram", "neuron", "--lang=zh", "--svg", "-"], &[]);
    assert_eq!(svg, command(&["diagram", "neuron"]).unwrap().svg_in(Some(Language::Chinese)));
}
