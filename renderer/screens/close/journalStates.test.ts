import { expect, test } from 'vitest';
import type { ItemEntry } from '#contract/queries.ts';
import { entryInWords } from './journalStates.ts';

const at_ms = Date.UTC(2026, 10, 4, 12);
const entry = (more: Partial<ItemEntry>): ItemEntry => ({
  reference: 'JP-202610-1A2B3C4D',
  state: 'approved',
  decided_by: 'ruth',
  decided_at_ms: at_ms,
  exported_at_ms: null,
  posted_as: null,
  ...more,
});

test('an item says what its entry waits for', () => {
  const said = (more: Partial<ItemEntry>): string => entryInWords(entry(more), 2026).replaceAll('\u00A0', ' ');
  expect(said({})).toBe('Entry JP-202610-1A2B3C4D approved on 4 Nov by ruth, waits for the ledger');
  expect(said({ state: 'proposed', decided_by: null, decided_at_ms: null })).toBe(
    'Entry JP-202610-1A2B3C4D waits for approval',
  );
  expect(said({ state: 'exported', exported_at_ms: at_ms })).toBe(
    'Entry JP-202610-1A2B3C4D approved on 4 Nov by ruth, exported on 4 Nov, waits for the ledger',
  );
  expect(said({ state: 'reversed', posted_as: 'ADJ 17' })).toBe(
    'Entry JP-202610-1A2B3C4D approved on 4 Nov by ruth, in the ledger as ADJ 17: the cost waits for its split in the system of record',
  );
});
