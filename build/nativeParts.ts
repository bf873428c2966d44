/**
 * Refuses to package for a system whose native parts are not installed here: npm installs argon2 for one system, and a
 * package with another's would start and then open nobody's data.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** As electron-builder numbers them. */
const ARCHITECTURES: Readonly<Record<number, string>> = { 1: 'x64', 3: 'arm64' };
const ARGON2_ABI: Readonly<Record<string, string>> = { linux: '-gnu', win32: '-msvc', darwin: '' };

export interface PackTarget {
  readonly electronPlatformName: string;
  readonly arch: number;
}

/** Paths below node_modules of the native files that the target needs. */
export function nativeParts({ electronPlatformName: platform, arch }: PackTarget): readonly string[] {
  const architecture = ARCHITECTURES[arch];
  const abi = ARGON2_ABI[platform];
  if (architecture === undefined || abi === undefined)
    throw new Error(`no native parts are known for ${platform} (${arch})`);
  const target = `${platform}-${architecture}`;
  return [
    `better-sqlite3-multiple-ciphers/prebuilds/${target}.node`,
    `@node-rs/argon2-${target}${abi}/argon2.${target}${abi}.node`,
  ];
}

export default async function refuseWithoutNativeParts(target: PackTarget): Promise<void> {
  const missing = nativeParts(target).filter((path) => !existsSync(join(ROOT, 'node_modules', path)));
  if (missing.length > 0) {
    throw new Error(`Package on a machine of that system: ${missing.join(' and ')} is not installed here.`);
  }
  return await Promise.resolve();
}
