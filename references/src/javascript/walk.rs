//! The references of a program, and where only the running program knows them, from its syntax tree.
//!
//! It calls itself only for what the parser calls itself for, so it needs no more stack than `nesting` says. A chain such as
//! `a + b + c` or `a.b().c()` is nested in the tree, though the parser reads it in a loop; here it is a loop too.

use std::mem;

use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentOperator, AssignmentTargetPropertyIdentifier,
    AssignmentTargetPropertyProperty, BinaryOperator, BindingProperty, CallExpression, ChainElement,
    ConditionalExpression, ExportAllDeclaration, ExportNamedDeclaration, Expression, IdentifierReference,
    ImportDeclaration, ImportExpression, MemberExpression, MetaProperty, NewExpression, Program, PropertyKey,
    StringLiteral, UnaryOperator, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan as _, Span};

use super::shape::{
    VITE, is_new_url, is_own_member, is_own_url, is_resolved, is_vite_import, is_vite_resolve, literal, literal_of,
    name, names_folder, selects_scripts, vite_list,
};
use crate::computed::ComputedKind;
use crate::found::Found;
use crate::kind::ReferenceKind;

/// Finds the references of a program that begins at `at` in the file.
pub(super) fn program(program: &Program<'_>, at: usize, found: &mut Found) {
    let mut walk = Walk { at, found, scripts: Vec::new(), reads_src: false, is_vite: false };
    walk.visit_program(program);
    if walk.reads_src {
        mem::take(&mut walk.scripts).into_iter().for_each(|span| walk.computed(ComputedKind::ScriptSrc, span));
    }
}

struct Walk<'f> {
    /// Where the program begins in the file.
    at: usize,
    found: &'f mut Found,
    /// Where it looks up script elements.
    scripts: Vec<Span>,
    /// Whether it reads the `src` of something.
    reads_src: bool,
    /// Whether the list of what Vite loads with its chunks has been found.
    is_vite: bool,
}

impl<'a> Walk<'_> {
    fn computed(&mut self, kind: ComputedKind, span: Span) {
        self.found.add_computed(kind, self.at + span.start as usize..self.at + span.end as usize);
    }

    /// Adds a literal, which is in quotes.
    fn reference(&mut self, kind: ReferenceKind, (span, url): (Span, &str)) {
        self.found.add(kind, self.at + span.start as usize + 1..self.at + span.end as usize - 1, url);
    }

    /// The name that a static import or export is from.
    fn import(&mut self, source: &StringLiteral<'a>) {
        self.reference(ReferenceKind::Import, (source.span, &source.value));
    }

