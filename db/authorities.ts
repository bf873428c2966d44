/** Certificates are always checked; a site with an authority of its own names that authority's file. */
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { BinnacleError } from '#contract/errors.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** From here on this process trusts the authorities of that PEM file beside those it trusts anyway. */
export function trustAuthorities(file: string): void {
  let found: readonly string[];
  try {
    found = readFileSync(file, 'utf8').match(CERTIFICATE) ?? [];
    for (const certificate of found) new X509Certificate(certificate);
  } catch {
    throw new BinnacleError('bad_arguments', `${file} cannot be read as certificates (PEM).`);
  }
  if (found.length === 0) throw new BinnacleError('bad_arguments', `${file} holds no certificate (PEM).`);
  setDefaultCACertificates([...getCACertificates('default'), ...found]);
}
