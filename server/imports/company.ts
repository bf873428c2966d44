/** Which company an import's orders belong to: an existing one, or the source's own, made on the first import. */
import { isTimeZone } from '#domain/imports/orders/zoneTime.ts';
import { anyGrantPermits, grantsPermit } from '#domain/access/grants.ts';
import { type DataArea, type Role, roleAreas, rolePermits } from '#domain/access/roles.ts';
import type { OpenOrderImport, OrderImportOpened } from '#contract/wire/imports.ts';
import { keepClosePeople } from '#server/auth/closePeople.ts';
import { HttpError } from '#server/http/errors.ts';
import type { ImportDatabase, ImportTransaction } from './schema.ts';
import type { Importer } from './importer.ts';

type Company = OrderImportOpened['company'];

/** The own company's code: the source in capitals. */
export function ownCompanyCode(source: string): string {
  return source.toUpperCase();
}

/** The company of that code if the importer may import into all of it; the same answer for a foreign and a missing one. */
export async function importableCompany(tx: ImportDatabase, importer: Importer, code: string): Promise<Company> {
  const company = await findCompany(tx, code);
  if (!company || !mayImport(importer, company.id)) throw unknownCompany(code);
  return company;
}

/** Throws HttpError 400 when currency or time zone contradict, 403/404 when the importer may not. */
export async function companyForImport(
  tx: ImportTransaction,
  importer: Importer,
  request: Pick<OpenOrderImport, 'source' | 'company_code' | 'currency' | 'time_zone' | 'assumed'>,
  now: Date,
): Promise<Company> {
  const code = request.company_code ?? ownCompanyCode(request.source);
  const existing = await findCompany(tx, code);
  if (existing) {
    if (!mayImport(importer, existing.id)) throw unknownCompany(code);
    refuseOther('currency', request.currency, existing.currency, code);
    refuseOther('time zone', request.time_zone, existing.time_zone, code);
    return existing;
  }
  if (request.company_code !== null) throw unknownCompany(code);
  const { source } = request;
  const currency = request.currency ?? request.assumed.currency;
  const time_zone = request.time_zone ?? request.assumed.time_zone;
  return await createCompany(tx, importer, { code, name: ownCompanyName(source), source, currency, time_zone }, now);
}

/** Makes the company, and lets the importer in when no grant of theirs reaches it. Throws HttpError 403 or 400. */
export async function createCompany(
  tx: ImportTransaction,
  importer: Importer,
  wanted: Pick<Company, 'code' | 'name' | 'currency' | 'time_zone'> & { readonly source: string },
  now: Date,
): Promise<Company> {
  const { source, ...made } = wanted;
  if (!anyGrantPermits(importer.grants, 'create_company')) {
    throw new HttpError(
      403,
      'not_permitted',
      `The company ${made.code} does not exist yet, and making one needs an administrator. Name an existing one with --company.`,
    );
  }
  if (!isTimeZone(made.time_zone))
    throw new HttpError(400, 'bad_arguments', `"${made.time_zone}" is not a time zone; one looks like Europe/London.`);
  const { id } = await tx
    .insertInto('company')
    .values({ ...made, source, written_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (!mayImport(importer, id)) {
    await tx
      .insertInto('access_grant')
      .values({
        user_id: importer.user_id,
        role: creatingRole(importer),
        company_id: id,
        site_id: null,
        channel_id: null,
        granted_at: now,
      })
      .execute();
  }
  const db: ImportDatabase = tx;
  await keepClosePeople(db, { company_id: id });
  return { id, ...made, created: true };
}

/** With the grant that making the company gave. */
export function asMaker(importer: Importer, company_id: number): Importer {
  if (mayImport(importer, company_id)) return importer;
  const grant = { role: creatingRole(importer), company_id, site_id: null, channel_id: null };
  return { ...importer, grants: [...importer.grants, grant] };
}

export async function findCompany(tx: ImportDatabase, code: string): Promise<Company | null> {
  const row = await tx
    .selectFrom('company')
    .select(['id', 'code', 'name', 'currency', 'time_zone'])
    .where('code', '=', code)
    .executeTakeFirst();
  return row ? { ...row, created: false } : null;
}

/** Imported orders have no site and often no channel: only a grant over the whole company reaches them. */
export function mayImport(importer: Importer, company_id: number): boolean {
  return grantsPermit(importer.grants, 'import_data', { company_id, site_id: null, channel_id: null });
}

/** Whether some grant lets the importer import into all of the company and see that area of its data. */
export function mayImportArea(importer: Importer, company_id: number, area: DataArea): boolean {
  return importer.grants.some(
    (grant) =>
      roleAreas(grant.role).includes(area) &&
      grantsPermit([grant], 'import_data', { company_id, site_id: null, channel_id: null }),
  );
}

function creatingRole(importer: Importer): Role {
  const grant = importer.grants.find(({ role }) => rolePermits(role, 'create_company'));
  if (!grant) throw new Error('a company was made without the permission');
  return grant.role;
}

function ownCompanyName(source: string): string {
  return source === 'orders' ? 'Imported orders' : `Imported orders: ${source}`;
}

function refuseOther(what: string, wanted: string | null, actual: string, code: string): void {
  if (wanted === null || wanted === actual) return;
  throw new HttpError(
    400,
    'bad_arguments',
    `The company ${code} has the ${what} ${actual}, not ${wanted}. Leave the option out, or import into another company.`,
  );
}

export function unknownCompany(code: string): HttpError {
  return new HttpError(
    404,
    'not_found',
    `There is no company ${code} that you may import into: check its code, or ask an administrator for a role that imports there.`,
  );
}
