//! The rules, and how each server is asked whether it keeps them.

use tests_http::ask::Answer;
use tests_http::fixture::{FILES, STYLE};
use tests_http::laws::decoded;

use super::servers::Server;

/// A rule.
pub(super) struct Row {
    pub(super) topic: &'static str,
    pub(super) rule: &'static str,
    /// Where it stands. Without an RFC, it is this project's own.
    pub(super) section: &'static str,
    /// The test, or the first of several, that holds this project to it.
    pub(super) test: &'static str,
    pub(super) measure: fn(&Server) -> Cell,
}

/// What a server did.
pub(super) struct Cell {
    /// Whether that is what the rule says; `None` where the rule leaves a choice.
    pub(super) is_right: Option<bool>,
    pub(super) shown: String,
}

fn judge(is_right: bool, shown: impl std::fmt::Display) -> Cell {
    Cell { is_right: Some(is_right), shown: shown.to_string() }
}

fn tell(shown: impl std::fmt::Display) -> Cell {
    Cell { is_right: None, shown: shown.to_string() }
}

/// A status that must be one.
fn status(answer: &Answer, right: u16) -> Cell {
    judge(answer.status == right, answer.status)
}

/// The coding of the content.
fn coding(answer: &Answer) -> &str {
    answer.field("content-encoding").unwrap_or("identity")
}

/// The coding that the stylesheet is sent in, and whether it is one of those that are right and decodes to the file.
fn coded(server: &Server, lines: &[&str], right: &[&str]) -> Cell {
    let fields: Vec<_> = lines.iter().map(|line| ("accept-encoding", *line)).collect();
    let answer = server.get("style.css", &fields);
    if answer.status != 200 {
        return judge(false, answer.status);
    }
    judge(right.contains(&coding(&answer)) && decoded(&answer) == (STYLE.content)(), coding(&answer))
}

/// What `HEAD` has otherwise than `GET`.
fn head_of(server: &Server, path: &str) -> Cell {
    let (head, get) = (server.ask("HEAD", path, &[]), server.get(path, &[]));
    let differ: Vec<_> = get
        .fields
        .keys()
        .chain(head.fields.keys())
        .map(http::HeaderName::as_str)
        .filter(|name| *name != "date" && head.field(name) != get.field(name))
        .collect();
    let is_right = head.status == get.status && differ.is_empty();
    judge(
        is_right,
        if is_right { head.status.to_string() } else { format!("{}, other `{}`", head.status, differ.join("`, `")) },
    )
}

/// A value, or word that there is none.
fn shown(value: Option<&str>) -> String {
    value.map_or("none".to_owned(), |value| format!("`{value}`"))
}

fn varies(answer: &Answer) -> Cell {
    let vary = answer.field("vary");
    judge(vary.is_some_and(|vary| vary.eq_ignore_ascii_case("accept-encoding")), shown(vary))
}

fn range(server: &Server, range: &str) -> Answer {
    server.get("img/photo.png", &[("range", range)])
}

/// 206 with those bytes of the picture.
fn part(answer: &Answer, first: usize, last: usize) -> Cell {
    let photo = (FILES.iter().find(|file| file.path == "img/photo.png").expect("a fixture").content)();
    let is_part = answer.status == 206
        && answer.field("content-range") == Some(&format!("bytes {first}-{last}/10007"))
        && answer.body == photo[first..=last];
    judge(is_part, answer.status)
}

/// Anything but a file.
fn nothing(answer: &Answer) -> Cell {
    judge((400..500).contains(&answer.status), answer.status)
}

const BEFORE: &str = "Sun, 16 Jun 2024 12:00:00 GMT";
const MODIFIED: &str = "Sun, 16 Jun 2024 12:00:01 GMT";
const AFTER: &str = "Sun, 16 Jun 2024 12:00:02 GMT";

macro_rules! rows {
    ($($topic:literal { $($rule:literal, $section:literal, $test:literal, $measure:expr;)* })*) => {
        &[$($(Row { topic: $topic, rule: $rule, section: $section, test: $test, measure: $measure },)*)*]
    };
}

