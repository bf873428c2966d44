/** Which company a file goes into, and whether this person may bring this into it. */
import { anyGrantPermits } from '#domain/access/grants.ts';
import { roleAreas, rolePermits } from '#domain/access/roles.ts';
import type { ColumnMap } from '#domain/imports/engine/field.ts';
import { importKind, type KindName } from '#domain/imports/kinds/kinds.ts';
import { HttpError } from '#server/http/errors.ts';
import { findCompany, mayImport, mayImportArea, unknownCompany } from '#server/imports/company.ts';
import type { Importer } from '#server/imports/importer.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';

export type FileCompany = NonNullable<Awaited<ReturnType<typeof findCompany>>>;

export interface FileRequest {
  readonly kind: KindName;
  readonly company_code: string;
  readonly new_company: unknown;
  readonly map: ColumnMap | null;
}

/** null = the company is to be made. Throws HttpError 403 or 404; a foreign company is answered like a missing one. */
export async function companyOfFile(
  db: ImportDatabase,
  importer: Importer,
  request: FileRequest,
): Promise<FileCompany | null> {
  const company = await findCompany(db, request.company_code);
  if (company) {
    if (!mayImport(importer, company.id)) throw unknownCompany(request.company_code);
    refuseHidden(request, (area) => mayImportArea(importer, company.id, area));
    return company;
  }
  if (request.new_company === null) throw unknownCompany(request.company_code);
  if (!anyGrantPermits(importer.grants, 'create_company'))
    throw new HttpError(403, 'not_permitted', 'Making a company needs an administrator. Name an existing one.');
  refuseHidden(request, (area) =>
    importer.grants.some(({ role }) => rolePermits(role, 'create_company') && roleAreas(role).includes(area)),
  );
  return null;
}

/** What a role may not see it may not bring either. */
export function refuseHidden(
  { kind: name, map }: Pick<FileRequest, 'kind' | 'map'>,
  sees: (area: 'cost' | 'finance') => boolean,
): void {
  const kind = importKind(name);
  if (kind.area === 'finance' && !sees('finance'))
    throw new HttpError(403, 'not_permitted', `${kind.title} are for Finance: your roles do not see the books.`);
  const hidden = kind.fields.find(({ name: field, area }) => area === 'cost' && map?.columns[field] !== undefined);
  if (hidden && !sees('cost'))
    throw new HttpError(
      403,
      'not_permitted',
      `The column "${map?.columns[hidden.name] ?? ''}" holds costs, which your roles do not see. Leave it out of the map.`,
    );
}
