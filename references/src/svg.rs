//! Images in SVG: what they use, their styles and their scripts.
//!
//! They are read as a stream. Only entities in URLs are expanded, up to a limit: in an image of a few hundred kilobytes,
//! entities can stand for gigabytes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::found::Found;
use crate::html::PROPERTIES;
use crate::kind::ReferenceKind;
use crate::unread::Unread;
use crate::{css, javascript};

/// The entities in all URLs of an image together are expanded to at most this many bytes. Images of drawing programs need a
/// few kilobytes.
const LARGEST_EXPANSION: usize = 1 << 20;

/// Entities that name one another are expanded to this depth.
const DEEPEST_ENTITY: usize = 16;

/// Finds the references of an image, which is all of the file.
pub(crate) fn image(text: &str, found: &mut Found) {
    // Icons, of which there may be thousands, refer to nothing.
    if !["href", "src", "url(", "URL(", "@import", "image-set", "import", "<script", ":script"]
        .iter()
        .any(|word| text.contains(word))
    {
        return;
    }
    let mut image = Image { text, entities: HashMap::new(), read: HashSet::new(), expanded: 0 };
    let mut fragments = vec![text];
    while let Some(fragment) = fragments.pop() {
        match image.elements(fragment, found) {
            Some(more) => fragments.extend(more),
            // Of what is not well-formed browsers show nothing.
            None => {
                found.forget();
                let is_large = image.expanded > LARGEST_EXPANSION;
                found.leave(if is_large { Unread::Entities } else { Unread::Syntax });
                return;
            }
        }
    }
}

struct Image<'a> {
    /// The whole file.
    text: &'a str,
    entities: HashMap<&'a str, &'a str>,
    /// The entities whose elements have been read. Each is read once, however often it is used.
    read: HashSet<&'a str>,
    /// How many bytes entities have been expanded to.
    expanded: usize,
}

/// An element whose text is of another language.
struct Inside {
    extract: fn(&str, usize, &mut Found),
    /// Where its text is. CDATA is a separate part.
    parts: Vec<Range<usize>>,
    /// With entities in it, the text is nowhere in the file.
    has_entities: bool,
}

impl<'a> Image<'a> {
    /// Finds the references of some elements. Returns the elements that entities stand for, to be read next; `None` where
    /// something is not well-formed or too large.
    fn elements(&mut self, fragment: &'a str, found: &mut Found) -> Option<Vec<&'a str>> {
        let mut reader = Reader::from_str(fragment);
        let (mut open, mut inside, mut fragments) = (0_usize, None, Vec::new());
        loop {
            let event = reader.read_event().ok()?;
            if matches!(event, Event::Start(_) | Event::Empty(_) | Event::End(_))
                && let Some(inside) = inside.take()
            {
                self.read_inside(inside, found);
            }
            match event {
                Event::Start(tag) => {
                    open += 1;
                    self.element(&tag, found)?;
                    inside = contents(&tag);
                }
                Event::Empty(tag) => self.element(&tag, found)?,
                Event::End(_) => open = open.checked_sub(1)?,
                Event::Text(part) => inside.iter_mut().for_each(|it| it.parts.push(self.place(&part))),
                Event::CData(part) => inside.iter_mut().for_each(|it| it.parts.push(self.place(&part))),
                Event::GeneralRef(entity) => {
                    inside.iter_mut().for_each(|it| it.has_entities = true);
                    fragments.extend(self.reference(&entity)?);
                }
                // `<?xml-stylesheet href="style.css"?>`
                Event::PI(instruction) if instruction.target() == "xml-stylesheet" => {
                    for attribute in instruction.attributes().flatten().filter(|it| it.key.as_ref() == "href") {
                        found.add(ReferenceKind::Resource, self.place(&attribute.value), &attribute.value);
                    }
                }
                Event::DocType(declarations) => self.declare(self.place(&declarations)),
                Event::PI(_) | Event::Decl(_) | Event::Comment(_) => {}
                Event::Eof => return (open == 0).then_some(fragments),
            }
        }
    }

    fn element(&mut self, tag: &BytesStart<'_>, found: &mut Found) -> Option<()> {
        for attribute in tag.attributes() {
            let attribute = attribute.ok()?;
            let (raw, place) = (&*attribute.value, self.place(&attribute.value));
            match attribute.key.local_name().as_ref() {
                "href" | "src" => {
                    let kind =
                        if tag.local_name().as_ref() == "a" { ReferenceKind::Page } else { ReferenceKind::Resource };
                    let resolve = |name: &str| resolve_predefined_entity(name).or_else(|| self.expand(name));
                    let url = attribute.normalized_value_with(XmlVersion::Implicit1_0, DEEPEST_ENTITY, resolve);
                    found.add(kind, place, &url.ok()?);
                }
                // With entities in it, it is nowhere in the file.
                name if PROPERTIES.contains(&name) && !raw.contains('&') => css::values(raw, place.start, found),
                _ => {}
            }
        }
        Some(())
    }

    /// What an entity in a URL stands for; `None` once the expansions are too large.
    fn expand(&mut self, name: &str) -> Option<&'a str> {
        let value = *self.entities.get(name)?;
        // One that stands for nothing takes time as well.
        self.expanded += 1 + value.len();
        (self.expanded <= LARGEST_EXPANSION).then_some(value)
    }