pub(super) const ROWS: &[Row] = rows! {
    "Methods" {
        "`HEAD` has the status and headers of `GET`, and no content", "9110 §9.3.2",
        "fields::head_has_every_field_of_get_and_no_content", |server| head_of(server, "style.css");
        "… for a missing file too", "9110 §9.3.2", "fields::head_has_every_field_of_get_and_no_content",
        |server| head_of(server, "none.css");
        "a method that is not allowed: 405, and `Allow` says which are", "9110 §15.5.6",
        "methods::other_methods_get_405_and_those_that_are_allowed", |server| {
            let answer = server.ask("DELETE", "style.css", &[]);
            let allow = answer.field("allow");
            judge(answer.status == 405 && allow.is_some(), format!("{}, {}", answer.status, shown(allow)))
        };
        "a method that nobody knows: 501, or 405 as for any other", "9110 §9.1",
        "methods::other_methods_get_405_and_those_that_are_allowed", |server| {
            let answer = server.ask("NONSENSE", "style.css", &[]);
            judge([405, 501].contains(&answer.status), answer.status)
        };
        "`OPTIONS`: a choice", "9110 §9.3.7", "methods::options_gets_204_and_the_methods_that_are_allowed", |server| {
            let answer = server.ask("OPTIONS", "style.css", &[]);
            tell(format!("{}, {}", answer.status, shown(answer.field("allow"))))
        };
    }
    "Content codings" {
        "without `Accept-Encoding`, the file itself", "9110 §12.5.3",
        "negotiation::without_the_field_or_with_an_empty_one_the_file_itself_is_sent",
        |server| coded(server, &[], &["identity"]);
        "what browsers send gets a coding that they know", "9110 §12.5.3",
        "negotiation::the_greatest_weight_wins_and_among_equals_the_smallest",
        |server| coded(server, &["gzip, deflate, br, zstd"], &["br", "gzip"]);
        "`gzip;q=0` refuses gzip", "9110 §12.5.3", "negotiation::a_coding_with_weight_zero_is_not_sent",
        |server| coded(server, &["gzip;q=0, br;q=0"], &["identity"]);
        "`gzip;q=0.000` too", "9110 §12.4.2", "negotiation::a_coding_with_weight_zero_is_not_sent",
        |server| coded(server, &["gzip;q=0.000, br;q=0.000"], &["identity"]);
        "`identity, gzip;q=0.5, br;q=0.5` prefers the file itself", "9110 §12.5.3",
        "negotiation::the_greatest_weight_wins_and_among_equals_the_smallest",
        |server| coded(server, &["identity, gzip;q=0.5, br;q=0.5"], &["identity"]);
        "`br;q=0.5, gzip` prefers gzip", "9110 §12.5.3",
        "negotiation::the_greatest_weight_wins_and_among_equals_the_smallest",
        |server| coded(server, &["br;q=0.5, gzip"], &["gzip"]);
        "`*` allows every coding: a choice", "9110 §12.5.3", "negotiation::a_star_is_every_coding_that_is_not_named",
        |server| tell(coding(&server.get("style.css", &[("accept-encoding", "*")])));
        "`gzip, *;q=0` allows gzip alone", "9110 §12.5.3", "negotiation::a_star_is_every_coding_that_is_not_named",
        |server| coded(server, &["gzip, *;q=0"], &["gzip"]);
        "codings are named in any case", "9110 §8.4.1",
        "negotiation::codings_are_named_in_any_case_and_gzip_also_as_x_gzip",
        |server| coded(server, &["GZIP"], &["gzip"]);
        "`x-gzip` is gzip", "9110 §8.4.1.3", "negotiation::codings_are_named_in_any_case_and_gzip_also_as_x_gzip",
        |server| coded(server, &["x-gzip"], &["gzip"]);
        "`xgzip` and `gzipped` are not", "9110 §8.4.1", "negotiation::without_the_field_or_with_an_empty_one_the_file_itself_is_sent",
        |server| coded(server, &["xgzip, gzipped"], &["identity"]);
        "several lines are one list", "9110 §5.3", "negotiation::several_lines_are_one_list",
        |server| coded(server, &["deflate", "gzip"], &["gzip"]);
        "nothing acceptable (`*;q=0`): a choice", "9110 §12.5.3", "negotiation::where_nothing_is_acceptable_the_file_itself_is_sent",
        |server| {
            let answer = server.get("style.css", &[("accept-encoding", "*;q=0")]);
            tell(format!("{} {}", answer.status, coding(&answer)))
        };
        "`Vary` where the file has encodings, with or without the header", "9110 §12.5.5",
        "negotiation::vary_stands_where_there_is_a_choice_and_nowhere_else", |server| varies(&server.get("style.css", &[]));
        "… on 304 too", "9110 §15.4.5", "negotiation::vary_stands_where_there_is_a_choice_and_nowhere_else",
        |server| varies(&server.get("style.css", &[("if-none-match", &server.etag())]));
        "… on 206 too", "9110 §15.3.7", "negotiation::vary_stands_where_there_is_a_choice_and_nowhere_else",
        |server| varies(&server.get("style.css", &[("range", "bytes=0-9")]));
        "no `Vary` on a picture, which has none: caches keep one copy", "own",
        "negotiation::vary_stands_where_there_is_a_choice_and_nowhere_else", |server| {
            let answer = server.get("img/photo.png", &[("accept-encoding", "gzip, br")]);
            judge(answer.field("vary").is_none(), shown(answer.field("vary")))
        };
    }
    "Validators" {
        "the entity tag is strong and in quotes", "9110 §8.8.3",
        "validators::every_entity_tag_is_strong_and_no_two_representations_have_the_same", |server| {
            let answer = server.get("style.css", &[]);
            match answer.field("etag") {
                None => judge(false, "none"),
                Some(etag) if etag.starts_with("W/") => judge(false, "weak"),
                Some(etag) => judge(etag.starts_with('"') && etag.len() > 2 && etag.ends_with('"'), "strong"),
            }
        };
        "each encoding has another", "9110 §8.8.3.3",
        "validators::every_entity_tag_is_strong_and_no_two_representations_have_the_same", |server| {
            let gzip = server.get("style.css", &[("accept-encoding", "gzip")]);
            let is_other = gzip.field("etag").is_some_and(|etag| etag != server.etag());
            judge(is_other, if is_other { "another" } else { "the same" })
        };
        "equal bytes have an equal tag, on every machine, whenever they were written", "own",
        "validators::the_entity_tag_comes_from_the_bytes_alone", |server| {
            let copy = server.ask_url("GET", server.copy, &[]);
            let is_equal = copy.field("etag") == Some(&server.etag());
            judge(is_equal, if is_equal { "equal" } else { "another" })
        };
        "`Last-Modified`", "9110 §8.8.2", "validators::last_modified_is_the_time_of_the_build_and_not_there_in_development",
        |server| {
            let is_right = server.get("style.css", &[]).field("last-modified") == Some(MODIFIED);
            judge(is_right, if is_right { "yes" } else { "no" })
        };
    }
    "Conditional requests" {
        "`If-None-Match` with the tag: 304", "9110 §13.1.2", "validators::if_none_match_with_the_tag_gets_304",
        |server| status(&server.get("style.css", &[("if-none-match", &server.etag())]), 304);
        "… weakened by a proxy", "9110 §13.1.2", "validators::if_none_match_with_the_tag_gets_304",
        |server| status(&server.get("style.css", &[("if-none-match", &format!("W/{}", server.etag()))]), 304);
        "… in a list", "9110 §13.1.2", "validators::if_none_match_with_the_tag_gets_304",
        |server| status(&server.get("style.css", &[("if-none-match", &format!("\"x\", {}", server.etag()))]), 304);
        "… after a tag with a comma in it", "9110 §8.8.3", "validators::if_none_match_with_the_tag_gets_304",
        |server| status(&server.get("style.css", &[("if-none-match", &format!("\"a,b\", {}", server.etag()))]), 304);
        "… on a second line", "9110 §5.3", "validators::if_none_match_with_the_tag_gets_304", |server| {
            let etag = server.etag();
            status(&server.get("style.css", &[("if-none-match", "\"x\""), ("if-none-match", &etag)]), 304)
        };
        "`If-None-Match: *`: 304", "9110 §13.1.2", "validators::if_none_match_with_the_tag_gets_304",
        |server| status(&server.get("style.css", &[("if-none-match", "*")]), 304);
        "beside `If-None-Match`, `If-Modified-Since` is ignored", "9110 §13.1.3",
        "validators::preconditions_are_evaluated_in_their_order",
        |server| status(&server.get("style.css", &[("if-none-match", "\"x\""), ("if-modified-since", MODIFIED)]), 200);
        "`If-Modified-Since` with the date of the file: 304", "9110 §13.1.3",
        "validators::if_modified_since_gets_304_unless_the_build_is_newer",
        |server| status(&server.get("style.css", &[("if-modified-since", MODIFIED)]), 304);
        "… with a later date: 304", "9110 §13.1.3", "validators::if_modified_since_gets_304_unless_the_build_is_newer",
        |server| status(&server.get("style.css", &[("if-modified-since", AFTER)]), 304);
        "… with an earlier date: 200", "9110 §13.1.3", "validators::if_modified_since_gets_304_unless_the_build_is_newer",
        |server| status(&server.get("style.css", &[("if-modified-since", BEFORE)]), 200);
        "… in the format of RFC 850", "9110 §5.6.7", "validators::if_modified_since_gets_304_unless_the_build_is_newer",
        |server| status(&server.get("style.css", &[("if-modified-since", "Sunday, 16-Jun-24 12:00:01 GMT")]), 304);
        "… in the format of asctime", "9110 §5.6.7", "validators::if_modified_since_gets_304_unless_the_build_is_newer",
        |server| status(&server.get("style.css", &[("if-modified-since", "Sun Jun 16 12:00:01 2024")]), 304);
        "… with nonsense: ignored", "9110 §13.1.3", "validators::if_modified_since_gets_304_unless_the_build_is_newer",
        |server| status(&server.get("style.css", &[("if-modified-since", "yesterday")]), 200);
        "a 304 has `ETag` and `Cache-Control` as the 200 has", "9110 §15.4.5",
        "validators::a_304_has_the_fields_that_update_a_cache_and_no_others", |server| {
            let whole = server.get("style.css", &[]);
            let answer = server.get("style.css", &[("if-none-match", &server.etag())]);
            let lost: Vec<_> = ["etag", "cache-control"]
                .into_iter()
                .filter(|name| answer.status != 304 || answer.field(name) != whole.field(name))
                .collect();
            judge(lost.is_empty(), if lost.is_empty() { "yes".to_owned() } else { format!("not `{}`", lost.join("`, `")) })
        };
        "… and nothing else about the file", "9110 §15.4.5",
        "validators::a_304_has_the_fields_that_update_a_cache_and_no_others", |server| {
            let answer = server.get("style.css", &[("if-none-match", &server.etag())]);
            let more: Vec<_> = ["content-type", "content-length", "content-encoding", "last-modified"]
                .into_iter()
                .filter(|name| answer.fields.contains_key(*name))
                .collect();
            judge(answer.status == 304 && more.is_empty(), if more.is_empty() { "yes".to_owned() } else { format!("`{}`", more.join("`, `")) })
        };
        "`If-Match` with the tag: 200", "9110 §13.1.1", "validators::if_match_compares_strongly",
        |server| status(&server.get("style.css", &[("if-match", &server.etag())]), 200);
        "… with another: 412", "9110 §13.1.1", "validators::if_match_compares_strongly",
        |server| status(&server.get("style.css", &[("if-match", "\"x\"")]), 412);
        "… weakened: 412", "9110 §13.1.1", "validators::if_match_compares_strongly",
        |server| status(&server.get("style.css", &[("if-match", &format!("W/{}", server.etag()))]), 412);
        "`If-Unmodified-Since` with an earlier date: 412", "9110 §13.1.4",
        "validators::if_unmodified_since_gets_412_if_the_build_is_newer",
        |server| status(&server.get("style.css", &[("if-unmodified-since", BEFORE)]), 412);
        "beside `If-Match`, `If-Unmodified-Since` is ignored", "9110 §13.1.4",
        "validators::preconditions_are_evaluated_in_their_order",
        |server| status(&server.get("style.css", &[("if-match", &server.etag()), ("if-unmodified-since", BEFORE)]), 200);
        "412 goes before 304", "9110 §13.2.2", "validators::preconditions_are_evaluated_in_their_order",
        |server| status(&server.get("style.css", &[("if-match", "\"x\""), ("if-none-match", &server.etag())]), 412);
        "a missing file is 404 whatever the preconditions", "9110 §13.2.1",
        "validators::preconditions_mean_nothing_where_there_is_no_representation", |server| {
            let answers = [("if-match", "\"x\""), ("if-none-match", "*")].map(|field| server.get("none.css", &[field]).status);
            judge(answers == [404, 404], format!("{}, {}", answers[0], answers[1]))
        };
    }
    "Ranges" {
        "`bytes=100-199`: 206 and those bytes", "9110 §14.2", "ranges::one_range_gets_206_and_those_bytes",
        |server| part(&range(server, "bytes=100-199"), 100, 199);
        "`bytes=5000-`: to the end", "9110 §14.1.2", "ranges::one_range_gets_206_and_those_bytes",
        |server| part(&range(server, "bytes=5000-"), 5000, 10_006);
        "`bytes=-100`: the last 100", "9110 §14.1.2", "ranges::one_range_gets_206_and_those_bytes",
        |server| part(&range(server, "bytes=-100"), 9907, 10_006);
        "a suffix longer than the file: all of it", "9110 §14.1.2", "ranges::one_range_gets_206_and_those_bytes", |server| {
            let answer = range(server, "bytes=-99999");
            judge([200, 206].contains(&answer.status) && answer.body.len() == 10_007, answer.status)
        };
        "a last byte beyond the end: to the end", "9110 §14.1.2", "ranges::one_range_gets_206_and_those_bytes",
        |server| part(&range(server, "bytes=9000-99999"), 9000, 10_006);
        "numbers of any length", "9110 §14.1.2", "ranges::one_range_gets_206_and_those_bytes",
        |server| part(&range(server, "bytes=1-99999999999999999999999"), 1, 10_006);
        "`Bytes=3-4`: units in any case", "9110 §14.1", "ranges::one_range_gets_206_and_those_bytes",
        |server| part(&range(server, "Bytes=3-4"), 3, 4);
        "beyond the end: 416, and `Content-Range` says the length", "9110 §15.5.17",
        "ranges::a_range_beyond_the_end_gets_416_and_the_length", |server| {
            let answer = range(server, "bytes=10007-");
            let field = answer.field("content-range");
            judge(answer.status == 416 && field == Some("bytes */10007"), format!("{}, {}", answer.status, shown(field)))
        };
        "`bytes=-0`: 416", "9110 §14.1.2", "ranges::a_range_beyond_the_end_gets_416_and_the_length",
        |server| status(&range(server, "bytes=-0"), 416);
        "another unit: ignored", "9110 §14.2", "ranges::nonsense_is_ignored", |server| status(&range(server, "items=0-1"), 200);
        "nonsense (`bytes=9-0`): a choice", "9110 §14.2", "ranges::nonsense_is_ignored",
        |server| tell(range(server, "bytes=9-0").status);
        "several ranges: a choice", "9110 §14.2", "ranges::several_ranges_get_the_whole_once", |server| {
            let answer = range(server, "bytes=0-1,5-6");
            let is_multipart = answer.field("content-type").is_some_and(|kind| kind.starts_with("multipart/byteranges"));
            tell(if is_multipart { format!("{} in parts", answer.status) } else { answer.status.to_string() })
        };
        "… of which one is satisfiable: not 416", "9110 §15.5.17", "ranges::several_ranges_get_the_whole_once", |server| {
            let answer = range(server, "bytes=0-1,99999-");
            judge([200, 206].contains(&answer.status), answer.status)
        };
        "… never more bytes than the whole", "9110 §17.15", "ranges::several_ranges_get_the_whole_once", |server| {
            let answer = range(server, "bytes=0-9000,0-9001,0-9002,0-9003,0-9004");
            judge(answer.body.len() <= 10_007, format!("{}, {} bytes", answer.status, answer.body.len()))
        };
        "ranges mean nothing to `HEAD`", "9110 §14.2", "ranges::a_range_means_nothing_to_head",
        |server| status(&server.ask("HEAD", "img/photo.png", &[("range", "bytes=0-1")]), 200);
        "a range is one of the encoding that is sent", "9110 §14.2", "ranges::a_range_is_of_the_encoding_that_is_sent", |server| {
            let whole = server.get("style.css", &[("accept-encoding", "gzip")]);
            let part = server.get("style.css", &[("accept-encoding", "gzip"), ("range", "bytes=10-19")]);
            let is_slice = part.status == 206 && part.body == whole.body[10..20];
            let is_whole = part.status == 200 && part.body == whole.body;
            judge((is_slice || is_whole) && coding(&part) == "gzip", format!("{} {}", part.status, coding(&part)))
        };
        "a 206 has the validators and `Cache-Control` of the 200", "9110 §15.3.7", "ranges::a_range_is_of_the_encoding_that_is_sent",
        |server| {
            let whole = server.get("style.css", &[]);
            let part = server.get("style.css", &[("range", "bytes=10-19")]);
            let lost: Vec<_> = ["etag", "last-modified", "cache-control"]
                .into_iter()
                .filter(|name| part.field(name) != whole.field(name))
                .collect();
            judge(lost.is_empty(), if lost.is_empty() { "yes".to_owned() } else { format!("not `{}`", lost.join("`, `")) })
        };
        "`If-Range` with the tag: 206", "9110 §13.1.5", "ranges::if_range_gets_the_part_only_of_the_very_same_representation",
        |server| if_range(server, &server.etag(), 206);
        "… with another: 200", "9110 §13.1.5", "ranges::if_range_gets_the_part_only_of_the_very_same_representation",
        |server| if_range(server, "\"x\"", 200);
        "… weakened: 200", "9110 §13.1.5", "ranges::if_range_gets_the_part_only_of_the_very_same_representation",
        |server| if_range(server, &format!("W/{}", server.etag()), 200);
        "… with the date of the file: 206", "9110 §13.1.5", "ranges::if_range_gets_the_part_only_of_the_very_same_representation",
        |server| if_range(server, MODIFIED, 206);
        "… with a later date: 200", "9110 §13.1.5", "ranges::if_range_gets_the_part_only_of_the_very_same_representation",
        |server| if_range(server, AFTER, 200);
        "304 goes before 206", "9110 §13.2.2", "validators::preconditions_are_evaluated_in_their_order",
        |server| status(&server.get("style.css", &[("if-none-match", &server.etag()), ("range", "bytes=0-1")]), 304);
        "412 goes before 206", "9110 §13.2.2", "validators::preconditions_are_evaluated_in_their_order",
        |server| status(&server.get("style.css", &[("if-match", "\"x\""), ("range", "bytes=0-1")]), 412);
        "`Accept-Ranges: bytes`", "9110 §14.3", "ranges::accept_ranges_stands_on_what_has_ranges", |server| {
            let answer = server.get("style.css", &[]);
            judge(answer.field("accept-ranges") == Some("bytes"), shown(answer.field("accept-ranges")))
        };
    }
    "Paths" {
        "every spelling of a name finds it", "3986 §6.2.2", "paths::a_file_is_found_under_every_spelling_of_its_path", |server| {
            let missed: Vec<_> = FILES
                .iter()
                .map(|file| file.spelt)
                .chain(["%73tyle.css", "style%2Ecss", "style%2ecss", "%c3%a9.txt", "img/lo%67o.svg"])
                .filter(|spelt| server.get(spelt, &[]).status != 200)
                .collect();
            judge(missed.is_empty(), if missed.is_empty() { "yes".to_owned() } else { format!("not `{}`", missed.join("`, `")) })
        };
        "a spelt slash is no separator (`img%2Flogo.svg`)", "3986 §2.2", "paths::no_other_path_finds_anything",
        |server| nothing(&server.get("img%2Flogo.svg", &[]));
        "nor is a backslash (`img%5Clogo.svg`)", "3986 §3.3", "paths::no_other_path_finds_anything",
        |server| nothing(&server.get("img%5Clogo.svg", &[]));
        "decoded once, not twice (`style%252Ecss`)", "3986 §2.4", "paths::what_a_url_may_hold_unescaped_is_found_unescaped",
        |server| nothing(&server.get("style%252Ecss", &[]));
        "NUL ends no name (`style.css%00.png`)", "3986 §7.3", "paths::no_other_path_finds_anything",
        |server| nothing(&server.get("style.css%00.png", &[]));
        "overlong UTF-8 is no letter (`%C1%B3tyle.css`)", "3629 §3", "paths::no_other_path_finds_anything",
        |server| nothing(&server.get("%C1%B3tyle.css", &[]));
        "nothing outside of the folder", "9110 §17.3", "paths::no_other_path_finds_anything", |server| {
            let found: Vec<_> = [
                "../../../../../../../../etc/passwd",
                "..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
                "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "..%5c..%5c..%5cetc%5cpasswd",
                "../nginx.conf",
            ]
            .into_iter()
            .filter(|path| server.get(path, &[]).status < 400)
            .collect();
            judge(found.is_empty(), if found.is_empty() { "yes".to_owned() } else { format!("`{}`", found.join("`, `")) })
        };
        "a file is no folder (`style.css/`)", "own", "paths::no_other_path_finds_anything",
        |server| nothing(&server.get("style.css/", &[]));
        "one URL a file: no second one by `img/../style.css`", "own", "paths::no_other_path_finds_anything",
        |server| nothing(&server.get("img/../style.css", &[]));
        "… nor by `img//logo.svg`", "own", "paths::no_other_path_finds_anything",
        |server| nothing(&server.get("img//logo.svg", &[]));
        "a folder (`img`) is nothing", "own", "table::current_token_and_no_asset_get_404_not_to_be_stored",
        |server| nothing(&server.get("img", &[]));
        "no redirect leads to another site (`//img`)", "3986 §4.2", "location::it_never_leaves_the_site", |server| {
            let answer = server.ask_url("GET", "//img", &[]);
            let location = answer.field("location").map(str::to_owned);
            let leaves = location.as_ref().is_some_and(|location| location.starts_with("//"));
            judge(!leaves, location.map_or(answer.status.to_string(), |location| format!("{} `{location}`", answer.status)))
        };
        "a path of 60,000 bytes gets 404 or 414", "9110 §15.5.15", "paths::a_path_of_64_kib_gets_404", |server| {
            let answer = server.get(&"a".repeat(60_000), &[]);
            judge([404, 414].contains(&answer.status), answer.status)
        };
    }
    "Fields and framing" {
        "`Content-Length` on what has content", "9110 §8.6",
        "fields::content_length_is_the_length_of_the_content_and_absent_where_there_can_be_none", |server| {
            let lost: Vec<_> = [
                ("200", server.get("style.css", &[])),
                ("206", range(server, "bytes=0-1")),
                ("404", server.get("none.css", &[])),
                ("405", server.ask("DELETE", "style.css", &[])),
                ("416", range(server, "bytes=99999-")),
            ]
            .into_iter()
            .filter(|(_, answer)| answer.field("content-length") != Some(&answer.body.len().to_string()))
            .map(|(status, _)| status)
            .collect();
            judge(lost.is_empty(), if lost.is_empty() { "yes".to_owned() } else { format!("not on {}", lost.join(", ")) })
        };
        "a connection goes on, in step, after `HEAD`, 304, 404, 405, 416, 412", "9112 §9.3",
        "wire::a_connection_stays_in_step_after_every_answer", |server| {
            let result = server.pipeline(&[
                ("HEAD", "style.css", &[]),
                ("GET", "style.css", &[("if-none-match", "*")]),
                ("GET", "none.css", &[]),
                ("HEAD", "none.css", &[]),
                ("DELETE", "style.css", &[]),
                ("GET", "style.css", &[("range", "bytes=99999-")]),
                ("GET", "style.css", &[("if-match", "\"x\"")]),
                ("GET", "style.css", &[]),
            ]);
            judge(result.is_ok(), result.err().unwrap_or_else(|| "yes".to_owned()))
        };
        "`Date`", "9110 §6.6.1", "wire::a_connection_stays_in_step_after_every_answer", |server| {
            let has_date = server.get("style.css", &[]).fields.contains_key("date");
            judge(has_date, if has_date { "yes" } else { "no" })
        };
        "JavaScript is `text/javascript`", "9239 §6", "table::current_token_and_asset_get_200_with_the_files_bytes_for_a_year", |server| {
            let answer = server.get("app.js", &[]);
            let kind = answer.field("content-type");
            judge(kind.is_some_and(|kind| kind.starts_with("text/javascript")), shown(kind))
        };
        "text says that it is UTF-8", "own", "table::current_token_and_asset_get_200_with_the_files_bytes_for_a_year", |server| {
            let answer = server.get("style.css", &[]);
            let kind = answer.field("content-type");
            judge(kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("charset=utf-8")), shown(kind))
        };
        "types are not guessed (`X-Content-Type-Options`)", "own", "table::current_token_and_asset_get_200_with_the_files_bytes_for_a_year",
        |server| {
            let answer = server.get("style.css", &[]);
            judge(answer.field("x-content-type-options") == Some("nosniff"), shown(answer.field("x-content-type-options")))
        };
        "a 404 is not stored", "own", "fields::only_an_asset_under_the_current_token_may_be_stored", |server| {
            let answer = server.get("none.css", &[]);
            let field = answer.field("cache-control");
            judge(field == Some("no-store"), format!("{}, {}", answer.status, shown(field)))
        };
    }
};