    /// Visits an expression but for one part of it, which it returns: the part that chains nest in.
    fn outside<'e>(&mut self, it: &'e Expression<'a>) -> Option<&'e Expression<'a>> {
        match it {
            Expression::ParenthesizedExpression(it) => Some(&it.expression),
            Expression::BinaryExpression(it) => {
                match it.operator {
                    BinaryOperator::Instanceof => self.visit_inside(&it.right),
                    _ => self.visit_expression(&it.right),
                }
                Some(&it.left)
            }
            Expression::LogicalExpression(it) => {
                self.visit_expression(&it.right);
                Some(&it.left)
            }
            Expression::UnaryExpression(it) if it.operator == UnaryOperator::Typeof => self.inside(&it.argument),
            Expression::ChainExpression(it) => match &it.expression {
                ChainElement::CallExpression(it) => self.call(it),
                it => it.member_expression().map(|it| self.member(it)),
            },
            Expression::CallExpression(it) => self.call(it),
            Expression::TaggedTemplateExpression(it) => {
                self.visit_template_literal(&it.quasi);
                Some(&it.tag)
            }
            it => {
                let member = it.as_member_expression();
                if member.is_none() {
                    walk::walk_expression(self, it);
                }
                member.map(|it| self.member(it))
            }
        }
    }

    /// Visits a member that is read, but for the expression that it is a member of, which it returns.
    fn member<'e>(&mut self, it: &'e MemberExpression<'a>) -> &'e Expression<'a> {
        if let Some(name) = it.static_property_name() {
            self.property(name, it.span());
        }
        self.object(it)
    }

    /// The same for a member that is not read, or is read for a use that is known.
    fn object<'e>(&mut self, it: &'e MemberExpression<'a>) -> &'e Expression<'a> {
        if let MemberExpression::ComputedMemberExpression(it) = it {
            self.visit_expression(&it.expression);
        }
        it.object()
    }

    /// What there is to visit of an expression if the use of its value is known.
    fn inside<'e>(&mut self, it: &'e Expression<'a>) -> Option<&'e Expression<'a>> {
        let it = it.without_parentheses();
        match it {
            Expression::Identifier(_) => None,
            _ => Some(it.as_member_expression().map_or(it, |it| self.object(it))),
        }
    }

    fn visit_inside(&mut self, it: &Expression<'a>) {
        if let Some(inside) = self.inside(it) {
            self.visit_expression(inside);
        }
    }

    /// A property that is read. Of which object is not known: programs have other names for `document` and `self`.
    fn property(&mut self, name: &str, span: Span) {
        match name {
            "currentScript" => self.computed(ComputedKind::CurrentScript, span),
            "scripts" => self.scripts.push(span),
            "src" => self.reads_src = true,
            _ => self.value(name, span),
        }
    }

    /// A variable or property whose value is used for anything.
    fn value(&mut self, name: &str, span: Span) {
        match name {
            "importScripts" => self.computed(ComputedKind::ImportScripts, span),
            "Worker" | "SharedWorker" => self.computed(ComputedKind::Worker, span),
            _ => {}
        }
    }

    /// The key in a pattern, as in `let { src } = a`.
    fn key(&mut self, key: &PropertyKey<'a>) {
        if let Some(name) = key.static_name() {
            self.property(&name, key.span());
        }
    }

    /// Visits a call but for what is called, which it returns.
    fn call<'e>(&mut self, it: &'e CallExpression<'a>) -> Option<&'e Expression<'a>> {
        let known = usize::from(self.is_vite && is_vite_import(&it.arguments));
        let arguments = &it.arguments[..it.arguments.len() - known];
        arguments.iter().for_each(|it| self.visit_argument(it));
        let mut literals = it.arguments.iter().filter_map(literal).map(|(_, value)| value);
        match name(&it.callee) {
            Some("importScripts") => {
                it.arguments.iter().for_each(|it| self.worker_script(ComputedKind::ImportScripts, it));
                return self.inside(&it.callee);
            }
            Some(
                "getElementsByTagName"
                | "getElementsByTagNameNS"
                | "querySelector"
                | "querySelectorAll"
                | "$"
                | "jQuery",
            ) if literals.any(selects_scripts) => self.scripts.push(it.span),
            Some("resolve") if is_own_member(&it.callee) => {
                if let Some(first) = it.arguments.first()
                    && self.resolve(first)
                {
                    return None;
                }
            }
            Some("getAttribute" | "attr" | "prop") if literals.any(|it| it == "src") => {
                // With a second argument it is written.
                self.reads_src |= it.arguments.len() == 1;
            }
            _ => {}
        }
        Some(&it.callee)
    }

    /// An argument that names a script to load.
    fn worker_script(&mut self, kind: ComputedKind, argument: &Argument<'a>) {
        if let Some(literal) = literal(argument) {
            self.reference(ReferenceKind::WorkerScript, literal);
        } else if !argument.as_expression().is_some_and(is_new_url) {
            self.computed(kind, argument.span());
        }
    }

    /// The argument of `import.meta.resolve(…)`. Returns whether it is a literal that names a module.
    fn resolve(&mut self, argument: &Argument<'a>) -> bool {
        let Some((span, url)) = literal(argument) else { return false };
        // What the URL is for is not known: a worker has no import map. A bare name is one that only the map leads anywhere.
        let is_url = url.starts_with(['.', '/']);
        let kind = if is_url { ReferenceKind::NewUrl } else { ReferenceKind::DynamicImport };
        self.reference(kind, (span, url));
        !(is_url && names_folder(url))
    }

    /// The first argument of `new URL(…, import.meta.url)`.
    fn new_url(&mut self, argument: &Argument<'a>) {
        if let Some((span, url)) = literal(argument) {
            self.reference(ReferenceKind::NewUrl, (span, url));
            if names_folder(url) {
                self.computed(ComputedKind::NewUrlFolder, span);
            }
        } else if !argument.as_expression().is_some_and(is_new_url) {
            self.computed(ComputedKind::NewUrl, argument.span());
        }
    }
}

