/**
 * What has to hold of draft orders between two people: nobody answers what they made or decided, what was refused never leaves,
 * and no more goes to a supplier in a week that one person alone saw than a limit. Written by hand, of the true rows alone.
 */
type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

interface Rows {
  /** Each oldest first. */
  readonly drafts: readonly Row[];
  readonly lines: readonly Row[];
  readonly events: readonly Row[];
  readonly answers: readonly Row[];
  readonly decisions: readonly Row[];
  readonly seen: readonly Row[];
}

const LIMIT_MINOR = 500_000;
const WEEK_MS = 7 * 86_400_000;

export function wrongSendings({ drafts, lines, events, answers, decisions, seen }: Rows): string | undefined {
  const approved = new Set(seen.filter((row) => row['verdict'] === 'approved').map((row) => row['decision_id']));
  const deciders = new Map(decisions.map((row) => [row['id'], row['author']]));
  const draftOf = new Map(drafts.map((row) => [row['id'], row]));
  const unseen = Map.groupBy(
    lines.filter((row) => !approved.has(row['decision_id'] ?? null)),
    (row) => row['draft_order_id'] ?? null,
  );
  const verdicts = new Map<Value | undefined, Row>();
  for (const row of answers) {
    const [id, author] = [row['draft_order_id'] ?? null, row['author']];
    if (verdicts.has(id)) return `draft order ${String(id)} was answered twice`;
    verdicts.set(id, row);
    const own = (unseen.get(id) ?? []).some((line) => deciders.get(line['decision_id'] ?? null) === author);
    if (own || draftOf.get(id)?.['author'] === author)
      return `${String(author)} answered their own draft ${String(id)}`;
  }
  const sent = events.filter((row) => row['kind'] === 'sent');
  const left: { readonly supplier: Value | undefined; readonly at_ms: number; readonly minor: number }[] = [];
  for (const row of sent) {
    const id = row['draft_order_id'] ?? null;
    const verdict = verdicts.get(id)?.['verdict'];
    if (verdict === 'refused') return `draft order ${String(id)} was refused and sent`;
    if (verdict === 'approved') continue;
    const own = unseen.get(id) ?? [];
    const supplier = draftOf.get(id)?.['supplier_id'];
    const at_ms = Number(row['accepted_at']);
    left.push({ supplier, at_ms, minor: own.reduce((sum, line) => sum + Number(line['value_minor']), 0) });
    if (own.length === 0) continue;
    const together = left
      .filter((each) => each.supplier === supplier && each.at_ms > at_ms - WEEK_MS)
      .reduce((sum, each) => sum + each.minor, 0);
    if (together > LIMIT_MINOR) return `draft order ${String(id)} left unseen, with ${together} in a week`;
  }
  return undefined;
}
