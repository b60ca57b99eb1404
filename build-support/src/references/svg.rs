//! Images in SVG: what they use, their styles and their scripts.

use roxmltree::{Document, Node, NodeType, ParsingOptions};

use super::extract::{Finds, Kind};
use super::{css, javascript};

/// Attributes that are properties of CSS with `url(…)` in them.
const PROPERTIES: [&str; 11] = [
    "clip-path",
    "cursor",
    "fill",
    "filter",
    "marker",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "stroke",
    "style",
];

/// Finds the references of an image.
pub(super) fn image(text: &str, finds: &mut Finds<'_>) {
    // Icons, of which there may be thousands, refer to nothing.
    if !["href", "src", "url(", "URL(", "@import", "image-set", "import"].iter().any(|word| text.contains(word)) {
        return;
    }
    // A document type may be declared, and entities that are too large are refused.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let Ok(document) = Document::parse_with_options(text, options) else { return };
    for node in document.descendants() {
        match node.node_type() {
            NodeType::Element => element(&node, finds),
            NodeType::PI => instruction(&node, finds),
            _ => {}
        }
    }
}

fn element(node: &Node<'_, '_>, finds: &mut Finds<'_>) {
    for attribute in node.attributes() {
        let place = attribute.range_value();
        match attribute.name() {
            "href" | "src" => {
                let kind = if node.tag_name().name() == "a" { Kind::Page } else { Kind::Resource };
                finds.add(kind, place, attribute.value());
            }
            name if PROPERTIES.contains(&name) && finds.text().get(place.clone()) == Some(attribute.value()) => {
                css::values(attribute.value(), place.start, finds);
            }
            _ => {}
        }
    }
    match node.tag_name().name() {
        "style" => contents(node, finds, css::stylesheet),
        "script" => contents(node, finds, javascript::program),
        _ => {}
    }
}

fn contents(node: &Node<'_, '_>, finds: &mut Finds<'_>, extract: fn(&str, usize, &mut Finds<'_>)) {
    for text in node.children().filter(Node::is_text) {
        // In CDATA the text begins later; with entities in it, it stands nowhere in the file.
        let place = text.range();
        if let Some(inside) = text.text()
            && let Some(at) = finds.text()[place.clone()].find(inside)
        {
            extract(inside, place.start + at, finds);
        }
    }
}

/// `<?xml-stylesheet href="style.css"?>`.
fn instruction(node: &Node<'_, '_>, finds: &mut Finds<'_>) {
    if node.pi().is_some_and(|pi| pi.target == "xml-stylesheet")
        && let Some(at) = finds.text()[node.range()].find("href=").map(|at| node.range().start + at + 5)
        && let Some(quote) = finds.text()[at..].chars().next().filter(|c| ['"', '\''].contains(c))
        && let Some(len) = finds.text()[at + 1..].find(quote)
    {
        let place = at + 1..at + 1 + len;
        finds.add(Kind::Resource, place.clone(), &finds.text()[place]);
    }
}
