/** Grants as they travel, in the form the domain's rules take. */
import type { Grant } from '#domain/access/grants.ts';
import { anyGrantPermits, anyGrantSees, permitsEverywhere } from '#domain/access/grants.ts';
import { isRole } from '#domain/access/roles.ts';
import type { Session } from '#contract/queries.ts';
import type { GrantView, SignedInUser } from '#contract/wire/protocol.ts';

/** A role this Binnacle does not know grants nothing. */
export function domainGrants(views: readonly GrantView[]): Grant[] {
  return views.flatMap(({ role, company_id, site_id, channel_id }) =>
    isRole(role) ? [{ role, company_id, site_id, channel_id }] : [],
  );
}

export function sessionView(user: SignedInUser, server_url: string, device: string): Session {
  const grants = domainGrants(user.grants);
  return {
    user_name: user.name,
    display_name: user.display_name,
    initials: initials(user.display_name || user.name),
    server_url,
    device,
    grants: user.grants,
    may: {
      see_cost: anyGrantSees(grants, 'cost'),
      see_finance: anyGrantSees(grants, 'finance'),
      write_notes: anyGrantPermits(grants, 'write_notes'),
      prepare_close: anyGrantPermits(grants, 'prepare_close'),
      review_close: anyGrantPermits(grants, 'review_close'),
      make_binder: anyGrantPermits(grants, 'make_binder'),
      import_data: anyGrantPermits(grants, 'import_data'),
      plan: anyGrantPermits(grants, 'plan'),
      move_goods: anyGrantPermits(grants, 'move_goods'),
      approve_purchases: anyGrantPermits(grants, 'approve_purchases'),
      approve_orders: anyGrantPermits(grants, 'approve_orders'),
      administer: anyGrantPermits(grants, 'administer'),
      draft_rules: anyGrantPermits(grants, 'draft_rules'),
      approve_rules: anyGrantPermits(grants, 'approve_rules'),
      draft_thresholds: anyGrantPermits(grants, 'draft_thresholds'),
      approve_thresholds: anyGrantPermits(grants, 'approve_thresholds'),
      read_audit: permitsEverywhere(grants, 'read_audit'),
    },
  };
}

function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '');
  const first = words[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return `${first.slice(0, 1)}${last === '' ? first.slice(1, 2) : last.slice(0, 1)}`.toUpperCase();
}
