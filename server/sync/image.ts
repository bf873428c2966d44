/** SQL text made from the wire registry: the one place that turns a physical column into its wire value. */
import { dimensionColumn, type WireColumn, type WireTable } from '#contract/wire/tables.ts';

/** SQL expression of a column's wire value; `row` is an alias such as NEW or t. */
export function wireValue(row: string, column: WireColumn): string {
  const source = `${row}.${column.name}`;
  switch (column.type) {
    case 'integer':
    case 'text':
      return source;
    case 'boolean':
      return `${source}::int`;
    case 'date':
      return `(${source} - date '1970-01-01')`;
    case 'instant':
      return `floor(extract(epoch from ${source}) * 1000)::bigint`;
    case 'json':
      return `${source}::text`;
  }
}

/** SQL expression of the row image: the same text as contract/wire/image.ts canonicalImage. */
export function imageSql(table: WireTable, row: string): string {
  return `json_build_array(${table.columns.map((column) => wireValue(row, column)).join(', ')})::text`;
}

/** SQL expression of the row hash, given expressions of id, version and image. */
export function hashSql(id: string, ver: string, image: string): string {
  return `substr(md5(${id} || '|' || ${ver} || '|' || ${image}), 1, 16)`;
}

/** Arguments of sync_bucket_id for a row: 0 or '' where the table has no such dimension or the row has none. */
export function bucketArgumentsSql(table: WireTable, row: string): string {
  const value = (dimension: 'company' | 'site' | 'channel' | 'month', cast: string): string =>
    table.dimensions.includes(dimension)
      ? `coalesce(${row}.${dimensionColumn(table, dimension)}, 0)::${cast}`
      : `0::${cast}`;
  const client = table.dimensions.includes('client') ? `${row}.${dimensionColumn(table, 'client')}` : `''`;
  return [
    `${table.id}::smallint`,
    value('company', 'bigint'),
    value('site', 'bigint'),
    value('channel', 'bigint'),
    value('month', 'int'),
    client,
  ].join(', ');
}

/** The columns that decide a row's bucket, for comparing old with new. */
export function bucketColumns(table: WireTable): readonly string[] {
  return table.dimensions.map((dimension) => dimensionColumn(table, dimension));
}
