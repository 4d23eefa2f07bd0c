//! safetensors files whose headers lie.

use super::heap::held;
use super::said;
use nptensor::formats::safetensors;

fn file(header: &[u8], data: usize) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header, &vec![0; data]].concat()
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "names sizes that 32 bits do not hold")]
fn headers() {
    let one = |text: &str| format!(r#"{{"a":{text}}}"#);
    let x = r#""dtype":"U8","shape":[2]"#;
    let table: &[(String, &str)] = &[
        // Places.
        (
            one(r#"{"dtype":"F64","shape":[100000000000],"data_offsets":[0,800000000000]}"#),
            "the tensors take 800000000000 bytes",
        ),
        (
            one(r#"{"dtype":"F64","shape":[100000000000],"data_offsets":[0,2]}"#),
            "needs 800000000000 bytes, not those from 0 to 2",
        ),
        (
            one(r#"{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,2]}"#),
            "no memory could hold float64",
        ),
        (
            one(r#"{"dtype":"F64","shape":[4611686018427387904,0,4],"data_offsets":[0,0]}"#),
            "no memory could hold float64",
        ),
        (
            one(r#"{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,2]}"#),
            "a number that no memory could hold",
        ),
        (one(&format!("{{{x},\"data_offsets\":[2,0]}}")), "needs 2 bytes, not those from 2 to 0"),
        (one(&format!("{{{x},\"data_offsets\":[1,3]}}")), "leaves a gap before it: byte 1"),
        (one(&format!("{{{x},\"data_offsets\":[0]}}")), "lacks one of"),
        (one(&format!("{{{x},\"data_offsets\":[0,2,2]}}")), "more than 2 numbers"),
        (one(&format!("{{{x},\"data_offsets\":[18446744073709551615,18446744073709551615]}}")), "needs 2 bytes"),
        (
            format!(r#"{{"a":{{{x},"data_offsets":[0,2]}},"b":{{{x},"data_offsets":[0,2]}}}}"#),
            "overlaps the one before it: byte 0",
        ),
        (
            format!(r#"{{"a":{{{x},"data_offsets":[0,2]}},"b":{{{x},"data_offsets":[1,3]}}}}"#),
            "overlaps the one before it: byte 1",
        ),
        (
            format!(r#"{{"a":{{{x},"data_offsets":[0,2]}},"b":{{{x},"data_offsets":[3,5]}}}}"#),
            "leaves a gap before it: byte 3",
        ),
        ("{}".into(), "the tensors take 0 bytes, and 2 follow the header"),
        // Keys.
        (format!(r#"{{"a":{{{x},"data_offsets":[0,2]}},"a":{{{x},"data_offsets":[2,4]}}}}"#), "the key \"a\" twice"),
        (
            format!(r#"{{"a":{{{x},"data_offsets":[0,2]}},"\u0061":{{{x},"data_offsets":[2,4]}}}}"#),
            "the key \"a\" twice",
        ),
        (one(r#"{"dtype":"U8","dtype":"U8"}"#), "the key \"dtype\" twice"),
        (one(r#"{"dtype":"U8","type":"U8"}"#), "lacks one of"),
        (one(r#"{"type":nul}"#), "no value here"),
        (r#"{"__metadata__":nul}"#.into(), "no '{' here"),
        (one(r#"{"dtype":"U8","shape":[2]}"#), "lacks one of"),
        (one("{}"), "lacks one of"),
        (r#"{"__metadata__":{"a":"b","a":"c"}}"#.into(), "the key \"a\" twice"),
        (r#"{"__metadata__":{"a":1}}"#.into(), "no string here"),
        (r#"{"__metadata__":{},"__metadata__":{}}"#.into(), "the key \"__metadata__\" twice"),
        // Types.
        (one(r#"{"dtype":"F4"}"#), "lacks one of"),
        (
            one(r#"{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,2]}"#),
            "\"F8_E4M3\" of shape [3] do not take 2 bytes",
        ),
        (one(r#"{"dtype":"F4","shape":[3],"data_offsets":[0,2]}"#), "\"F4\" of shape [3] do not take 2 bytes"),
        (one(r#"{"dtype":"new","shape":[3],"data_offsets":[2,0]}"#), "not those from 2 to 0"),
        (one(r#"{"dtype":"F8_E4M3","shape":[2],"data_offsets":[1,3]}"#), "leaves a gap before it: byte 1"),
        (
            format!(r#"{{"a":{{"dtype":"new","shape":[],"data_offsets":[0,2]}},"b":{{{x},"data_offsets":[0,2]}}}}"#),
            "overlaps the one before it: byte 0",
        ),
        (one(r#"{"dtype":8}"#), "no string here"),
        // JSON.
        (one(r#"{"shape":[-1]}"#), "no whole number"),
        (one(r#"{"shape":[1.5]}"#), "no whole number"),
        (one(r#"{"shape":[1e3]}"#), "no whole number"),
        (one(r#"{"shape":[01]}"#), "no whole number"),
        (one(r#"{"shape":[1,]}"#), "no whole number"),
        (one(r#"{"shape":[1 2]}"#), "no ']' here"),
        (one(r#"{"shape":[[1]]}"#), "no whole number"),
        (one(r#"{"shape":2}"#), "no '[' here"),
        (one("[]"), "no '{' here"),
        (one(""), "no '{' here"),
        (format!(r#"{{"a":{}"#, "[".repeat(1_000_000)), "no '{' here"),
        (format!(r#"{{"a":{}"#, r#"{"a":"#.repeat(100_000)), "nested too deep"),
        ("[]".into(), "does not begin with '{'"),
        (" {}".into(), "does not begin with '{'"),
        ("{} x".into(), "1 bytes too many"),
        ("{".into(), "no string here"),
        (r#"{"a"}"#.into(), "no ':' here"),
        (r#"{"a"#.into(), "a string that does not end"),
        (r#"{"\x":0}"#.into(), "an escape that means nothing"),
        (r#"{"\u12"#.into(), "an escape that means nothing"),
        (r#"{"\ud83d":0}"#.into(), "an escape that means nothing"),
        (r#"{"\ud83d\u0041":0}"#.into(), "an escape that means nothing"),
        (r#"{"\ude00":0}"#.into(), "an escape that means nothing"),
        ("{\"a\nb\":0}".into(), "a control character"),
        ("{'a':0}".into(), "no string here"),
        ("".into(), "does not begin with '{'"),
    ];
    for (header, wanted) in table {
        said(held(safetensors::read, &file(header.as_bytes(), 2)), wanted);
    }
    let good = file(one(&format!("{{{x},\"data_offsets\":[0,2]}}")).as_bytes(), 2);
    assert!(held(safetensors::read, &good).is_ok());
    // Read by the format's own reader: no metadata, and keys that it does not know.
    let more = r#""more":{"a":[1.5,-2e3,true,null,"x"]}"#;
    let good = format!("{{\"__metadata__\":null,\"a\":{{{x},\"data_offsets\":[0,2],{more}}}}}");
    assert_eq!(held(safetensors::read, &file(good.as_bytes(), 2)).unwrap().get("a").unwrap().shape(), [2]);
    let long = format!("{{\"{}\":{{{x},\"data_offsets\":[0,2]}}}}", ".".repeat(70_000));
    said(held(safetensors::read, &file(long.as_bytes(), 2)), "a key of 70000 bytes: at most 65535 are read");
    said(held(safetensors::read, &file(b"{\"\xff\":0}", 2)), "not UTF-8");
    said(held(safetensors::read, &file(b"{\"\xed\xa0\x80\":0}", 2)), "not UTF-8");
    said(
        held(safetensors::read, &[&u64::MAX.to_le_bytes(), &b"{}"[..]].concat()),
        "a header of 18446744073709551615 bytes",
    );
    said(held(safetensors::read, &[&1000_u64.to_le_bytes(), &b"{}"[..]].concat()), "1000 bytes wanted, 2 left");
    let axes = format!(r#"{{"a":{{"shape":[{}1]}}}}"#, "1,".repeat(64));
    said(held(safetensors::read, &file(axes.as_bytes(), 1)), "more than 64 numbers");
}
