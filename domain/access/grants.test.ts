import { describe, expect, test } from 'vitest';
import { type BucketScope, type Grant, grantsCoverBucket, grantsPermit, permitsEverywhere } from './grants.ts';
import { ROLES, roleAreas, rolePermits } from './roles.ts';

const grant = (
  role: Grant['role'],
  company_id: number | null = 1,
  site_id: number | null = null,
  channel_id: number | null = null,
): Grant => ({
  role,
  company_id,
  site_id,
  channel_id,
});
const facts = (company_id: number, site_id: number, channel_id: number): BucketScope => ({
  area: 'general',
  company_id,
  site_id,
  channel_id,
});

describe('grants', () => {
  test('a company grant covers that company only', () => {
    expect(grantsCoverBucket([grant('sales')], facts(1, 3, 4))).toBe(true);
    expect(grantsCoverBucket([grant('sales')], facts(2, 3, 4))).toBe(false);
    expect(grantsCoverBucket([grant('sales', null)], facts(2, 3, 4))).toBe(true);
    expect(grantsCoverBucket([], facts(1, 3, 4))).toBe(false);
  });

  test('a site or channel restriction never reaches rows without a site or channel', () => {
    const narrow = [grant('sales', 1, 3, 4)];
    expect(grantsCoverBucket(narrow, facts(1, 3, 4))).toBe(true);
    expect(grantsCoverBucket(narrow, facts(1, 3, 5))).toBe(false);
    expect(grantsCoverBucket(narrow, facts(1, 0, 4))).toBe(false);
    expect(grantsCoverBucket(narrow, facts(1, 3, 0))).toBe(false);
    // a table without the dimension (items) is the company's
    expect(
      grantsCoverBucket(narrow, { area: 'general', company_id: 1, site_id: undefined, channel_id: undefined }),
    ).toBe(true);
  });

  test('two narrow grants do not add up to their product', () => {
    const grants = [grant('sales', 1, 3, 4), grant('sales', 1, 5, 6)];
    expect(grantsCoverBucket(grants, facts(1, 3, 6))).toBe(false);
    expect(grantsCoverBucket(grants, facts(1, 5, 6))).toBe(true);
  });

  test('cost and finance areas follow the role of the very grant that covers the bucket', () => {
    const cost: BucketScope = { area: 'cost', company_id: 2, site_id: 1, channel_id: 1 };
    expect(grantsCoverBucket([grant('finance', 1), grant('sales', 2)], cost)).toBe(false);
    expect(grantsCoverBucket([grant('finance', 2)], cost)).toBe(true);
    expect(grantsCoverBucket([grant('planner', 2)], { ...cost, area: 'finance' })).toBe(false);
  });

  test('permissions are held against the entity they act on', () => {
    expect(
      grantsPermit([grant('sales', 1, null, 4)], 'write_notes', { company_id: 1, site_id: 2, channel_id: 4 }),
    ).toBe(true);
    expect(
      grantsPermit([grant('sales', 1, null, 4)], 'write_notes', { company_id: 1, site_id: 2, channel_id: null }),
    ).toBe(false);
    expect(grantsPermit([grant('sales', 1, null, 4)], 'write_notes', { company_id: 1 })).toBe(true);
    expect(grantsPermit([grant('auditor', null)], 'write_notes', { company_id: 1 })).toBe(false);
  });

  test('the auditor reads everything and changes nothing; sales and warehouse see no cost', () => {
    expect(roleAreas('auditor')).toEqual(expect.arrayContaining(['general', 'cost', 'finance']));
    for (const permission of [
      'write_notes',
      'prepare_close',
      'review_close',
      'import_data',
      'create_company',
      'administer',
    ] as const) {
      expect(rolePermits('auditor', permission)).toBe(false);
    }
    for (const role of ['sales', 'warehouse'] as const) {
      expect(roleAreas(role)).not.toContain('cost');
      expect(roleAreas(role)).not.toContain('finance');
    }
    expect(ROLES.filter((role) => rolePermits(role, 'administer'))).toEqual(['admin']);
    expect(ROLES.filter((role) => rolePermits(role, 'review_close'))).toEqual(['controller']);
    expect(ROLES.filter((role) => rolePermits(role, 'read_audit'))).toEqual(['auditor', 'admin']);
  });

  test('the audit trail reaches who may read all of it, and no finer grant', () => {
    const trail: BucketScope = { area: 'audit', company_id: undefined, site_id: undefined, channel_id: undefined };
    for (const role of ROLES) {
      expect([role, grantsCoverBucket([grant(role, null)], trail)]).toEqual([
        role,
        ['auditor', 'admin'].includes(role),
      ]);
      for (const narrow of [grant(role, 1), grant(role, null, 2), grant(role, null, null, 3)]) {
        expect(grantsCoverBucket([narrow, grant('controller', null)], trail)).toBe(false);
      }
    }
  });

  test('what reaches over companies takes a grant without any restriction', () => {
    expect(permitsEverywhere([grant('auditor', null)], 'read_audit')).toBe(true);
    expect(permitsEverywhere([grant('auditor', 1), grant('sales', null)], 'read_audit')).toBe(false);
    expect(permitsEverywhere([grant('auditor', null, 2)], 'read_audit')).toBe(false);
  });
});
