//! The marks by which commits say that an assistant had a part in them.
//!
//! Addresses count and names do not: a person may be called Claude. The whole message is searched, whatever the case,
//! as many marks stand where git sees no trailer.

use countersign_ledger::git::Commit;

/// What a mark says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The assistant's name as it stands in origins: "claude-code".
    pub(crate) source: String,
    /// The model, where the mark names it.
    pub(crate) model: Option<String>,
    /// The assistant's own name for its session, where the mark gives it.
    pub(crate) session: Option<String>,
}

/// Addresses of assistants, without the `digits+` that GitHub puts before some; in small letters.
const ADDRESSES: &[(&str, &str)] = &[
    ("noreply@anthropic.com", "claude-code"),
    ("noreply@openai.com", "codex"),
    ("copilot@users.noreply.github.com", "copilot"),
    ("copilot@github.com", "copilot"),
    ("cursoragent@cursor.com", "cursor"),
    ("aider@aider.chat", "aider"),
    ("noreply@aider.chat", "aider"),
    ("amp@ampcode.com", "amp"),
    ("noreply@opencode.ai", "opencode"),
    ("roomote@roocode.com", "roo-code"),
    ("openhands@all-hands.dev", "openhands"),
];

/// Accounts of assistants, as names and in addresses. There is no rule for `[bot]`: most bots are no assistants.
const BOTS: &[(&str, &str)] = &[
    ("claude[bot]", "claude-code"),
    ("chatgpt-codex-connector[bot]", "codex"),
    ("copilot-swe-agent[bot]", "copilot"),
    ("cursor[bot]", "cursor"),
    ("cursoragent[bot]", "cursor"),
    ("devin-ai-integration[bot]", "devin"),
    ("google-labs-jules[bot]", "jules"),
    ("zencoder-ai[bot]", "zencoder"),
    ("factory-droid[bot]", "factory"),
];

/// Lines that one assistant writes; what follows names its session, where it does.
const LINES: &[(&str, &str, Follows)] = &[
    ("claude-session:", "claude-code", Follows::Session),
    ("agent-logs-url:", "copilot", Follows::Session),
    ("amp-thread-id:", "amp", Follows::Session),
    (
        "generated with [claude code]",
        "claude-code",
        Follows::Nothing,
    ),
    (
        "generated with claude code",
        "claude-code",
        Follows::Nothing,
    ),
];

/// What stands behind the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Session,
    Nothing,
}

/// Lines that projects ask for: the assistant's name follows, and perhaps `:MODEL`.
const BY_POLICY: &[&str] = &[
    "assisted-by:",
    "generated-by:",
    "made-with:",
    "ai-assisted:",
];

/// Words that are found in the names of assistants.
const NAMES: &[(&str, &str)] = &[
    ("claude", "claude-code"),
    ("copilot", "copilot"),
    ("codex", "codex"),
    ("cursor", "cursor"),
    ("gemini", "gemini"),
    ("aider", "aider"),
    ("opencode", "opencode"),
    ("windsurf", "windsurf"),
];

/// What a commit says of an assistant's part in it; `None` where it says nothing.
pub(crate) fn mark_of(commit: &Commit) -> Option<Mark> {
    let mut found: Option<Mark> = None;
    let people = [&commit.author, &commit.committer];
    let by_people = people
        .into_iter()
        .filter_map(|(name, address)| of_person(name, address));
    let by_lines = commit.message.lines().filter_map(of_line);
    for mark in by_people.chain(by_lines) {
        match &mut found {
            None => found = Some(mark),
            // The first says who it was, the others may say more of the same.
            Some(first) if first.source == mark.source => {
                first.model = first.model.take().or(mark.model);
                first.session = first.session.take().or(mark.session);
            }
            Some(_) => {}
        }
    }
    found
}