    /// The elements that an entity in the text stands for, where they have not been read; `None` where there is no such
    /// entity.
    fn reference(&mut self, entity: &BytesRef<'_>) -> Option<Option<&'a str>> {
        if entity.is_char_ref() || resolve_predefined_entity(entity).is_some() {
            return Some(None);
        }
        let (&name, &value) = self.entities.get_key_value(&**entity)?;
        Some((self.read.insert(name) && value.contains(['<', '&'])).then_some(value))
    }

    /// Notes the entities that a document type declares: `<!ENTITY name "value">`. The first of a name counts.
    fn declare(&mut self, place: Range<usize>) {
        let mut rest = &self.text[place];
        while let Some((_, declaration)) = rest.split_once("<!") {
            rest = declaration;
            if let Some(comment) = declaration.strip_prefix("--") {
                rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            } else if let Some(entity) = declaration.strip_prefix("ENTITY")
                && let Some((name, value)) = entity.trim_start().split_once(|c: char| c.is_ascii_whitespace())
                && let value = value.trim_start()
                && let Some(quote) = value.chars().next().filter(|c| ['"', '\''].contains(c))
                && let Some((value, behind)) = value[1..].split_once(quote)
            {
                self.entities.entry(name).or_insert(value);
                rest = behind;
            }
        }
    }

    fn read_inside(&self, inside: Inside, found: &mut Found) {
        if inside.has_entities && inside.parts.iter().any(|part| javascript::may_refer(&self.text[part.clone()])) {
            found.leave(Unread::Syntax);
        }
        for part in inside.parts.into_iter().filter(|_| !inside.has_entities) {
            (inside.extract)(&self.text[part.clone()], part.start, found);
        }
    }

    /// Where a part of the file is, which is borrowed from it: its address tells.
    fn place(&self, part: &str) -> Range<usize> {
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        start..start + part.len()
    }
}

fn contents(tag: &BytesStart<'_>) -> Option<Inside> {
    let extract = match tag.local_name().as_ref() {
        "style" => css::stylesheet,
        "script" => javascript::program,
        _ => return None,
    };
    Some(Inside { extract, parts: Vec::new(), has_entities: false })
}

#[cfg(test)]
mod tests {
    use crate::tests::places;
    use crate::{Language, Unread, find};

