/** Roles and what each may receive and do. The server decides by this; the replica predicts by it. */
export const ROLES = [
  'planner',
  'buyer',
  'warehouse',
  'sales',
  'finance',
  'controller',
  'executive',
  'auditor',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

/** Areas of data a role may hold a copy of. `outcome` is everyone's own. */
export type DataArea = 'general' | 'cost' | 'finance' | 'outcome';

export type Permission =
  | 'write_notes'
  | 'prepare_close'
  | 'review_close'
  | 'import_data'
  /** Decide on replenishment, overrides, fulfilment. */
  | 'plan'
  /** Give goods of a site to another, send them off, take them in. */
  | 'move_goods'
  | 'approve_purchases'
  | 'approve_orders'
  | 'create_company'
  | 'administer'
  | 'draft_rules'
  | 'approve_rules'
  /** What the close is judged by: which change asks for words, below what an item needs none. */
  | 'draft_thresholds'
  | 'approve_thresholds'
  | 'read_audit'
  /** A month's binder: everything of its close in files. */
  | 'make_binder';

interface RoleRule {
  readonly areas: readonly DataArea[];
  readonly permissions: readonly Permission[];
}

const RULES: Readonly<Record<Role, RoleRule>> = {
  planner: {
    areas: ['general', 'cost', 'outcome'],
    permissions: ['write_notes', 'import_data', 'plan', 'move_goods', 'draft_rules'],
  },
  buyer: {
    areas: ['general', 'cost', 'outcome'],
    permissions: ['write_notes', 'import_data', 'plan', 'move_goods', 'approve_purchases', 'draft_rules'],
  },
  warehouse: { areas: ['general', 'outcome'], permissions: ['write_notes', 'move_goods'] },
  sales: { areas: ['general', 'outcome'], permissions: ['write_notes'] },
  finance: {
    areas: ['general', 'cost', 'finance', 'outcome'],
    permissions: [
      'write_notes',
      'prepare_close',
      'import_data',
      'approve_orders',
      'draft_rules',
      'draft_thresholds',
      'make_binder',
    ],
  },
  controller: {
    areas: ['general', 'cost', 'finance', 'outcome'],
    permissions: [
      'write_notes',
      'prepare_close',
      'review_close',
      'import_data',
      'approve_purchases',
      'approve_orders',
      'approve_rules',
      'approve_thresholds',
      'make_binder',
    ],
  },
  executive: {
    areas: ['general', 'cost', 'finance', 'outcome'],
    permissions: ['write_notes', 'approve_purchases', 'approve_orders', 'approve_rules'],
  },
  auditor: { areas: ['general', 'cost', 'finance', 'outcome'], permissions: ['read_audit', 'make_binder'] },
  admin: {
    areas: ['general', 'cost', 'finance', 'outcome'],
    permissions: [
      'write_notes',
      'import_data',
      'plan',
      'move_goods',
      'draft_rules',
      'create_company',
      'administer',
      'read_audit',
    ],
  },
};

export function isRole(value: string): value is Role {
  return (ROLES as readonly string[]).includes(value);
}

export function roleAreas(role: Role): readonly DataArea[] {
  return RULES[role].areas;
}

export function rolePermits(role: Role, permission: Permission): boolean {
  return RULES[role].permissions.includes(permission);
}
