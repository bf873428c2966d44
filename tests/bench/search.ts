/** A keystroke in the palette on a replica with many names, beside the LIKE scan it replaces, and what the index costs. */
import { QUERIES } from '#contract/queries.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { createNameIndex } from '#db/search/nameIndex.ts';
import { NAMED_TABLES } from '#db/search/names.ts';
import { type Report, sideBySide, timed } from './harness.ts';

const ROUNDS = 15;
const COMPANY = 1;

const THINGS = ['Hex bolt', 'Socket screw', 'Flat washer', 'Welding flange', 'Ball valve', 'Cable gland', 'Pipe clamp'];
const METALS = ['A2', 'A4', '8.8 zn', '10.9', 'brass', 'galvanised steel', 'duplex'];
const MAKERS = ['Nordwerk', 'Halvorsen', 'Brandt', 'Østergård', 'Müller', 'Vermeulen', 'Castellani', 'Kowalczyk'];

/** Names as a distributor's are: few words, used very often, and codes that differ in their last digits. */
function nameOf(n: number): { readonly code: string; readonly name: string } {
  const pick = <T>(from: readonly T[], step: number): T => from[Math.floor(n / step) % from.length] as T;
  const code = `${pick(THINGS, 1).slice(0, 2).toUpperCase()}-${String((n * 7919) % 1_000_000).padStart(6, '0')}`;
  const name = `${pick(THINGS, 1)} ${pick(METALS, 3)} M${4 + (n % 37)}×${10 + ((n * 31) % 400)} ${pick(MAKERS, 5)}`;
  return { code, name };
}

/** What was typed, from a first letter to a mistyped name. */
const KEYSTROKES: readonly (readonly [name: string, text: string])[] = [
  ['one letter', 'w'],
  ['two letters', 'fl'],
  ['a word of every seventh name', 'flange'],
  ['two words', 'valve mull'],
  ['a code without its separator', `ba${nameOf(4).code.slice(3)}`],
  ['the middle of a word', 'stergard'],
  ['a mistyped word', 'weldnig'],
  ['nothing alike', 'qwxzkj'],
];

export async function benchSearch(report: Report, names: number): Promise<void> {
  const replica = createTestReplica();
  try {
    await build(report, replica, names);
    const context = () => replica.context({ cached: true });
    const ask = (text: string) =>
      timed(() => QUERY_HANDLERS.find(context(), QUERIES.find.args.parse({ text, company_id: COMPANY })));
    report.value(`${names} names: first reading of the words`, await ask(''), 'ms');
    const like = `${names} names: LIKE scan`;
    const medians = await sideBySide(ROUNDS, [
      { name: like, run: () => timed(() => likeScan(replica)) },
      ...KEYSTROKES.map(([name, text]) => ({ name: `${names} names: ${name}`, run: () => ask(text) })),
    ]);
    for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
    for (const [name] of KEYSTROKES) report.ratio(`${names} names: ${name}`, like);
  } finally {
    await replica.close();
  }
}

/** The same rows once without and once with the index, and the index made afterwards. */
async function build(report: Report, replica: TestReplica, names: number): Promise<void> {
  const bare = createTestReplica();
  try {
    for (const { name } of NAMED_TABLES) {
      for (const trigger of ['new', 'changed', 'gone']) bare.writer.exec(`DROP TRIGGER ${name}_search_${trigger}`);
    }
    const without = `${names} names: inserted without triggers`;
    const noted = `${names} names: inserted and noted`;
    report.value(without, await timed(() => insertItems(bare, names)), 'ms');
    report.value(noted, await timed(() => insertItems(replica, names)), 'ms');
    report.ratio(noted, without);
    const pages = () => Number(replica.writer.pragma('page_count', { simple: true }));
    const before = pages();
    const putIn = `${names} names: put into the index`;
    report.value(
      putIn,
      await timed(() => {
        const index = createNameIndex(replica.writer);
        while (index.putIn(5000) > 0);
      }),
      'ms',
    );
    report.ratio(putIn, without);
    report.value(`${names} names: the index`, ((pages() - before) * 4096) / 1e6, 'MB');
    report.value(`${names} names: the rows`, (before * 4096) / 1e6, 'MB');
    report.ratio(`${names} names: the index`, `${names} names: the rows`);
  } finally {
    await bare.close();
  }
}

function insertItems(replica: TestReplica, names: number): void {
  const rows = Array.from({ length: names }, (_, n) => ({
    id: n + 1,
    company_id: n % 5 === 0 ? 2 : COMPANY,
    uom: 'pcs',
    category: 'Fasteners',
    active: n % 11 === 0 ? 0 : 1,
    ...nameOf(n),
  }));
  replica.insert('item', rows);
}

function likeScan(replica: TestReplica): void {
  replica.writer
    .prepare("SELECT id FROM item WHERE name LIKE '%flange%' OR code LIKE '%flange%' ORDER BY code LIMIT 6")
    .all();
}
