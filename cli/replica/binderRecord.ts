/** Whether a binder is one that was recorded: a statement of its own, beside that of its bytes. */
import { type BinderManifest, MANIFEST_FILE } from '#domain/close/binder/manifest.ts';
import { tooLargeToKeepWords, WAITS_FOR_REVIEWER_WORDS } from '#domain/close/binder/kept.ts';
import { standingOf } from '#domain/close/binder/record.ts';
import { type TrailJudgement, trailAgainst } from '#domain/close/binder/sealedTrail.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import type { ActionResults } from '#contract/actions.ts';
import { BinnacleError } from '#contract/errors.ts';
import { isOnItsWay, isTaken } from '#contract/events.ts';
import type { BinderRecordView, CloseBinders } from '#contract/queries.ts';
import { momentText } from '#db/binder/section.ts';
import type { Output } from '#cli/output.ts';
import type { Asking } from './asking.ts';

/** Of the copy that was asked: what waits in its outbox is said to wait. Throws as the questions do. */
export async function tellRecorded(
  output: Output,
  asking: Asking,
  {
    manifest,
    manifest_hash,
    trail,
  }: { readonly manifest: BinderManifest; readonly manifest_hash: string; readonly trail: TrailJudgement },
): Promise<void> {
  // what the server took since is news here; without it the copy says as of when
  await asking.call('syncNow', {}).catch(() => undefined);
  const { company_id, period } = manifest;
  let known: CloseBinders;
  try {
    known = (await asking.call('closeBinders', { company_id, period })) as CloseBinders;
  } catch (error) {
    if (!(error instanceof BinnacleError) || error.code !== 'not_found') throw error;
    output.event(
      { event: 'binder_recorded', recorded: null },
      `Whether it is recorded cannot be told here: this copy holds no close of ${monthInWords(period)} of ${manifest.company}.`,
    );
    return;
  }
  const { records, provenance } = known;
  const counted = records.filter(({ state }) => isTaken(state));
  const { same, other_final } = standingOf({ manifest_hash, final: manifest.final }, counted);
  const as_of = provenance.as_of_ms === null ? '' : `, as of ${momentText(provenance.as_of_ms)}`;
  output.event(
    {
      event: 'binder_recorded',
      recorded: same.length > 0,
      by: same.map(({ author, written_at_ms, final, state }) => ({ author, written_at_ms, final, state })),
      other_final: other_final.map((each) => each.manifest_hash),
      as_of_ms: provenance.as_of_ms,
    },
    same.length > 0
      ? `Recorded: ${same.map(recordWords).join('; ')}${as_of}.`
      : `Not recorded: the copy holds no record of a binder with this manifest${as_of}.`,
  );
  tellTrail(output, manifest, trail, known);
  const other = other_final[0] ?? (manifest.final ? undefined : madeOtherwise(manifest, counted, same.length > 0));
  if (other === undefined) return;
  output.event(
    { event: 'binder_fault', path: MANIFEST_FILE, fault: 'other_manifest', recorded: other.manifest_hash },
    `${manifest.final ? 'Another final binder of this month is recorded, which is not the same' : 'Another binder of the same checkpoint is recorded, which is not the same'}: ${other.manifest_hash}, ${recordWords(other)}.`,
  );
  // of a recorded one another may be recorded too; one that nobody recorded beside one that somebody did was made up
  if (same.length === 0) {
    throw new BinnacleError(
      'conflict',
      'This binder is none that was recorded, though its manifest and its files agree: it was rewritten, or made of other rows or by another version. Take the recorded one.',
    );
  }
}

/** The entries of the binder beside those of the copy, whatever its manifest says. */
function tellTrail(
  output: Output,
  manifest: BinderManifest,
  { of, entries }: TrailJudgement,
  known: CloseBinders,
): void {
  if (of === 'computed') return;
  const differing = trailAgainst(entries, known.trail, manifest);
  for (const each of differing) output.event({ event: 'trail_fault', fault: each }, each);
  if (differing.length > 0) {
    throw new BinnacleError(
      'conflict',
      'The audit trail in this binder is not the one that this copy holds: it was forged, or the copy was. Verify the copy with binnacle verify, and ask somebody who sees the whole trail.',
    );
  }
  const newest = known.trail.at(-1)?.seq ?? 0;
  const later = entries.filter(({ seq }) => seq > newest).length;
  output.event(
    { event: 'trail_held', entries: entries.length - later, later },
    later === 0
      ? 'The chain that this copy holds has the same entries with the same seals.'
      : `Of its entries ${later} are newer than this copy: synchronise it, and verify again.`,
  );
}

/** A draft of the same checkpoint that is recorded; one checkpoint makes one draft, unless files of evidence were away. */
function madeOtherwise(
  { checkpoint, lacking }: BinderManifest,
  records: readonly BinderRecordView[],
  is_recorded: boolean,
): BinderRecordView | undefined {
  if (is_recorded || lacking.some((each) => each.endsWith('on this machine'))) return undefined;
  return records.find((each) => !each.final && each.checkpoint === checkpoint);
}

/** What became of the one that is kept since: of a binder that was taken from it. */
export function tellKept(output: Output, made: ActionResults['makeBinder']): void {
  const { kept, not_what_was_kept, not_kept_bytes } = made;
  const too_large = tooLargeToKeepWords(not_kept_bytes);
  if (too_large !== null) output.say(too_large);
  if (made.waits_for_reviewer) output.say(WAITS_FOR_REVIEWER_WORDS);
  if (not_what_was_kept !== null)
    output.say(
      `What ${not_what_was_kept} recorded to be kept is another binder than was sent: this one was made anew.`,
    );
  if (kept === null) return;
  const from = `It is the one that was kept at the server, made by ${kept.author} on ${momentText(kept.written_at_ms)}.`;
  if (kept.moved.length + kept.locked.length === 0) {
    output.say(`${from} Made anew of this copy it has the same rows.`);
    return;
  }
  if (kept.moved.length > 0)
    output.say(`${from} Deliveries, returns or claims since then would change ${kept.moved.join(', ')} today.`);
  if (kept.locked.length > 0)
    output.say(
      `${kept.moved.length > 0 ? 'What' : `${from} What`} was locked is not the same in this copy: ${kept.locked.join(', ')}. Verify the copy with binnacle verify, and ask who keeps the server when it stays so.`,
    );
}

/** After a binder was made: what became of its record, which waits where the server does not answer. */
export async function tellRecord(output: Output, asking: Asking, made: ActionResults['makeBinder']): Promise<void> {
  const { manifest, recorded_by_mutation } = made;
  if (recorded_by_mutation === null) {
    output.event(
      { event: 'binder_record', state: null },
      'It is not recorded: binders of those who prepare or review the close are.',
    );
    return;
  }
  await asking.call('syncNow', {}).catch(() => undefined);
  const { company_id, period } = manifest;
  const { records } = (await asking.call('closeBinders', { company_id, period })) as CloseBinders;
  const state = records.find(({ id }) => id === recorded_by_mutation)?.state ?? 'pending';
  const words =
    state === 'accepted'
      ? 'It is recorded at the server.'
      : isOnItsWay(state)
        ? 'Its record waits for the server: binnacle push brings it there.'
        : 'The server refused its record: binnacle outbox says why.';
  output.event({ event: 'binder_record', id: recorded_by_mutation, state }, words);
}

function recordWords({ author, written_at_ms, final, state }: BinderRecordView): string {
  const waits = state === 'accepted' ? '' : ' (waits for the server)';
  return `${final ? 'final' : 'draft'} made by ${author} on ${momentText(written_at_ms)}${waits}`;
}