/// An author, a committer, or somebody whom a line names.
fn of_person(name: &str, address: &str) -> Option<Mark> {
    let (name, address) = (name.trim(), address.trim());
    let small = address.to_ascii_lowercase();
    let plain = match small.split_once('+') {
        Some((digits, rest)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => &small,
    };
    let account = plain.split('@').next().unwrap_or_default();
    let small_name = name.to_ascii_lowercase();
    let known = ADDRESSES.iter().find(|(known, _)| *known == plain);
    let bot = || {
        let mut bots = BOTS.iter();
        bots.find(|(bot, _)| *bot == account || *bot == small_name)
    };
    if let Some((_, source)) = known.or_else(bot) {
        return Some(Mark {
            source: (*source).to_owned(),
            model: model_in(name),
            session: None,
        });
    }
    small_name
        .ends_with(" (aider)")
        .then(|| plain_mark("aider"))
}

/// "aider (gpt-4o)" and "Claude Opus 4.5" name a model; "Claude" does not.
fn model_in(name: &str) -> Option<String> {
    if let Some((_, rest)) = name.split_once(" (") {
        let model = rest.strip_suffix(')')?;
        return (!model.is_empty() && model != "aider").then(|| model.to_owned());
    }
    let rest = name.strip_prefix("Claude ")?;
    rest.bytes()
        .any(|byte| byte.is_ascii_digit())
        .then(|| name.to_owned())
}

fn of_line(line: &str) -> Option<Mark> {
    // As in lists of squashed commits, and behind a picture of a robot.
    let line = line
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .trim_end();
    let small = line.to_ascii_lowercase();
    if let Some(rest) = after(&small, line, "co-authored-by:") {
        let (name, address) = rest.rsplit_once('<')?;
        return of_person(name, address.trim_end().strip_suffix('>')?);
    }
    for (start, source, follows) in LINES {
        if let Some(rest) = after(&small, line, start) {
            let session =
                (*follows == Follows::Session && !rest.is_empty()).then(|| rest.to_owned());
            return Some(Mark {
                session,
                ..plain_mark(source)
            });
        }
    }
    let start = BY_POLICY.iter().find(|start| small.starts_with(**start))?;
    by_policy(after(&small, line, start)?)
}

/// What stands behind the beginning of a line.
fn after<'a>(small: &str, line: &'a str, start: &str) -> Option<&'a str> {
    small.starts_with(start).then(|| line[start.len()..].trim())
}

/// `AGENT:MODEL [TOOL]…`, an assistant's name and address, or words. Who has another address is a person.
fn by_policy(value: &str) -> Option<Mark> {
    const NONE: &[&str] = &["", "no", "none", "false", "never", "n/a", "nobody", "human"];
    let value = value.trim_end_matches('.');
    if NONE.contains(&value.to_ascii_lowercase().as_str()) {
        return None;
    }
    if let Some((name, address)) = value.rsplit_once('<') {
        return of_person(name, address.trim_end_matches('>'));
    }
    let agent = value.split(" [").next().unwrap_or(value).trim();
    let (agent, model) = match agent.split_once(':') {
        Some((agent, model)) if !model.starts_with("//") => (agent, Some(model.trim())),
        _ => (agent, None),
    };
    let small = agent.to_ascii_lowercase();
    let known = NAMES.iter().find(|(word, _)| small.contains(word));
    let own = || match small.as_str() {
        "yes" | "true" | "ai" | "llm" => "unknown".to_owned(),
        other => other.split_whitespace().collect::<Vec<_>>().join("-"),
    };
    Some(Mark {
        source: known.map_or_else(own, |(_, source)| (*source).to_owned()),
        model: model.filter(|model| !model.is_empty()).map(str::to_owned),
        session: None,
    })
}

