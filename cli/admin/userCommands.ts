/** `binnacle user …`: accounts and grants on the central server. */
import type { Command } from 'commander';
import type { AdminUser } from '#contract/actions.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { GrantView } from '#contract/wire/protocol.ts';
import { ROLES } from '#domain/access/roles.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { requestServer } from '#cli/session/serverSession.ts';
import { type ConnectionOptions, withConnection, withSession } from './connection.ts';

interface GrantOptions extends ConnectionOptions {
  readonly role: string;
  readonly company: string;
  readonly site?: string;
  readonly channel?: string;
}

export function registerUserCommands(program: Command, line: CommandLine): void {
  const user = program.command('user').description('accounts and grants on the server');

  withConnection(withGrant(user.command('add <name>').description('add an account with its first grant')))
    .requiredOption('--new-password-file <file>', 'file holding the new account’s password')
    .option('--display-name <name>', 'the name people see')
    .action((name: string, options: GrantOptions & { newPasswordFile: string; displayName?: string }) =>
      line.run(async (output) => {
        await withSession(line, options, async (session) => {
          const added = await session.request<AdminUser>('POST', '/admin/users', {
            name,
            display_name: options.displayName ?? name,
            password: readPasswordFile(options.newPasswordFile),
            ...grantBody(options),
          });
          output.event({ event: 'user', user: added }, `Added ${name}: ${grantSentence(added)}.`);
        });
      }),
    );

  withConnection(withGrant(user.command('grant <name>').description('give an account one more grant'))).action(
    (name: string, options: GrantOptions) =>
      line.run(async (output) => {
        await withSession(line, options, async (session) => {
          const changed = await session.request<AdminUser>(
            'POST',
            `/admin/users/${encodeURIComponent(name)}/grants`,
            grantBody(options),
          );
          output.event({ event: 'user', user: changed }, `${name} now has: ${grantSentence(changed)}.`);
        });
      }),
  );

  withConnection(withGrant(user.command('revoke <name>').description('take a grant back'))).action(
    (name: string, options: GrantOptions) =>
      line.run(async (output) => {
        await withSession(line, options, async (session) => {
          const users = await session.request<readonly AdminUser[]>('GET', '/admin/users');
          const found = users.find((each) => each.name === name);
          if (!found)
            throw new BinnacleError('not_found', `There is no account ${name}. "binnacle user list" shows all.`);
          const wanted = grantBody(options);
          const grant = found.grants.find(
            (each) =>
              each.role === wanted.role &&
              each.company_code === wanted.company_code &&
              each.site_code === wanted.site_code &&
              each.channel_code === wanted.channel_code,
          );
          if (!grant)
            throw new BinnacleError('not_found', `${name} has no such grant; it has: ${grantSentence(found)}.`);
          const changed = await session.request<AdminUser>(
            'DELETE',
            `/admin/users/${encodeURIComponent(name)}/grants/${grant.id}`,
          );
          output.event({ event: 'user', user: changed }, `${name} now has: ${grantSentence(changed)}.`);
        });
      }),
  );

  withConnection(user.command('reset <name>').description('set a new password; every session of the account ends'))
    .requiredOption('--new-password-file <file>', 'file holding the new password')
    .action((name: string, options: ConnectionOptions & { newPasswordFile: string }) =>
      line.run(async (output) => {
        await withSession(line, options, async (session) => {
          await session.request('POST', `/admin/users/${encodeURIComponent(name)}/password`, {
            password: readPasswordFile(options.newPasswordFile),
          });
          output.event(
            { event: 'user', name, password: 'reset' },
            `${name} has a new password; its sessions have ended.`,
          );
        });
      }),
    );

  for (const { verb, active, did } of [
    { verb: 'close', active: false, did: 'is closed; its sessions have ended.' },
    { verb: 'open', active: true, did: 'can sign in again.' },
  ]) {
    const words = active ? 'let a closed account sign in again' : 'the account cannot sign in any more; its name stays';
    withConnection(user.command(`${verb} <name>`).description(words)).action(
      (name: string, options: ConnectionOptions) =>
        line.run(async (output) => {
          await withSession(line, options, async (session) => {
            const path = `/admin/users/${encodeURIComponent(name)}/active`;
            const changed = await session.request<AdminUser>('POST', path, { active });
            output.event({ event: 'user', user: changed }, `${name} ${did}`);
          });
        }),
    );
  }

  user
    .command('claim-admin')
    .description('exchange the one-time administrator code for a password')
    .requiredOption('--server <url>', 'address of the central server')
    .requiredOption('--code-file <file>', 'file holding the printed code')
    .requiredOption('--new-password-file <file>', 'file holding the new password')
    .action((options: { server: string; codeFile: string; newPasswordFile: string }) =>
      line.run(async (output) => {
        await requestServer(line.fetch, options.server, 'POST', '/auth/claim', {
          user_name: 'admin',
          code: readPasswordFile(options.codeFile),
          new_password: readPasswordFile(options.newPasswordFile),
        });
        output.event({ event: 'user', name: 'admin', password: 'claimed' }, 'The administrator has a password now.');
      }),
    );

  withConnection(user.command('list').description('all accounts with their grants')).action(
    (options: ConnectionOptions) =>
      line.run(async (output) => {
        await withSession(line, options, async (session) => {
          for (const each of await session.request<readonly AdminUser[]>('GET', '/admin/users')) {
            output.event(
              { event: 'user', user: each },
              `${each.name.padEnd(20)} ${each.display_name.padEnd(24)} ${grantSentence(each)}`,
            );
          }
        });
      }),
  );
}

function withGrant(command: Command): Command {
  return command
    .requiredOption('--role <role>', `one of ${ROLES.join(', ')}`)
    .requiredOption('--company <code>', 'company code, or "all"')
    .option('--site <code>', 'only this site')
    .option('--channel <code>', 'only this channel');
}

function grantBody(options: GrantOptions) {
  return {
    role: options.role,
    company_code: options.company === 'all' ? null : options.company,
    site_code: options.site ?? null,
    channel_code: options.channel ?? null,
  };
}

function grantSentence(user: AdminUser): string {
  if (user.grants.length === 0) return 'no grants';
  return user.grants.map(grantWords).join(', ');
}

function grantWords(grant: GrantView): string {
  const where = [grant.company_code ?? 'all companies', grant.site_code, grant.channel_code].filter(
    (each) => each !== null,
  );
  return `${grant.role} of ${where.join(' / ')}`;
}
