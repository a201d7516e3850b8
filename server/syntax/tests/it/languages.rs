//! Which language a file is of.

use countersign_syntax::Language;
use expect_test::expect;

#[test]
fn by_path() {
    let paths = [
        "a.rs",
        "A.PY",
        "x/y.pyi",
        "a.js",
        "a.jsx",
        "a.mjs",
        "a.cjs",
        "a.ts",
        "a.d.ts",
        "a.mts",
        "a.tsx",
        "C:\\x\\y.rs",
        "rs",
        "x.rs/y",
        "a.txt",
        "",
    ];
    expect![[r#"
        "a.rs" rust
        "A.PY" python
        "x/y.pyi" python
        "a.js" javascript
        "a.jsx" javascript
        "a.mjs" javascript
        "a.cjs" javascript
        "a.ts" typescript
        "a.d.ts" typescript
        "a.mts" typescript
        "a.tsx" tsx
        "C:\\x\\y.rs" rust
        "rs" -
        "x.rs/y" -
        "a.txt" -
        "" -
    "#]]
    .assert_eq(&listed(&paths, Language::of_path));
}

#[test]
fn by_the_identifier_of_a_client() {
    let ids = [
        "rust",
        "python",
        "javascript",
        "javascriptreact",
        "typescript",
        "typescriptreact",
        "plaintext",
    ];
    expect![[r#"
        "rust" rust
        "python" python
        "javascript" javascript
        "javascriptreact" javascript
        "typescript" typescript
        "typescriptreact" tsx
        "plaintext" -
    "#]]
    .assert_eq(&listed(&ids, Language::of_id));
}

fn listed(keys: &[&str], language: impl Fn(&str) -> Option<Language>) -> String {
    keys.iter()
        .map(|key| format!("{key:?} {}\n", language(key).map_or("-", Language::name)))
        .collect()
}
