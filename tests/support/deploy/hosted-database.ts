import { Client } from 'pg'
import { createDatabase } from './create-database.ts'

const GIFTS = ['tables', 'sequences', 'functions'].map(
  (kind) => `in schema public grant all on ${kind} to postgres, anon, authenticated, service_role`,
)

const ROLES = `
  create role postgres login createrole createdb bypassrls;
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role authenticator nologin noinherit;
  grant anon, authenticated, service_role to authenticator;
  grant anon, authenticated, service_role, authenticator to postgres`

const OLD_DEFAULTS = `
  grant usage on schema public to postgres, anon, authenticated, service_role;
  ${GIFTS.map((gift) => `alter default privileges for role supabase_admin ${gift}; alter default privileges for role postgres ${gift}`).join(';\n')}`

/**
 * A new database with the roles and default grants of an older hosted project, on a server whose superuser is `supabase_admin`.
 * The URL is that of its owner `postgres`, who is no superuser there.
 */
export async function makeHostedDatabase(serverUrl: string): Promise<string> {
  await execute(serverUrl, ROLES)
  const url = await createDatabase(serverUrl, 'vigie')
  await execute(url, 'alter database vigie owner to postgres')
  await execute(url, OLD_DEFAULTS)
  return Object.assign(new URL(url), { username: 'postgres' }).href
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
