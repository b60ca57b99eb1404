//! What an expression, or a literal in it, looks like: from a part of the syntax tree to what it names, or to yes or no.

use oxc_ast::ast::{Argument, BinaryOperator, BindingPatternKind, Expression};
use oxc_span::Span;

use crate::url::has_scheme;

/// What a variable or a property is called.
pub(super) fn name<'e>(it: &'e Expression<'_>) -> Option<&'e str> {
    match it.without_parentheses() {
        Expression::Identifier(it) => Some(&it.name),
        it => it.as_member_expression()?.static_property_name(),
    }
}

/// A string, or a template without substitutions, and where it is.
pub(super) fn literal<'e>(it: &'e Argument<'_>) -> Option<(Span, &'e str)> {
    literal_of(it.as_expression()?)
}

pub(super) fn literal_of<'e>(it: &'e Expression<'_>) -> Option<(Span, &'e str)> {
    match it.without_parentheses() {
        Expression::StringLiteral(it) => Some((it.span, &it.value)),
        Expression::TemplateLiteral(it) => Some((it.span, it.single_quasi()?.as_str())),
        _ => None,
    }
}

/// Whether it is `import.meta.url`.
pub(super) fn is_own_url(it: &Expression<'_>) -> bool {
    name(it) == Some("url") && is_own_member(it)
}

/// Whether it is a member of `import.meta`.
pub(super) fn is_own_member(it: &Expression<'_>) -> bool {
    it.without_parentheses().as_member_expression().is_some_and(
        |it| matches!(it.object().without_parentheses(), Expression::MetaProperty(it) if it.meta.name == "import"),
    )
}

/// Whether it is `new URL(…, import.meta.url)`, or the same as a string: `"" + new URL(…).href`, as Vite writes it.
pub(super) fn is_new_url(mut it: &Expression<'_>) -> bool {
    loop {
        it = match it.without_parentheses() {
            Expression::NewExpression(it) => {
                let base = it.arguments.get(1).and_then(Argument::as_expression);
                return name(&it.callee) == Some("URL") && base.is_some_and(is_own_url);
            }
            Expression::BinaryExpression(it)
                if it.operator == BinaryOperator::Addition && matches!(literal_of(&it.left), Some((_, ""))) =>
            {
                &it.right
            }
            Expression::CallExpression(it) if name(&it.callee) == Some("toString") => &it.callee,
            Expression::StaticMemberExpression(it) if matches!(&*it.property.name, "href" | "toString") => &it.object,
            _ => return false,
        }
    }
}

/// What Vite calls the list of what it loads with the chunks that a module imports while it runs.
pub(super) const VITE: &str = "__vite__mapDeps";

/// The URLs in the list of Vite, if they are relative to the module, as they are with `base: './'`:
/// `(i, m = __vite__mapDeps, d = (m.f || (m.f = ["./a.js", "./a.css"]))) => …`.
pub(super) fn vite_list<'e>(it: &'e Expression<'_>) -> Option<Vec<(Span, &'e str)>> {
    let Expression::ArrowFunctionExpression(it) = it else { return None };
    let BindingPatternKind::AssignmentPattern(it) = &it.params.items.get(2)?.pattern.kind else { return None };
    let Expression::LogicalExpression(it) = it.right.without_parentheses() else { return None };
    let Expression::AssignmentExpression(it) = it.right.without_parentheses() else { return None };
    let Expression::ArrayExpression(it) = &it.right else { return None };
    let urls = it.elements.iter().map(|it| literal_of(it.as_expression()?));
    urls.map(|url| url.filter(|(_, url)| url.starts_with("./") || url.starts_with("../"))).collect()
}

/// Whether they are what Vite gives its loader: `() => import("./a.js"), __vite__mapDeps([0, 1]), import.meta.url`. With the last one
/// the loader resolves the URLs of the list.
pub(super) fn is_vite_import(arguments: &[Argument<'_>]) -> bool {
    let [Argument::ArrowFunctionExpression(_), list, base] = arguments else { return false };
    let is_list = match list {
        Argument::CallExpression(it) => name(&it.callee) == Some(VITE),
        Argument::ArrayExpression(it) => it.elements.is_empty(),
        _ => false,
    };
    is_list && base.as_expression().is_some_and(is_own_url)
}

/// Whether a tag's name or a selector selects script elements, as `script` and `head > script[src]` do.
pub(super) fn selects_scripts(selector: &str) -> bool {
    let selector = selector.to_ascii_lowercase();
    selector.match_indices("script").any(|(at, word)| {
        let is_part = |c: char| c.is_alphanumeric() || "-_".contains(c);
        !selector[..at].ends_with(|c| is_part(c) || ".#[:=<'\"".contains(c))
            && !selector[at + word.len()..].starts_with(is_part)
    })
}

/// Whether a URL that is relative to a file names a folder, or nothing but the file itself.
pub(super) fn names_folder(url: &str) -> bool {
    let url = url.trim();
    let path = &url[..url.find(['?', '#']).unwrap_or(url.len())];
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase().replace("%2e", ".");
    !has_scheme(url) && !path.starts_with(['/', '\\']) && matches!(&*last, "" | "." | "..")
}
