/** Where a request comes from, as limits and the audit trail count it. */
import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** An IPv4 address as it is; of an IPv6 one the network, since one household or office holds a whole /64. */
export function countedAddress(ip: string): string {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip.replace(/%.*$/, '');
  if (!isIPv6(plain) || plain === '::1') return plain;
  const [front = '', back] = plain.toLowerCase().split('::');
  const left = front === '' ? [] : front.split(':');
  const right = back === undefined || back === '' ? [] : back.split(':');
  const zeros =
    back === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

export function addressOf(request: FastifyRequest): string {
  return countedAddress(request.ip);
}
