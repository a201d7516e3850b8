//! The texts that the servers are given: 5,000 lines each, with 100 findings evenly spread.
//!
//! A finding is one for every server of its language: a word spelt wrong and a fault of names or types. For ours the
//! same lines are what an assistant put in.

use super::peer::Language;
use crate::code::Dice;

/// Lines without the findings.
const LINES: usize = 5_000;
/// Lines of one block with the blank line behind it.
const BLOCK: usize = 20;
/// Stretches that are a finding.
pub(crate) const FINDINGS: usize = 100;

/// A file before and after an assistant's work.
pub(crate) struct Sample {
    /// Where it stands in the repository.
    pub(crate) path: &'static str,
    /// LSP's name of the language.
    pub(crate) language: &'static str,
    /// Without the findings.
    pub(crate) before: String,
    /// With them.
    pub(crate) after: String,
    /// A line of comment, as a person types it.
    pub(crate) comment: &'static str,
}

impl Sample {
    /// The text for servers of this language, the same on every run.
    pub(crate) fn of(language: Language) -> Self {
        let (path, name, comment, block): (_, _, _, Block) = match language {
            Language::Python => ("src/orders.py", "python", "# A note.\n", python),
            Language::Toml => ("orders.toml", "toml", "# A note.\n", toml),
            Language::TypeScript => ("src/orders.ts", "typescript", "// A note.\n", type_script),
        };
        let text = |with: fn(usize) -> bool| {
            let mut dice = Dice::new(1);
            let blocks = 0..LINES / BLOCK;
            blocks
                .map(|number| block(number, dice.below(900) + 10, with(number)))
                .collect()
        };
        Sample {
            path,
            language: name,
            before: text(|_| false),
            after: text(has_finding),
            comment,
        }
    }

    /// The blank line in the middle, behind a block; from 0.
    pub(crate) fn middle(&self) -> usize {
        let lines: Vec<&str> = self.after.lines().collect();
        (lines.len() / 2..)
            .find(|line| lines[*line].is_empty())
            .unwrap()
    }
}

/// A block's text by its number, some figure in it, and whether it has a finding.
type Block = fn(usize, usize, bool) -> String;

/// Every so manieth block, up to the last.
fn has_finding(block: usize) -> bool {
    let blocks = LINES / BLOCK;
    (block + 1) * FINDINGS / blocks > block * FINDINGS / blocks
}

fn python(number: usize, most: usize, has_finding: bool) -> String {
    let finding = if has_finding {
        format!(
            "    # Those who recieve it write it down.
    receipt_{number} = missing_{number} + {most}
"
        )
    } else {
        String::new()
    };
    format!(
        "def merge_orders_{number}(orders: list[int], limit: int) -> int:
    \"\"\"Says how the orders would merge if their total were {most}.\"\"\"
    total = {most}
    skipped: list[int] = []
{finding}    for position, value in enumerate(orders):
        if value > limit:
            skipped.append(value)
            continue
        total += value * {most}
        if position % 3 == 0 and total > {most}:
            total -= min(limit, total)
    # The ledger wants whole batches only.
    batches = total // max(len(skipped), 1)
    if batches == 0:
        return {number}
    if batches > limit:
        return batches - {most}
    return batches + {number}


"
    )
}

fn toml(number: usize, most: usize, has_finding: bool) -> String {
    let finding = if has_finding {
        format!("# Those who recieve it write it down.\ndepth = {most}\n")
    } else {
        String::new()
    };
    format!(
        "[orders.batch-{number}]
name = \"merge orders\"
total = {most}
offset = {number}
width = 80
retries = 3
depth = 4
score = {most}.5
age = 12
{finding}# The ledger wants whole batches only.
limit = [1, 2, 3, {most}]
route = \"north\"
token = \"t-{number}\"
price = {{ net = {most}, tax = 7 }}
opened = 2024-05-01
closed = 2024-06-01T10:00:00Z
ready = true
late = false
words = [\"merge\", \"split\", \"check\"]

"
    )
}

fn type_script(number: usize, most: usize, has_finding: bool) -> String {
    let finding = if has_finding {
        format!(
            "  // Those who recieve it write it down.
  debugger; const receipt_{number}: number = missing_{number};
"
        )
    } else {
        String::new()
    };
    format!(
        "/** Says how the orders would merge if their total were {most}. */
export function mergeOrders{number}(orders: number[], limit: number): number {{
  let total = {most};
  const skipped: number[] = [];
{finding}  for (const [position, value] of orders.entries()) {{
    if (value > limit) {{
      skipped.push(value);
      continue;
    }}
    total += value * {most};
    if (position % 3 === 0 && total > {most}) {{
      total -= Math.min(limit, total);
    }}
  }}
  // The ledger wants whole batches only.
  const batches = Math.floor(total / Math.max(skipped.length, 1));
  if (batches === 0) return {number};
  return batches + {number};
}}

"
    )
}
