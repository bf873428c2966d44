/** What the server does by itself to stay small: each job's last run, and how large the server is. */
import type { ServerJob } from '#contract/actions.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { moment } from '#renderer/format/dates.ts';
import { bytes, counted, integer } from '#renderer/format/numbers.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';

export function CarePanel({ onClose }: { readonly onClose: () => void }) {
  const now_ms = useNow();
  const care = useAsk('adminCare', {});
  const problem = care.error ?? care.failureReason;
  return (
    <Panel title="Housekeeping" aside="of the server" onClose={onClose}>
      {care.data ? (
        <>
          <PanelSection title="Size">
            <PanelRow label="Database" value={bytes(care.data.database_bytes)} />
            <PanelRow label="Log of changes" note="within it" value={bytes(care.data.log_bytes)} />
            <PanelRow label="Installations" value={integer(care.data.clients)} />
            <PanelRow label="Retired" note="load afresh when they return" value={integer(care.data.retired_clients)} />
          </PanelSection>
          <PanelSection title="Jobs" aside={String(care.data.jobs.length)}>
            {care.data.jobs.length === 0 ? (
              <InlineMessage tone="quiet">The server has just started: the jobs run within a minute.</InlineMessage>
            ) : null}
            {care.data.jobs.map((job) => (
              <div key={job.name}>
                <PanelRow label={NAMES[job.name] ?? job.name} note={lastRun(job, now_ms)} value={<State job={job} />} />
                {job.last_error === null ? null : <InlineMessage tone="bad">{job.last_error}</InlineMessage>}
              </div>
            ))}
          </PanelSection>
        </>
      ) : (
        <InlineMessage tone={problem ? 'bad' : 'quiet'}>
          {problem ? problem.message : 'Asking the server …'}
        </InlineMessage>
      )}
    </Panel>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  'rules whose day has come': 'Rules taking effect',
  'old change log': 'Old log of changes',
  'replaced changes': 'Changes replaced by later ones',
  'old outcomes': 'Old decisions',
  'retired clients': 'Installations not seen again',
  'ended sessions': 'Ended sessions',
  'staged imports': 'Files nobody applied',
  'old backups': 'Old backups',
  'dead rows': 'Room of removed rows',
  'write-ahead log': 'Write-ahead log',
};

function State({ job }: { readonly job: ServerJob }) {
  if (job.running) return <Status shape="working">running</Status>;
  if (job.last_error !== null) return <Status shape="bad">failed</Status>;
  return <Status shape="done">{job.runs === 0 ? 'not yet' : 'done'}</Status>;
}

function lastRun(job: ServerJob, now_ms: number): string {
  if (job.last_finished_at_ms === null) return '';
  const removed = job.last_removed === 0 ? 'nothing to remove' : `${counted(job.last_removed ?? 0, 'row')} removed`;
  return `${moment(job.last_finished_at_ms, now_ms)} · ${integer(job.last_duration_ms ?? 0)} ms · ${removed}`;
}