/// What only this project has: a test for each rule.
pub(super) const OWN: &[(&str, &str)] = &[
    (
        "a current token and an asset: 200, its bytes, for a year",
        "table::current_token_and_asset_get_200_with_the_files_bytes_for_a_year",
    ),
    (
        "a current token and no asset: 404, not to be stored",
        "table::current_token_and_no_asset_get_404_not_to_be_stored",
    ),
    (
        "a stale token and an asset: 301 to the current one, not to be stored",
        "table::stale_token_and_asset_get_301_to_the_current_one_not_to_be_stored",
    ),
    ("a stale token and no asset: 404, not to be stored", "table::stale_token_and_no_asset_get_404_not_to_be_stored"),
    (
        "a premature token: 503 and `Retry-After`, not to be stored",
        "table::premature_token_gets_503_and_retry_after_whatever_the_path",
    ),
    ("… or 404, where the view is set to that", "rollout::not_found_answers_404"),
    ("… or the current file, not to be stored", "rollout::current_answers_with_the_current_file_not_to_be_stored"),
    (
        "a premature token is stale when the rollout window is over",
        "rollout::when_the_window_is_over_a_newer_token_is_stale",
    ),
    (
        "a reverse proxy that asks other instances gets 503 for a stale token",
        "rollout::a_proxy_that_retries_gets_503_for_a_stale_token_with_the_location_of_the_301",
    ),
    (
        "a stale token: 404, for all or for modules only, where the view is set to that",
        "rollout::where_stale_is_set_to_404_a_stale_token_is_redirected_for_none_or_for_all_but_modules",
    ),
    (
        "… also for a reverse proxy that asks other instances",
        "rollout::a_proxy_that_retries_gets_the_404_of_a_stale_token_at_once_and_without_a_location",
    ),
    (
        "a token of a kept release and a file of that release: 200, its own bytes, type and date, for a year",
        "kept::a_kept_file_has_its_own_bytes_type_and_date_for_a_year_whatever_a_reverse_proxy_asks_for",
    ),
    (
        "… also for a reverse proxy that asks other instances",
        "kept::a_kept_file_has_its_own_bytes_type_and_date_for_a_year_whatever_a_reverse_proxy_asks_for",
    ),
    (
        "… `HEAD`, 304, 206, 412 and 416 as for any file, by its own tag and date",
        "kept::conditions_ranges_and_head_mean_the_same_for_a_kept_file",
    ),
    ("… in brotli or as it is", "kept::a_kept_file_is_sent_in_brotli_or_as_it_is"),
    (
        "… whose URL has other options of `assets!`: 200, not to be stored; 503 with a `Location` for a reverse proxy that asks other instances",
        "kept::under_other_options_a_kept_file_is_not_to_be_stored_and_a_proxy_that_retries_asks_elsewhere",
    ),
    (
        "a token of a kept release and a path that it did not have: as if it were not kept",
        "kept::what_a_kept_release_did_not_have_is_answered_as_if_it_were_not_kept",
    ),
    (
        "a request counts for the last kept release that has the file under the token",
        "kept::a_request_counts_for_the_last_kept_release_that_has_the_file_under_the_token",
    ),
    (
        "a token outside the grammar: 404, not to be stored",
        "table::a_token_outside_the_grammar_gets_404_not_to_be_stored",
    ),
    ("each kind of token has its own order", "table::each_kind_of_token_has_its_own_order"),
    ("`Location` keeps the query", "location::the_query_is_kept_as_it_is"),
    ("`Location` is right wherever the view is nested", "location::it_leads_to_the_file_in_every_way_of_serving"),
    ("`Location` never leads to another site", "location::it_never_leaves_the_site"),
    ("`Location` carries no line break", "location::it_cannot_carry_a_line_break"),
    (
        "no path below the view's prefix falls through to another route",
        "routing::every_path_below_the_prefix_is_the_views",
    ),
    ("nothing that a request says is repeated in an answer", "fields::nothing_that_a_request_says_is_repeated"),
    ("`cache_max_age` sets the seconds", "fields::cache_control_has_the_seconds_of_cache_max_age"),
    (
        "in development an edit shows at the next request",
        "development::an_edit_shows_at_the_next_request_and_has_another_tag",
    ),
    ("every answer is counted once", "rollout::every_answer_is_counted_once"),
    ("all of this holds for whatever is asked", "properties::the_laws_hold_for_every_request"),
];

fn if_range(server: &Server, value: &str, right: u16) -> Cell {
    status(&server.get("style.css", &[("range", "bytes=0-9"), ("if-range", value)]), right)
}
