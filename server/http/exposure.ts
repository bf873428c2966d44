/** Beyond this machine only with TLS: the server's own, or that of a proxy which is named. */
import { X509Certificate } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import { createSecureContext } from 'node:tls';
import { isLoopbackHost } from '#contract/serverAddress.ts';

export interface ServerTls {
  /** PEM, the chain. */
  readonly cert: string;
  readonly key: string;
}
export interface Exposure {
  readonly host: string;
  readonly tls?: ServerTls | undefined;
  /** Addresses of proxies where TLS ends; only they are answered, and what they say of the caller is believed. */
  readonly trustedProxies?: readonly string[] | undefined;
  readonly publicHosts?: readonly string[] | undefined;
}

/** The server does not start: a sentence that says what to do. */
export class NotExposed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotExposed';
  }
}

/** Throws NotExposed. */
export function checkExposure({ host, tls, trustedProxies = [] }: Exposure, now_ms: number): void {
  for (const address of trustedProxies) {
    const [plain = '', bits] = address.split('/');
    const most = isIPv6(plain) ? 128 : 32;
    const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 8 && Number(bits) <= most);
    if (isIP(plain) === 0 || !isRange) {
      throw new NotExposed(`“${address}” is no address of a proxy: name one like 10.0.0.5 or 10.0.0.0/28.`);
    }
  }
  if (tls) {
    if (trustedProxies.length > 0) {
      throw new NotExposed('Either the server has a certificate or TLS ends at a proxy, not both.');
    }
    checkCertificate(tls, now_ms);
    return;
  }
  if (isLoopbackHost(host) || trustedProxies.length > 0) return;
  throw new NotExposed(
    `Without TLS passwords and data would cross the network in plain, so the server does not listen on ${host}. ` +
      'Give it --tls-cert and --tls-key, or name the proxy where TLS ends with --trusted-proxy, or leave --host away.',
  );
}

function checkCertificate({ cert, key }: ServerTls, now_ms: number): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
    createSecureContext({ cert, key });
  } catch {
    throw new NotExposed('The certificate and the key cannot be read, or do not belong together (both PEM).');
  }
  if (Date.parse(certificate.validTo) <= now_ms) {
    throw new NotExposed(`The certificate expired on ${certificate.validTo}. Renew it.`);
  }
}

/** Host header values the server answers to, lower case. With TLS the usual port may be left out. */
export function hostNames(
  { host, tls, trustedProxies, publicHosts = [] }: Exposure,
  port: number,
): ReadonlySet<string> {
  const loopback = isLoopbackHost(host) ? [host, '127.0.0.1', 'localhost', '[::1]'] : [host];
  const named = (names: readonly string[]): readonly string[] =>
    names.map((name) => (isIPv6(name) ? `[${name}]` : name).toLowerCase());
  const own = named([...loopback, ...publicHosts]).flatMap((name) => {
    const usual = port === (tls ? 443 : 80);
    return usual ? [name, `${name}:${port}`] : [`${name}:${port}`];
  });
  // A proxy listens on a port of its own, which the server cannot know.
  const proxied = (trustedProxies ?? []).length > 0 ? named(publicHosts).flatMap((name) => [name, `${name}:443`]) : [];
  return new Set([...own, ...proxied]);
}
