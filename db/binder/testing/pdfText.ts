/** The text of each page of a PDF whose streams are not packed, by the way back from signs to characters that it holds. */
export function pdfPages(pdf: Buffer): readonly string[] {
  const text = pdf.toString('latin1');
  const objects = new Map<string, string>();
  for (const [, id, body] of text.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g))
    objects.set(id ?? '', body ?? '');
  const object = (id: string | undefined): string => objects.get(id ?? '') ?? '';
  const reference = (body: string, name: string): string | undefined =>
    new RegExp(`/${name} (\\d+) 0 R`).exec(body)?.[1];
  const fonts = new Map<string, ReadonlyMap<string, string>>();
  for (const body of objects.values()) {
    for (const [, name, id] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      if (name !== undefined && !fonts.has(name)) fonts.set(name, signsOf(object(reference(object(id), 'ToUnicode'))));
    }
  }
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b/.test(body));
  return pages.map((page) => {
    let font: ReadonlyMap<string, string> = new Map();
    let said = '';
    const stream = object(reference(page, 'Contents'));
    for (const [, name, shown] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (name !== undefined) font = fonts.get(name) ?? new Map();
      else {
        for (const [, hex] of (shown ?? '').matchAll(/<([0-9a-f]+)>/g))
          for (const [sign] of (hex ?? '').matchAll(/.{4}/g)) said += font.get(sign) ?? '?';
        said += '\n';
      }
    }
    return said;
  });
}

/** Of a ToUnicode map as pdfkit writes it: ranges with one character, or several, for each sign. */
function signsOf(map: string): ReadonlyMap<string, string> {
  const signs = new Map<string, string>();
  for (const [, from, list] of map.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g)) {
    for (const [nth, [, units]] of [...(list ?? '').matchAll(/<([0-9a-f ]+)>/g)].entries()) {
      const sign = (Number.parseInt(from ?? '0', 16) + nth).toString(16).padStart(4, '0');
      signs.set(
        sign,
        (units ?? '')
          .split(' ')
          .map((unit) => String.fromCharCode(Number.parseInt(unit, 16)))
          .join(''),
      );
    }
  }
  return signs;
}
