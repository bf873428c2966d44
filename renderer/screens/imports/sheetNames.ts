/** What the sheets of a workbook are called, in their order; the reader of rows knows them by their number alone. */
import { partText, type Unpacked } from './unpacked.ts';

/** Names of ranges stand there too, some thousands of them in a workbook that was used for years. */
const MOST_BYTES = 20 * 1024 * 1024;
// neither looks at a character again for every place it may begin at: the text is anybody's
const TAG = /<(?:[\w.-]+:)?(Relationship|sheet)\s([^<>]*)>/g;
const ATTRIBUTE = /(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string | undefined>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** undefined = it does not say so where it has to. */
export async function sheetNames(archive: ArrayBuffer, { parts }: Unpacked): Promise<readonly string[] | undefined> {
  const textOf = async (name: string): Promise<string> => {
    const part = parts.get(name);
    return (part && (await partText(archive, part, MOST_BYTES))) ?? '';
  };
  const begins = tagsOf(await textOf('_rels/.rels'), 'Relationship');
  const workbook = begins.find((relation) => relation.get('Type')?.endsWith('/officeDocument') === true);
  const target = workbook?.get('Target');
  if (target === undefined) return undefined;
  const names = tagsOf(await textOf(target.startsWith('/') ? target.slice(1) : target), 'sheet').flatMap((sheet) => {
    const name = sheet.get('name') ?? '';
    const has_part = [...sheet.keys()].some((attribute) => attribute.toLowerCase().endsWith(':id'));
    return name !== '' && has_part ? [name] : [];
  });
  return names.length > 0 ? names : undefined;
}

function tagsOf(xml: string, tag: string): readonly ReadonlyMap<string, string>[] {
  return [...xml.matchAll(TAG)].flatMap(([, name, attributes = '']) =>
    name === tag
      ? [
          new Map(
            [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', double, single]) => [
              key,
              plainText(double ?? single ?? ''),
            ]),
          ),
        ]
      : [],
  );
}

function plainText(escaped: string): string {
  return escaped.replaceAll(/&(#x?[\da-f]{1,7}|[a-z]+);/gi, (all, entity: string) => {
    if (!entity.startsWith('#')) return ENTITIES[entity] ?? all;
    const code = /^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return Number.isInteger(code) && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
