import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnreadableBankFile } from './unreadable.ts';
import { createXmlReader } from './xmlReader.ts';

/** What is read, as one line an event. */
function events(xml: string, piece = xml.length): string[] {
  const read: string[] = [];
  const reader = createXmlReader({
    open: ({ name, namespace, attributes }, line) =>
      read.push(`${line} <${namespace}|${name} ${JSON.stringify([...attributes])}`),
    text: (text) => {
      const last = read.at(-1) ?? '';
      if (last.startsWith('=')) read[read.length - 1] = last + text;
      else read.push(`=${text}`);
    },
    close: (name) => read.push(`>${name}`),
  });
  for (let at = 0; at < xml.length; at += piece) reader.take(xml.slice(at, at + piece));
  reader.end();
  return read;
}

const GOOD = `\ufeff<?xml version="1.0"?><!-- a > b -->
<a xmlns="urn:a" xmlns:b='urn:b' c="1 &lt; 2 > 0">é &amp; &#8364;&#x20AC;<b:d/>
<![CDATA[<no tag> & no entity]]><e xmlns="">x</e></a>
`;

describe('the reader of XML', () => {
  it('gives the same however the text is cut', () => {
    const whole = [
      '2 <urn:a|a [["xmlns","urn:a"],["xmlns:b","urn:b"],["c","1 < 2 > 0"]]',
      '=é & €€',
      '2 <urn:b|d []',
      '>d',
      '=\n<no tag> & no entity',
      '3 <|e [["xmlns",""]]',
      '=x',
      '>e',
      '>a',
    ];
    for (let piece = 1; piece <= GOOD.length; piece++) expect(events(GOOD, piece), `${piece}`).toEqual(whole);
  });

  it('cut off anywhere it is no message', () => {
    for (let end = 0; end < GOOD.trimEnd().length; end++)
      expect(() => events(GOOD.slice(0, end), 7), GOOD.slice(0, end)).toThrow(UnreadableBankFile);
  });

  it.each([
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'document type (DOCTYPE)'],
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'document type (DOCTYPE)'],
    ['<a><!ENTITY x "y"></a>', 'a definition of its own'],
    ['<a>&x;</a>', '“&x;”, which is not defined (line 1)'],
    ['<a>fish & chips</a>', 'which is not defined'],
    ['<a>&#0;</a>', 'not defined'],
    ['<a>&#xD800;</a>', 'not defined'],
    ['<a>\u0001</a>', 'a character that no XML may hold'],
    ['<a>\n<b></a></b>', '<b> of line 2 is closed by “</a>” (line 2)'],
    ['<a/><b/>', 'Behind the end of the message'],
    ['<a/>text', 'outside the message'],
    ['text<a/>', 'outside the message'],
    ['</a>', 'closes nothing'],
    ['<a b="1" b="2"/>', 'an attribute twice'],
    ['<a b=1/>', 'not written as XML writes them'],
    ['<a b="<"/>', 'not written as XML writes them'],
    ['<x:a/>', 'is not declared'],
    ['<1/>', 'is no tag'],
    ['', 'holds no message'],
    ['<a>'.repeat(61), 'nested more than 60 deep'],
  ])('refuses %s', (xml, words) => {
    expect(() => events(xml)).toThrow(words);
  });

  it.each(['<a>', '<!--', '<a b="', '<![CDATA[', '<?'])('does not hold what never ends: %s', (begin) => {
    const reader = createXmlReader({ open: () => undefined, text: () => undefined, close: () => undefined });
    reader.take(begin.startsWith('<!') || begin === '<?' ? `<a>${begin}` : begin);
    const endless = 'x'.repeat(200_000);
    expect(() => {
      for (let nth = 0; nth < 10; nth++) reader.take(endless);
    }).toThrow('a million characters without a tag');
  });

  it('a file of tags on one line is read once over, not once a tag', () => {
    let opened = 0;
    const reader = createXmlReader({ open: () => (opened += 1), text: () => undefined, close: () => undefined });
    reader.take(`<a>${'<b>1</b>'.repeat(500_000)}</a>`);
    reader.end();
    expect(opened).toBe(500_001);
  });

  it('never fails but in words', () => {
    const token = fc.constantFrom(
      '<',
      '>',
      '/',
      '&',
      ';',
      '"',
      "'",
      'a',
      'b:c',
      ' ',
      '\n',
      '=',
      '!',
      '[',
      ']',
      '-',
      '?',
      '<a>',
      '</a>',
      '&amp;',
      'xmlns',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (tokens, piece) => {
        const read = (size: number): string => {
          try {
            return JSON.stringify(events(tokens.join(''), size));
          } catch (error) {
            if (!(error instanceof UnreadableBankFile)) throw error;
            return 'refused';
          }
        };
        expect(read(piece)).toEqual(read(1000));
      }),
    );
  });
});
