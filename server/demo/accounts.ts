/** The demo accounts: one for each role, named like it, all with the same well-known password. */
import type { Role } from '#domain/access/roles.ts';
import { loadUser, type NewGrant } from '#server/auth/accounts.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';

export const DEMO_PASSWORD = 'demo';

export interface DemoAccount {
  readonly name: string;
  readonly display_name: string;
  readonly grant: NewGrant;
}

const everywhere = (role: Role): NewGrant => ({ role, company_code: null });

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { name: 'planner', display_name: 'Ingrid Maas', grant: everywhere('planner') },
  { name: 'buyer', display_name: 'Joost Verbeek', grant: everywhere('buyer') },
  { name: 'warehouse', display_name: 'Samir Haddad', grant: everywhere('warehouse') },
  { name: 'sales', display_name: 'Lotte Vermeulen', grant: { role: 'sales', company_code: 'HAL' } },
  // one counter only: shows how narrow a grant can be
  {
    name: 'sales.counter',
    display_name: 'Femke Bakker',
    grant: { role: 'sales', company_code: 'HAL', site_code: 'UTR', channel_code: 'CO' },
  },
  { name: 'finance', display_name: 'Ingrid de Wit', grant: everywhere('finance') },
  { name: 'controller', display_name: 'Tom Aerts', grant: everywhere('controller') },
  { name: 'executive', display_name: 'Ruth Vance', grant: everywhere('executive') },
  { name: 'auditor', display_name: 'Karim Bos', grant: everywhere('auditor') },
  { name: 'admin', display_name: 'Anna Lindqvist', grant: everywhere('admin') },
];

/** Creates the accounts, marked as demo, so that the server stays on loopback. Each has its own salt, so its own hash. */
export async function createDemoAccounts(db: Database, clock: Clock): Promise<void> {
  for (const { name, display_name, grant } of DEMO_ACCOUNTS) {
    await loadUser(db, { name, display_name, password: DEMO_PASSWORD, demo: true }, [grant], clock);
  }
}
