/**
 * The part of XML that a bank's messages use, read piece by piece and strictly: what is not well-formed, names a document type,
 * or uses an entity of its own ends the reading. Nothing is expanded but the five entities everybody knows, nothing is fetched,
 * and depth and length have bounds, so that a file costs no more than its size.
 */
import { atLine, shortened, UnreadableBankFile } from './unreadable.ts';

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** '' = none. */
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
}
export interface XmlEvents {
  /** `line` is the one the element begins on, from 1. */
  open(element: XmlElement, line: number): void;
  /** May come in several pieces. */
  text(text: string): void;
  close(name: string): void;
}
export interface XmlReader {
  take(text: string): void;
  /** Throws when an element is still open. */
  end(): void;
}

const MAX_DEPTH = 60;
/** No tag, comment or text between two tags is longer. */
const MAX_TOKEN_CHARS = 1_000_000;
const MAX_ATTRIBUTES = 50;
/** Most tags are a name and nothing else. */
const PLAIN_NAME = /^[A-Za-z]\w*$/;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const FIRST_NAMESPACES: ReadonlyMap<string, string> = new Map([['xml', 'xml']]);
const NAME = /[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?/uy;
const ATTRIBUTE = /\s+([\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ENTITIES: Readonly<Record<string, string | undefined>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const SPACE_ONLY = /^[\s\ufeff]*$/;

interface OpenElement {
  readonly tag: string;
  readonly name: string;
  readonly line: number;
  readonly namespaces: ReadonlyMap<string, string>;
}

/** Throws UnreadableBankFile with the line. */
export function createXmlReader(events: XmlEvents): XmlReader {
  let rest = '';
  let line = 1;
  let root_closed = false;
  const open: OpenElement[] = [];

  const refuse = (why: string): never => {
    throw new UnreadableBankFile(`${why} (${atLine(line)}). Fetch the file again from the bank.`);
  };

  const plain = (text: string): string => {
    if (FORBIDDEN.test(text)) refuse('The XML holds a character that no XML may hold');
    if (!text.includes('&')) return text;
    return text.replaceAll(/&([^;&\s]{0,12};?)/g, (all, entity: string) => {
      const name = entity.slice(0, -1);
      const character = entity.endsWith(';') ? (characterOf(name) ?? ENTITIES[name]) : undefined;
      return character ?? refuse(`The XML uses “${shortened(all)}”, which is not defined`);
    });
  };

  const begin = (
    tag: string,
    name: string,
    attributes: ReadonlyMap<string, string>,
    namespaces: ReadonlyMap<string, string>,
    empty: boolean,
  ): void => {
    const prefix = name.length === tag.length ? '' : tag.slice(0, -name.length - 1);
    const namespace = namespaces.get(prefix) ?? (prefix === '' ? '' : refuse(`The prefix of <${tag}> is not declared`));
    if (open.length >= MAX_DEPTH) refuse(`The XML is nested more than ${MAX_DEPTH} deep, which no statement is`);
    events.open({ name, namespace, attributes }, line);
    if (empty) {
      events.close(name);
      root_closed ||= open.length === 0;
    } else open.push({ tag, name, line, namespaces });
  };

  const openTag = (inner: string): void => {
    const empty = inner.endsWith('/');
    const body = empty ? inner.slice(0, -1) : inner;
    if (PLAIN_NAME.test(body)) {
      if (root_closed) refuse(`Behind the end of the message stands another <${body}>`);
      begin(body, body, NO_ATTRIBUTES, open.at(-1)?.namespaces ?? FIRST_NAMESPACES, empty);
      return;
    }
    NAME.lastIndex = 0;
    const tag = NAME.exec(body)?.[0] ?? refuse(`“<${shortened(inner)}>” is no tag`);
    if (root_closed) refuse(`Behind the end of the message stands another <${tag}>`);
    const written = new Map<string, string>();
    let at = tag.length;
    for (ATTRIBUTE.lastIndex = at; at < body.length; at = ATTRIBUTE.lastIndex) {
      const found = ATTRIBUTE.exec(body);
      if (!found) {
        if (SPACE_ONLY.test(body.slice(at))) break;
        refuse(`The attributes of <${tag}> are not written as XML writes them`);
        break;
      }
      const name = found[1] ?? '';
      if (written.has(name) || written.size >= MAX_ATTRIBUTES) refuse(`<${tag}> has an attribute twice, or too many`);
      written.set(name, plain(found[2] ?? found[3] ?? ''));
    }
    const around = open.at(-1)?.namespaces ?? FIRST_NAMESPACES;
    const declared = [...written].filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
    const namespaces =
      declared.length === 0
        ? around
        : new Map([...around, ...declared.map(([name, uri]) => [name.slice(6), uri] as const)]);
    begin(tag, tag.slice(tag.indexOf(':') + 1), written, namespaces, empty);
  };

  const closeTag = (inner: string): void => {
    const tag = inner.trimEnd();
    const last = open.pop();
    if (last?.tag !== tag)
      refuse(
        last
          ? `<${last.tag}> of ${atLine(last.line)} is closed by “</${shortened(tag)}>”`
          : `“</${shortened(tag)}>” closes nothing`,
      );
    events.close(last?.name ?? '');
    root_closed = open.length === 0;
  };

  const text = (content: string): void => {
    if (content === '') return;
    if (open.length > 0) events.text(content);
    else if (!SPACE_ONLY.test(content)) refuse(`“${shortened(content.trim())}” stands outside the message`);
  };

  /** Where the tag that begins at `at` ends; -1 = further on. A > within quotes ends nothing. */
  const tagEnd = (all: string, at: number): number => {
    const first = all.indexOf('>', at);
    if (first < 0 || !/["']/.test(all.slice(at, first))) return first;
    let quote = '';
    for (let end = at; end < all.length; end++) {
      const char = all.charAt(end);
      if (quote !== '') {
        if (char === quote) quote = '';
      } else if (char === '"' || char === "'") quote = char;
      else if (char === '>') return end;
    }
    return -1;
  };

  /** Reads the token at `at`; where it ends, or -1 when the rest of it is not here yet. */
  const token = (all: string, at: number): number => {
    if (all[at] !== '<') {
      const end = all.indexOf('<', at);
      if (end < 0) return -1;
      text(plain(all.slice(at, end)));
      return end;
    }
    const within = (begin: string, until: string, act: (content: string) => void): number | null => {
      if (!all.startsWith(begin, at)) return null;
      const end = all.indexOf(until, at + begin.length);
      if (end < 0) return -1;
      act(all.slice(at + begin.length, end));
      return end + until.length;
    };
    const special =
      within('<!--', '-->', () => undefined) ??
      within('<![CDATA[', ']]>', (content) => {
        if (FORBIDDEN.test(content)) refuse('The XML holds a character that no XML may hold');
        text(content);
      }) ??
      within('<?', '?>', () => undefined);
    if (special !== null) return special;
    if (all.startsWith('<!', at)) {
      // what may still become a comment or CDATA
      if ('<![CDATA['.startsWith(all.slice(at)) || '<!--'.startsWith(all.slice(at))) return -1;
      refuse(
        'The XML brings a document type (DOCTYPE) or a definition of its own, which no statement needs; it is not read',
      );
    }
    if (all.length === at + 1) return -1;
    const end = tagEnd(all, at + 1);
    if (end < 0) return -1;
    if (all[at + 1] === '/') closeTag(all.slice(at + 2, end));
    else openTag(all.slice(at + 1, end));
    return end + 1;
  };

  return {
    take: (piece) => {
      const all = rest + piece;
      let newline = all.indexOf('\n');
      let at = 0;
      while (at < all.length) {
        const end = token(all, at);
        if (end < 0) break;
        for (; newline >= 0 && newline < end; newline = all.indexOf('\n', newline + 1)) line += 1;
        at = end;
      }
      rest = all.slice(at);
      if (rest.length > MAX_TOKEN_CHARS) refuse('The XML goes on for a million characters without a tag');
    },
    end: () => {
      const last = open.at(-1);
      if (last)
        throw new UnreadableBankFile(
          `The file ends within <${last.tag}> of ${atLine(last.line)}: it is cut off. Fetch it again from the bank.`,
        );
      if (!SPACE_ONLY.test(rest)) refuse(`“${shortened(rest.trim())}” stands outside the message`);
      if (!root_closed) refuse('The file holds no message');
    },
  };
}

/** Of a reference by number: '#8364', '#x20AC'. */
function characterOf(name: string): string | undefined {
  const digits = /^#(?:(\d{1,7})|x([\da-f]{1,6}))$/i.exec(name);
  if (!digits) return undefined;
  const code = digits[2] === undefined ? Number(digits[1]) : Number.parseInt(digits[2], 16);
  const stands =
    code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && (code >= 0x20 || [9, 10, 13].includes(code));
  return stands ? String.fromCodePoint(code) : undefined;
}