fn plain_mark(source: &str) -> Mark {
    Mark {
        source: source.to_owned(),
        model: None,
        session: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_ledger::git::CommitId;

    const ADA: (&str, &str) = ("Ada Lovelace", "ada@example.com");

    fn read(author: (&str, &str), message: &str) -> String {
        let person = |(name, address): (&str, &str)| (name.to_owned(), address.to_owned());
        let commit = Commit {
            id: CommitId::new("a".repeat(40)).unwrap(),
            parents: Vec::new(),
            author: person(author),
            committer: person(ADA),
            at: 0,
            message: message.to_owned(),
        };
        mark_of(&commit).map_or_else(String::new, |mark| {
            let more = [mark.model, mark.session];
            let words = more.into_iter().flatten();
            std::iter::once(mark.source)
                .chain(words)
                .collect::<Vec<_>>()
                .join(" | ")
        })
    }

    #[test]
    fn each_assistant_is_known_by_what_it_leaves_in_a_message() {
        for (message, mark) in [
            (
                "Fix\n\nCo-Authored-By: Claude <noreply@anthropic.com>",
                "claude-code",
            ),
            (
                "Fix\n\nCo-authored-by: Claude Opus 4.5 <NoReply@Anthropic.com>\n",
                "claude-code | Claude Opus 4.5",
            ),
            (
                "Fix\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n",
                "claude-code",
            ),
            (
                "Fix\n\nClaude-Session: 7f3a\nCo-Authored-By: Claude <noreply@anthropic.com>",
                "claude-code | 7f3a",
            ),
            ("Co-authored-by: Codex <noreply@openai.com>", "codex"),
            (
                "Co-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>",
                "copilot",
            ),
            (
                "x\n\nCo-authored-by: Copilot <copilot@github.com>\n\nmore words",
                "copilot",
            ),
            (
                "Co-authored-by: copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>",
                "copilot",
            ),
            ("Co-authored-by: Cursor <cursoragent@cursor.com>", "cursor"),
            ("Made-with: Cursor", "cursor"),
            (
                "Co-authored-by: aider (gpt-4o) <aider@aider.chat>",
                "aider | gpt-4o",
            ),
            (
                "Amp-Thread-ID: T-12\nCo-authored-by: Amp <amp@ampcode.com>",
                "amp | T-12",
            ),
            ("Co-authored-by: opencode <noreply@opencode.ai>", "opencode"),
            ("Co-authored-by: Roomote <roomote@roocode.com>", "roo-code"),
            (
                "Co-authored-by: openhands <openhands@all-hands.dev>",
                "openhands",
            ),
            (
                "* one\n  * Co-authored-by: Claude <noreply@anthropic.com>\n* two",
                "claude-code",
            ),
            (
                "Agent-Logs-Url: https://x.example/1",
                "copilot | https://x.example/1",
            ),
            (
                "Assisted-by: Claude:claude-3-opus [coccinelle]",
                "claude-code | claude-3-opus",
            ),
            ("Assisted-by: My Model", "my-model"),
            ("Generated-by: ChatGPT", "chatgpt"),
            ("AI-assisted: yes", "unknown"),
        ] {
            assert_eq!(read(ADA, message), mark, "{message}");
        }
    }

    #[test]
    fn authors_are_known_by_their_accounts() {
        for (author, mark) in [
            (
                (
                    "claude[bot]",
                    "209825114+claude[bot]@users.noreply.github.com",
                ),
                "claude-code",
            ),
            (
                (
                    "Somebody",
                    "1+copilot-swe-agent[bot]@users.noreply.github.com",
                ),
                "copilot",
            ),
            (("devin-ai-integration[bot]", "x@example.com"), "devin"),
            (("Ada Lovelace (aider)", "ada@example.com"), "aider"),
            (("Claude", "noreply@anthropic.com"), "claude-code"),
        ] {
            assert_eq!(read(author, "Fix"), mark, "{author:?}");
        }
    }

    #[test]
    fn persons_and_other_bots_carry_no_mark() {
        assert_eq!(read(("Claude Dubois", "claude@example.com"), "Fix"), "");
        assert_eq!(
            read(
                (
                    "dependabot[bot]",
                    "49699333+dependabot[bot]@users.noreply.github.com"
                ),
                "Bump"
            ),
            ""
        );
        for message in [
            "Co-authored-by: Claude Dubois <dubois@example.com>",
            "Reviewed-by: Claude <noreply@anthropic.com>",
            "Acked-by: x <noreply@openai.com>\nSigned-off-by: y <copilot@github.com>",
            "Mails to noreply@anthropic.com bounce",
            "Assisted-by: Grace Hopper <grace@example.com>",
            "AI-assisted: no",
            "Made-with:",
            "Co-authored-by:",
            "Co-authored-by: <",
        ] {
            assert_eq!(read(ADA, message), "", "{message}");
        }
    }
}
