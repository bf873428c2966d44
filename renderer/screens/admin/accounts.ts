/** Accounts in words: roles, what a grant covers, what a form must hold before the server is asked. Pure. */
import { ROLES, type Role } from '#domain/access/roles.ts';
import type { CompanyView } from '#contract/queries.ts';
import type { GrantView } from '#contract/wire/protocol.ts';

export const ROLE_WORDS: Readonly<Record<Role, { readonly name: string; readonly may: string }>> = {
  planner: { name: 'Planner', may: 'stock, orders and costs; notes, imports' },
  buyer: { name: 'Buyer', may: 'stock, orders and costs; notes, imports' },
  warehouse: { name: 'Warehouse', may: 'stock and orders, no costs; notes' },
  sales: { name: 'Sales', may: 'stock and orders, no costs; notes' },
  finance: { name: 'Finance', may: 'everything; prepares the close, imports' },
  controller: { name: 'Controller', may: 'everything; prepares and reviews the close, imports' },
  executive: { name: 'Executive', may: 'everything; notes' },
  auditor: { name: 'Auditor', may: 'everything, changes nothing' },
  admin: { name: 'Administrator', may: 'everything; accounts, companies, imports' },
};

export const ROLE_OPTIONS: readonly { readonly value: Role; readonly label: string }[] = ROLES.map((role) => ({
  value: role,
  label: ROLE_WORDS[role].name,
}));

export function roleWord(role: string): string {
  const known = ROLES.find((each) => each === role);
  return known ? ROLE_WORDS[known].name : role;
}

/** 'all companies', 'HAL', 'HAL, site RTM, channel web' */
export function grantScope(grant: GrantView): string {
  if (grant.company_code === null) return 'all companies';
  return [
    grant.company_code,
    grant.site_code === null ? '' : `site ${grant.site_code}`,
    grant.channel_code === null ? '' : `channel ${grant.channel_code}`,
  ]
    .filter(Boolean)
    .join(', ');
}

export interface GrantFields {
  readonly role: Role;
  /** '' = every company, present and future. */
  readonly company_code: string;
  /** '' = every site, every channel. */
  readonly site_code: string;
  readonly channel_code: string;
}
export const NO_GRANT: GrantFields = { role: 'sales', company_code: '', site_code: '', channel_code: '' };

/** As the contract names them; a company chosen away takes its site and channel with it. */
export function grantArgs(fields: GrantFields): {
  readonly role: Role;
  readonly company_code: string | null;
  readonly site_code: string | null;
  readonly channel_code: string | null;
} {
  const company_code = fields.company_code || null;
  return {
    role: fields.role,
    company_code,
    site_code: company_code === null ? null : fields.site_code || null,
    channel_code: company_code === null ? null : fields.channel_code || null,
  };
}

export interface ScopeOptions {
  readonly companies: readonly { readonly value: string; readonly label: string }[];
  readonly sites: readonly { readonly value: string; readonly label: string }[];
  readonly channels: readonly { readonly value: string; readonly label: string }[];
}

export function scopeOptions(companies: readonly CompanyView[], company_code: string): ScopeOptions {
  const company = companies.find((each) => each.code === company_code);
  const named = (each: { readonly code: string; readonly name: string }) => ({
    value: each.code,
    label: `${each.code} ${each.name}`,
  });
  return {
    companies: [{ value: '', label: 'All companies, present and future' }, ...companies.map(named)],
    sites: [{ value: '', label: 'Every site' }, ...(company?.sites ?? []).map(named)],
    channels: [{ value: '', label: 'Every channel' }, ...(company?.channels ?? []).map(named)],
  };
}

export const PASSWORD_LEAST = 8;

export function wrongName(name: string): string | null {
  if (name === '') return 'Give a user name.';
  return /^[a-z][a-z0-9._-]{1,39}$/.test(name)
    ? null
    : '2–40 characters: small letters, digits, dot, dash, underscore; a letter first.';
}

export function wrongDisplayName(name: string): string | null {
  return name.trim() === '' ? 'Give the name people read.' : null;
}

export function wrongPassword(password: string): string | null {
  return password.length >= PASSWORD_LEAST ? null : `A password has at least ${PASSWORD_LEAST} characters.`;
}
