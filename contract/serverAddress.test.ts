import { expect, test } from 'vitest';
import { serverAddressProblem } from './serverAddress.ts';

test.each([
  'https://binnacle.example.com',
  'https://10.0.0.5:8443/',
  'http://127.0.0.1:4000',
  'http://localhost',
  'http://[::1]:80/x',
])('%s may be asked', (address) => {
  expect(serverAddressProblem(address)).toBeNull();
});

test.each([
  'http://binnacle.example.com',
  'http://10.0.0.5:4000',
  'http://127.0.0.1.example.com',
  'http://localhost@example.com',
  'http://127.0.0.1:80@example.com',
  'http://127.0.0.1\\@example.com',
  'http://127.0.0.1\n.example.com',
  'http://[::ffff:10.0.0.5]',
  'https://user:secret@example.com',
  'ftp://127.0.0.1',
  'javascript:alert(1)',
  '127.0.0.1:4000',
  '',
])('%j may not', (address) => {
  expect(serverAddressProblem(address)).toMatch(/^“/);
});
