/** What a comparison with the server found, in a person's words. Pure. */
import type { RepairedRow, VerifyResult } from '#contract/actions.ts';
import type { SyncStatus } from '#contract/queries.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import { duration } from './loadingWords.ts';

export interface VerifyWords {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly text: string;
}

export function verifyWords(result: VerifyResult): VerifyWords {
  const { parts, stubborn, repaired_words, repaired_buckets } = result;
  if (stubborn.length > 0) {
    return {
      tone: 'bad',
      text: `${stubborn.join(', ')}: differ from the server again right after they were mended. Load all data again; your own changes stay.`,
    };
  }
  const rest = parts.by_sum + parts.left > 0 ? ' Every row is being read again in the background.' : '';
  if (result.equal) {
    const how = [
      `${counted(parts.read, 'part')} read row by row`,
      ...(parts.by_sum > 0 ? [`${integer(parts.by_sum)} compared by their sums`] : []),
      ...(parts.left > 0 ? [`${integer(parts.left)} still to be read`] : []),
    ];
    // of a copy of which most is unread nobody knows yet
    const said = parts.left > parts.read + parts.by_sum ? 'No difference so far' : 'Equal with the server';
    return { tone: 'good', text: `${said}: ${how.join(', ')}.${rest}` };
  }
  const mended = [
    ...(repaired_words === '' ? [] : [repaired_words]),
    ...(repaired_buckets > 0 ? [`${counted(repaired_buckets, 'part')} loaded again`] : []),
  ];
  return {
    tone: 'warn',
    text: `Differed from the server and was mended. ${mended.join('; ')}. Your own changes were not touched.${rest}`,
  };
}

/** '1,204 of 4,291 parts, about 2 min left' */
export function passWords(pass: NonNullable<SyncStatus['verification']['pass']>): string {
  const done = `${integer(pass.done_parts)} of ${counted(pass.total_parts, 'part')}`;
  if (pass.paused) return `${done}, held`;
  return pass.left_ms === null ? done : `${done}, about ${duration(pass.left_ms / 1000)} left`;
}

/** 'replaced: on_hand_qty_milli' reads 'on hand qty milli differed'. */
export function repairWords({ what, columns }: RepairedRow): string {
  switch (what) {
    case 'added':
      return 'was missing, added';
    case 'removed':
      return 'did not belong here, removed';
    case 'replaced': {
      const named = columns
        .filter((name) => name !== 'ver' && name !== 'bucket')
        .map((name) => name.replaceAll('_', ' '));
      if (named.length > 0) return `replaced: ${named.join(', ')} differed`;
      return columns.includes('bucket') ? 'lay in the wrong part, put back' : 'replaced: an older version';
    }
  }
}
