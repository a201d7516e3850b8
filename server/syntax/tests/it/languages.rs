//! Which language a file is of.

use countersign_syntax::Language;
#[cfg(feature = "all-languages")]
use expect_test::expect;

#[cfg(feature = "all-languages")]
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
        "main.go",
        "Main.java",
        "a.c",
        "a.h",
        "a.H",
        "a.cc",
        "a.cpp",
        "a.cxx",
        "a.hh",
        "a.hpp",
        "a.inl",
        "A.cs",
        "a.csx",
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
        "main.go" go
        "Main.java" java
        "a.c" c
        "a.h" cpp
        "a.H" cpp
        "a.cc" cpp
        "a.cpp" cpp
        "a.cxx" cpp
        "a.hh" cpp
        "a.hpp" cpp
        "a.inl" cpp
        "A.cs" csharp
        "a.csx" csharp
        "C:\\x\\y.rs" rust
        "rs" -
        "x.rs/y" -
        "a.txt" -
        "" -
    "#]]
    .assert_eq(&listed(&paths, Language::of_path));
}

#[cfg(feature = "all-languages")]
#[test]
fn by_the_identifier_of_a_client() {
    let ids = [
        "rust",
        "python",
        "javascript",
        "javascriptreact",
        "typescript",
        "typescriptreact",
        "go",
        "java",
        "c",
        "cpp",
        "csharp",
        "cs",
        "plaintext",
    ];
    expect![[r#"
        "rust" rust
        "python" python
        "javascript" javascript
        "javascriptreact" javascript
        "typescript" typescript
        "typescriptreact" tsx
        "go" go
        "java" java
        "c" c
        "cpp" cpp
        "csharp" csharp
        "cs" csharp
        "plaintext" -
    "#]]
    .assert_eq(&listed(&ids, Language::of_id));
}

#[test]
fn a_build_knows_the_languages_that_it_was_asked_for() {
    let asked_for = [
        ("a.c", cfg!(feature = "lang-c")),
        ("a.cpp", cfg!(feature = "lang-cpp")),
        ("a.h", cfg!(any(feature = "lang-c", feature = "lang-cpp"))),
        ("a.cs", cfg!(feature = "lang-csharp")),
        ("a.go", cfg!(feature = "lang-go")),
        ("A.java", cfg!(feature = "lang-java")),
        ("a.js", cfg!(feature = "lang-javascript")),
        ("a.py", cfg!(feature = "lang-python")),
        ("a.rs", cfg!(feature = "lang-rust")),
        ("a.ts", cfg!(feature = "lang-typescript")),
        ("a.tsx", cfg!(feature = "lang-typescript")),
    ];
    for (path, known) in asked_for {
        assert_eq!(Language::of_path(path).is_some(), known, "{path}");
    }
}

#[cfg(feature = "all-languages")]
fn listed(keys: &[&str], language: impl Fn(&str) -> Option<Language>) -> String {
    keys.iter()
        .map(|key| format!("{key:?} {}\n", language(key).map_or("-", Language::name)))
        .collect()
}
