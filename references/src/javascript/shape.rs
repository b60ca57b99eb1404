//! What an expression, or a literal in it, looks like: from a part of the syntax tree to what it names, or to yes or no.

use oxc_ast::ast::{Argument, BinaryOperator, BindingPatternKind, ConditionalExpression, Expression};
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

/// Whether it is `import.meta.url`, or `"" + import.meta.url`, as Vite writes it.
pub(super) fn is_own_url(it: &Expression<'_>) -> bool {
    is_of_import_meta(behind_empty(it).unwrap_or(it), "url")
}

/// Whether it is this property of `import.meta`.
pub(super) fn is_of_import_meta(it: &Expression<'_>, property: &str) -> bool {
    name(it) == Some(property) && is_own_member(it)
}

/// Whether it is `import.meta.resolve(…)`.
pub(super) fn is_resolved(it: &Expression<'_>) -> bool {
    matches!(it.without_parentheses(), Expression::CallExpression(it) if is_of_import_meta(&it.callee, "resolve"))
}

/// Whether it is a member of `import.meta`.
pub(super) fn is_own_member(it: &Expression<'_>) -> bool {
    it.without_parentheses().as_member_expression().is_some_and(
        |it| matches!(it.object().without_parentheses(), Expression::MetaProperty(it) if it.meta.name == "import"),
    )
}

/// What follows in `"" + …`.
fn behind_empty<'e, 'a>(it: &'e Expression<'a>) -> Option<&'e Expression<'a>> {
    let Expression::BinaryExpression(it) = it.without_parentheses() else { return None };
    let is_empty = it.operator == BinaryOperator::Addition && matches!(literal_of(&it.left), Some((_, "")));
    is_empty.then_some(&it.right)
}

/// Whether it is `new URL(…, import.meta.url)`, or the same as a string: `"" + new URL(…).href`, as Vite writes it.
pub(super) fn is_new_url(mut it: &Expression<'_>) -> bool {
    loop {
        it = match it.without_parentheses() {
            Expression::NewExpression(it) => {
                let base = it.arguments.get(1).and_then(Argument::as_expression);
                return name(&it.callee) == Some("URL") && base.is_some_and(is_own_url);
            }
            it @ Expression::BinaryExpression(_) => match behind_empty(it) {
                Some(it) => it,
                None => return false,
            },
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

/// Whether it is how the loader of Vite 8 resolves the URLs of the list:
/// `import.meta.resolve ? new URL(import.meta.resolve(url)) : new URL(url, import.meta.url)`.
pub(super) fn is_vite_resolve(it: &ConditionalExpression<'_>) -> bool {
    let resolved = || match url_of(&it.consequent)? {
        [Argument::CallExpression(call)] if is_of_import_meta(&call.callee, "resolve") => match &call.arguments[..] {
            [Argument::Identifier(url)] => Some(&*url.name),
            _ => None,
        },
        _ => None,
    };
    let joined = || match url_of(&it.alternate)? {
        [Argument::Identifier(url), base] if base.as_expression().is_some_and(is_own_url) => Some(&*url.name),
        _ => None,
    };
    is_of_import_meta(&it.test, "resolve") && resolved().is_some_and(|url| joined() == Some(url))
}

/// The arguments of `new URL(…)`.
fn url_of<'e, 'a>(it: &'e Expression<'a>) -> Option<&'e [Argument<'a>]> {
    match it.without_parentheses() {
        Expression::NewExpression(it) if name(&it.callee) == Some("URL") => Some(&it.arguments),
        _ => None,
    }
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