impl<'a> Visit<'a> for Walk<'_> {
    fn visit_expression(&mut self, it: &Expression<'a>) {
        let mut rest = Some(it);
        while let Some(it) = rest {
            rest = self.outside(it);
        }
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        self.import(&it.source);
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        self.import(&it.source);
    }

    fn visit_export_named_declaration(&mut self, it: &ExportNamedDeclaration<'a>) {
        it.source.iter().for_each(|source| self.import(source));
        walk::walk_export_named_declaration(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        match literal_of(&it.source) {
            Some(literal) => self.reference(ReferenceKind::DynamicImport, literal),
            None => self.computed(ComputedKind::Import, it.span),
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        match (name(&it.callee), &it.arguments[..]) {
            (Some("URL"), [url, base, rest @ ..]) if base.as_expression().is_some_and(is_own_url) => {
                self.new_url(url);
                self.visit_argument(url);
                rest.iter().for_each(|it| self.visit_argument(it));
                self.visit_inside(&it.callee);
            }
            (Some("URL"), [url, base, ..])
                if base.as_expression().is_some_and(|it| is_new_url(it) || is_resolved(it)) =>
            {
                self.computed(ComputedKind::NewUrl, url.span());
                walk::walk_new_expression(self, it);
            }
            (Some("Worker" | "SharedWorker"), arguments) => {
                arguments.iter().take(1).for_each(|it| self.worker_script(ComputedKind::Worker, it));
                self.visit_arguments(&it.arguments);
                self.visit_inside(&it.callee);
            }
            _ => walk::walk_new_expression(self, it),
        }
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        if !self.is_vite || !is_vite_resolve(it) {
            walk::walk_conditional_expression(self, it);
        }
    }

    fn visit_meta_property(&mut self, it: &MetaProperty<'a>) {
        if it.meta.name == "import" {
            self.computed(ComputedKind::ImportMeta, it.span);
        }
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if it.id.get_identifier_name().is_some_and(|name| name == VITE)
            && let Some(strings) = it.init.as_ref().and_then(vite_list)
        {
            self.is_vite = true;
            strings.into_iter().for_each(|string| self.reference(ReferenceKind::NewUrl, string));
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        match it.left.as_simple_assignment_target().and_then(|it| it.as_member_expression()) {
            Some(member) if it.operator == AssignmentOperator::Assign => {
                let object = self.object(member);
                self.visit_expression(object);
                self.visit_expression(&it.right);
            }
            _ => walk::walk_assignment_expression(self, it),
        }
    }

    /// A member that is both read and written, as in `a.src += b`, or that a pattern may write to.
    fn visit_member_expression(&mut self, it: &MemberExpression<'a>) {
        let object = self.member(it);
        self.visit_expression(object);
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.value(&it.name, it.span);
    }

    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        self.key(&it.key);
        walk::walk_binding_property(self, it);
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        self.property(&it.binding.name, it.binding.span);
        it.init.iter().for_each(|init| self.visit_expression(init));
    }

    fn visit_assignment_target_property_property(&mut self, it: &AssignmentTargetPropertyProperty<'a>) {
        self.key(&it.name);
        walk::walk_assignment_target_property_property(self, it);
    }
}

#[cfg(test)]
mod tests {
    use crate::Language;
    use crate::tests::{computed, places};

    #[test]
    fn what_only_the_running_code_knows_is_found_where_it_is_written() {
        for (text, expected) in [
            // `import()`
            ("import(a)", &["import `import(a)`"][..]),
            ("import('./' + a); import(`./${a}.js`)", &["import `import('./' + a)`", "import `import(`./${a}.js`)`"]),
            ("import(a ? './b.js' : './c.js')", &["import `import(a ? './b.js' : './c.js')`"]),
            ("import(import('./a.js'))", &["import `import(import('./a.js'))`"]),
            ("async () => { with (a) { await import(b) } }", &["import `import(b)`"]),
            // `new URL(…, import.meta.url)`
            ("new URL(a, import.meta.url)", &["new-url `a`"]),
            ("new URL(`./${a}.png`, import.meta.url).href", &["new-url ``./${a}.png``"]),
            ("new URL(...a, import.meta.url)", &["new-url `...a`"]),
            ("new URL('b.js', new URL('./a.js', import.meta.url))", &["new-url `'b.js'`"]),
            ("new URL('b.js', import.meta.resolve('./a.js'))", &["new-url `'b.js'`"]),
            ("new URL('./img/', import.meta.url)", &["new-url-folder `'./img/'`"]),
            (
                "new URL('.', import.meta.url); new URL(`..`, import.meta['url'])",
                &["new-url-folder `'.'`", "new-url-folder ``..``"],
            ),
            ("new URL('a/%2E?b#c', import.meta.url)", &["new-url-folder `'a/%2E?b#c'`"]),
            (
                "new URL('', import.meta.url); new URL('?a', import.meta.url)",
                &["new-url-folder `''`", "new-url-folder `'?a'`"],
            ),
            // `import.meta`
            ("import.meta", &["import-meta `import.meta`"]),
            ("import.meta.url", &["import-meta `import.meta`"]),
            ("new URL(import.meta.url, import.meta.url)", &["new-url `import.meta.url`", "import-meta `import.meta`"]),
            ("new URL('a.js', b, import.meta.url)", &["import-meta `import.meta`"]),
            ("new URL('a.js', import.meta.url + '')", &["import-meta `import.meta`"]),
            ("new a.URL('a.js', import.meta.env.URL)", &["import-meta `import.meta`"]),
            (
                "new Other('a.js', import.meta.url); other('a.js', import.meta.url)",
                &["import-meta `import.meta`", "import-meta `import.meta`"],
            ),
            (
                "import.meta.resolve(a); import.meta.resolve('./a/'); typeof import.meta",
                &["import-meta `import.meta`", "import-meta `import.meta`", "import-meta `import.meta`"],
            ),
            // `document.currentScript`
            ("document.currentScript.src", &["current-script `document.currentScript`"]),
            ("window.document.currentScript", &["current-script `window.document.currentScript`"]),
            ("let a = d?.currentScript", &["current-script `d?.currentScript`"]),
            (
                "d['currentScript']; d[`currentScript`]",
                &["current-script `d['currentScript']`", "current-script `d[`currentScript`]`"],
            ),
            (
                "let { currentScript } = document; ({ currentScript: a, ...b } = document)",
                &["current-script `currentScript`", "current-script `currentScript`"],
            ),
            (
                "({ currentScript } = document); (({ 'currentScript': { src } }) => src)(document)",
                &["current-script `currentScript`", "current-script `'currentScript'`"],
            ),
            // The `src` of script elements.
            (
                "document.getElementsByTagName('script')[0].src",
                &["script-src `document.getElementsByTagName('script')`"],
            ),
            (
                "var a = d.querySelector(\"script[src*='a.js']\"); f(a.getAttribute('src'))",
                &["script-src `d.querySelector(\"script[src*='a.js']\")`"],
            ),
            (
                "[...d.querySelectorAll('head > SCRIPT')].map(({ src }) => src)",
                &["script-src `d.querySelectorAll('head > SCRIPT')`"],
            ),
            ("for (let a of document.scripts) { a['src'] }", &["script-src `document.scripts`"]),
            ("let { scripts } = document, a = scripts[0].src + 'b'", &["script-src `scripts`"]),
            ("$('script').last().attr('src')", &["script-src `$('script')`"]),
            ("document.scripts[0].src += '?a'", &["script-src `document.scripts`"]),
            // `importScripts`
            ("importScripts(a)", &["import-scripts `a`"]),
            ("importScripts('a.js', b + 'c.js', ...d)", &["import-scripts `b + 'c.js'`", "import-scripts `...d`"]),
            ("self.importScripts(a)", &["import-scripts `a`"]),
            ("const i = importScripts; i('a.js')", &["import-scripts `importScripts`"]),
            (
                "importScripts.apply(self, a); f(self['importScripts'])",
                &["import-scripts `importScripts`", "import-scripts `self['importScripts']`"],
            ),
            // Workers
            ("new Worker(a)", &["worker `a`"]),
            ("new SharedWorker(`${a}.js`, { type: 'module' })", &["worker ``${a}.js``"]),
            ("new globalThis.Worker(...a); new (window['Worker'])(b)", &["worker `...a`", "worker `b`"]),
            ("new Worker(new URL(a, import.meta.url))", &["new-url `a`"]),
            ("new Worker(new URL('a.js', b))", &["worker `new URL('a.js', b)`"]),
            ("new Worker(import('./a.js'))", &["worker `import('./a.js')`"]),
            ("const W = Worker; let a = globalThis.Worker", &["worker `Worker`", "worker `globalThis.Worker`"]),
            (
                "let { Worker: W } = self; f({ Worker }); class A extends SharedWorker {}",
                &["worker `Worker`", "worker `Worker`", "worker `SharedWorker`"],
            ),
            ("export { Worker }", &["worker `Worker`"]),
            ("a instanceof Worker || Worker", &["worker `Worker`"]),
        ] {
            assert_eq!(computed(text, Language::JavaScript), expected, "{text}");
        }
    }

    #[test]
    fn what_is_known_is_not_taken_for_computed() {
        for text in [
            "// import(a); import.meta; document.currentScript; importScripts(a); new Worker(a)\n/* import(a) */",
            "let a = 'import(a); import.meta.url', b = `document.currentScript; new Worker(a)`, c = /importScripts(a)/",
            "a.import(b); a = { import: 1, importScripts: 2, Worker: 3, currentScript: 4, src: 5, scripts: 6 }",
            "import './a.js'; import('./b.js'); import((`./c.js`)); export * from './d.js'",
            "function f() { return new.target }; import './x.js'",
            "new URL('a.js', import.meta.url); new URL(`./b.js`, (import.meta).url)",
            "new URL('/', import.meta.url); new URL('https://example.org/', import.meta.url); new URL('/a/', import.meta.url)",
            "import.meta.resolve('./a.js'); import.meta['resolve'](`b`)",
            "new Worker('a.js'); new SharedWorker(`b.js`, 'name'); new Worker; new cluster.Worker()",
            "new Worker(new URL('a.js', import.meta.url), { type: 'module' })",
            "new Worker('' + new URL('a.js', import.meta.url).href); new Worker(new URL('a.js', import.meta.url).toString())",
            "new URL('' + new URL('a.png', import.meta.url).href, import.meta.url).href",
            "new Worker(new URL(new URL('a.js', import.meta.url).href, '' + import.meta.url), { type: 'module' })",
            "importScripts('a.js', `b.js`); self.importScripts(); importScripts(new URL('a.js', import.meta.url))",
            "typeof importScripts == 'function' && typeof Worker < 'u' && typeof self.Worker",
            "a instanceof Worker; a instanceof self.SharedWorker; 'importScripts' in self; 'currentScript' in document",
            "class Worker { importScripts() {} static currentScript = 1 }; function currentScript() {}",
            "import { Worker } from './a.js'; export { Worker } from './b.js'; let { a: currentScript } = b",
            "const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=['./a.js','../a.css'])))=>i.map(i=>d[i]);
             p(()=>import('./a.js').then(a=>a.b),__vite__mapDeps([0,1]),import.meta.url);p(()=>import('./c.js'),[],import.meta.url);
             function f(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}",
            "document.currentScript = a; self.Worker = a; self.importScripts = a",
            // It only inserts scripts.
            "var s = document.createElement('script'); s.src = a; s.setAttribute('src', b);
             var first = document.getElementsByTagName('script')[0]; first.parentNode.insertBefore(s, first)",
            "document.scripts[0].text; $('script').attr('src', a)",
            "$('<script>').prop('src')",
            // It only reads the `src` of something else.
            "document.querySelector('img').src; d.querySelectorAll('.script, #script, [type=script], script-list')[0].src",
            "document.createElement('script').src; scripts[0].src; getElementsByTagName(a)[0].src; 'script' == a.src",
        ] {
            assert_eq!(computed(text, Language::JavaScript), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_vite_loads_with_a_chunk_is_found() {
        let vite = |urls, base| {
            format!(
                "const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=[{urls}])))=>i.map(i=>d[i]);\n\
                 p(()=>import('./a.js'),__vite__mapDeps([0]){base})"
            )
        };
        let relative = vite("'./a.js','../a.css'", ",import.meta.url");
        assert_eq!(places(&relative, Language::JavaScript), ["1:59: `./a.js`", "1:68: `../a.css`", "2:15: `./a.js`"]);
        assert_eq!(computed(&relative, Language::JavaScript), [""; 0]);
        // From the root of the site, as with another `base`, they are not relative to the module.
        assert_eq!(places(&vite("'assets/a.css'", ""), Language::JavaScript), ["2:15: `./a.js`"]);
        for text in [
            &vite("b", ",import.meta.url"),
            "p(()=>import('./a.js'),__vite__mapDeps([0]),import.meta.url)",
            "p(()=>import('./a.js'),[],import.meta.url)",
        ] {
            assert_eq!(computed(text, Language::JavaScript), ["import-meta `import.meta`"], "{text}");
        }
        let other = format!(
            "{relative};f=e=>import.meta.resolve?new URL(import.meta.resolve(e)):new URL('a.js',import.meta.url)"
        );
        assert_eq!(computed(&other, Language::JavaScript), ["import-meta `import.meta`"; 2]);
    }

    #[test]
    fn the_scripts_of_workers_are_found_where_they_are_written() {
        for (text, expected) in [
            ("importScripts('a.js', `b.js`)", &["1:16: `a.js`", "1:24: `b.js`"][..]),
            ("self.importScripts(c, 'a.js')", &["1:24: `a.js`"]),
            ("new Worker('w.js'); new window.SharedWorker((\"./s.js\"), 'a')", &["1:13: `w.js`", "1:47: `./s.js`"]),
            ("new Worker('data:,'); importScripts('https://example.org/a.js')", &[]),
            ("new Worker(new URL('w.js', import.meta.url))", &["1:21: `w.js`"]),
        ] {
            assert_eq!(places(text, Language::JavaScript), expected, "{text}");
        }
    }

    #[test]
    fn a_chain_of_any_length_is_walked() {
        for part in [
            ".b",
            "[b]",
            "()",
            "(c)",
            "?.b",
            "?.[b]()",
            "``",
            ".b().c",
            " + b",
            " || c",
            " && 'd'",
            " < e",
            ", f",
            ".#a",
            " in b",
            " instanceof b",
        ] {
            let text = format!("import.meta; class A {{ #a; f(a) {{ a{}; import(b) }} }}", part.repeat(100_000));
            assert_eq!(computed(&text, Language::JavaScript).len(), 2, "{part}");
        }
        let assigned = format!("import.meta.url{} = import(b)", ".c".repeat(100_000));
        assert_eq!(computed(&assigned, Language::JavaScript).len(), 2);
        let href = format!("import './a'; new Worker(a{})", ".href".repeat(100_000));
        assert_eq!(computed(&href, Language::JavaScript).len(), 1);
    }
}
