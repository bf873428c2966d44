/** The part of `binnacle verify` about the audit trail, for those whose copy holds it. */
import type { AuditCompared } from '#contract/audit.ts';
import type { AuditChainHere, Session } from '#contract/queries.ts';
import type { Output } from '#cli/output.ts';
import type { Asking } from './asking.ts';

/** Checks the chain here and holds it beside the server's; the command fails when either does not fit. */
export async function verifyTrail(asking: Asking, output: Output): Promise<void> {
  const { may } = (await asking.call('session', {})) as Session;
  if (!may.read_audit) return;
  const here = (await asking.call('auditChainHere', {})) as AuditChainHere;
  const compared = (await asking.call('auditCompare', {})) as AuditCompared;
  const { provenance: _, ...chain } = here;
  const fits = chainFits(here) && compared.equal && compared.server.broken === null;
  output.event(
    { event: 'audit_chain', ...chain, equal: compared.equal, server: compared.server },
    [...sentences(here), ...beside(compared)].join('\n'),
  );
  if (!fits) process.exitCode = 1;
}

function chainFits({ broken, seen }: AuditChainHere): boolean {
  return broken === null && (seen.state === 'agrees' || seen.state === 'restored');
}

function sentences({ entries, first, last, broken, loading, seen }: AuditChainHere): readonly string[] {
  if (loading) return ['The audit trail is still loading: its chain was not checked.'];
  if (broken !== null) return [`The chain of the audit trail is broken at entry ${broken.seq}: ${broken.why}.`];
  const from = first === null || first.seq === 1 ? '' : ` from entry ${first.seq}, whose seal is taken as it is,`;
  const whole = `Audit trail: ${entries.toLocaleString('en')} entries, unbroken${from} to seal ${last?.seal ?? 'none'}.`;
  if (seen.state === 'agrees') return [whole];
  const when = new Date(seen.seen_at_ms).toISOString();
  const why = {
    restored: `A backup was restored (entry ${seen.restored_seq}): entries from ${seen.seq} on, seen here at ${when}, are gone.`,
    starting_over: `The server began anew, and entry ${seen.seq}, seen here at ${when}, is gone; after a restored backup the entry that says so follows within a minute.`,
    rewritten: `It is another than the one seen here at ${when}, from entry ${seen.seq} at the latest. Keep the database as it is, and compare with a backup.`,
  }[seen.state];
  return [whole, why];
}

function beside({ server, here, equal }: AuditCompared): readonly string[] {
  if (server.broken !== null) {
    return [`At the server the chain is broken at entry ${server.broken.seq}: ${server.broken.why}.`];
  }
  return equal ? ['The same at the server.'] : [`The server has another seal at entry ${here?.seq ?? 0}.`];
}