    #[test]
    fn each_reference_is_found_where_it_is_written() {
        for (text, expected) in [
            (
                "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>\n<use xlink:href='b.svg#c'/></svg>",
                &["2:18: `b.svg#c`"][..],
            ),
            ("<svg xmlns='http://www.w3.org/2000/svg'><image href='img/lgo.png'/></svg>", &["1:54: `img/lgo.png`"]),
            ("<svg xmlns='http://www.w3.org/2000/svg'><style>@import 'a.css';</style></svg>", &["1:57: `a.css`"]),
            (
                "<svg xmlns='http://www.w3.org/2000/svg'><style><![CDATA[ a > b { c: url(d.png) } ]]></style></svg>",
                &["1:73: `d.png`"],
            ),
            ("<svg xmlns='http://www.w3.org/2000/svg'><g filter='url(f.svg#a)'/></svg>", &["1:56: `f.svg#a`"]),
            ("<?xml-stylesheet href='a.css'?><svg xmlns='http://www.w3.org/2000/svg'/>", &["1:24: `a.css`"]),
            (
                "<svg xmlns='http://www.w3.org/2000/svg'><use href='#a'/><a href='about'/><g fill='url(#b)'/></svg>",
                &["1:66: `about`"],
            ),
        ] {
            assert_eq!(places(text, Language::Svg), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_not_found() {
        for text in [
            "<svg xmlns='http://www.w3.org/2000/svg'><!-- <use href='x.svg'/> --><text>url(x.png)</text></svg>",
            "<svg><use href='x.svg'> this is no XML",
        ] {
            assert_eq!(places(text, Language::Svg), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_entities_of_an_image_are_resolved_and_stand_for_no_more_than_they_should() {
        let image = |declared: &str, inside: &str| format!("<!DOCTYPE svg [{declared}]><svg>{inside}</svg>");
        let urls = |text: &str| {
            let found = find(text, Language::Svg);
            (found.references().iter().map(|it| it.url().to_owned()).collect::<Vec<_>>(), found.unread())
        };
        let folder = "<!ENTITY b 'img/&c;'><!-- <!ENTITY c 'x'> --><!ENTITY c \"a&amp;\">";
        assert_eq!(urls(&image(folder, "<use href='&b;.svg#&#x61;'/>")), (vec!["img/a&.svg#a".to_owned()], None));
        // Elements that an entity stands for are in the file once, where it is declared.
        let shape = "<!ENTITY shape '<use href=\"b.svg\"/>&more;'><!ENTITY more '<use href=\"c.svg\"/>'>";
        assert_eq!(urls(&image(shape, &"&shape;".repeat(1000))), (vec!["b.svg".to_owned(), "c.svg".to_owned()], None));
        // In 120 KB, text of more than a gigabyte.
        let long = format!("<!ENTITY a '{}'>", "x".repeat(60_000));
        assert_eq!(
            urls(&image(&long, &format!("<use href='b.svg'/>{}", "&a;".repeat(20_000)))),
            (vec!["b.svg".to_owned()], None)
        );
        let too_large = |text: &str| find(text, Language::Svg).unread() == Some(Unread::Entities);
        assert!(too_large(&image(&long, &format!("<use href='{}'/>", "&a;".repeat(20_000)))));
        assert!(too_large(&image(&long, &"<use href='&a;'/>".repeat(20_000))));
        let laughs: String =
            (1..12).map(|n| format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10))).collect();
        assert!(too_large(&image(&format!("<!ENTITY a0 'x'>{laughs}"), "<use href='&a11;'/>")));
        assert!(too_large(&image(&format!("<!ENTITY a0 ''>{laughs}"), "<use href='&a11;'/>")));
        // Those that name themselves, or are not declared, are not well-formed.
        for inside in ["<use href='&a;'/>", "<use href='&c;'/>", "&c;"] {
            assert_eq!(
                urls(&image("<!ENTITY a '&b;'><!ENTITY b '&a;'>", &format!("<use href='x.svg'/>{inside}"))),
                (vec![], Some(Unread::Syntax))
            );
        }
        // Nor is what they stand for, if it is no whole element.
        assert_eq!(urls(&image("<!ENTITY a '<g>'>", "<use href='x.svg'/>&a;</g>")), (vec![], Some(Unread::Syntax)));
    }
}
