/** Which server addresses passwords and data may be sent to: https everywhere, http on this machine alone. */

/** Which host names mean this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** Stricter than a URL may be: no name or password in it, nothing that another reader could take for another host. */
const ADDRESS = /^(https?):\/\/(\[[0-9a-f:.]+\]|[^/:@?#\\\s[\]]+)(:\d{1,5})?(\/[^@\\\s]*)?$/i;

/** Why no server is asked at this address, in a sentence; null = it may be. */
export function serverAddressProblem(address: string): string | null {
  const [, protocol, host = ''] = ADDRESS.exec(address) ?? [];
  if (protocol === undefined) return `“${address}” is not the address of a server (https://…).`;
  if (protocol.toLowerCase() === 'https' || isLoopbackHost(host.toLowerCase())) return null;
  return `“${address}” would send passwords and data in plain over the network. Use https://, and have the server given a certificate.`;
}
