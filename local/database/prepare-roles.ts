import type { Driver } from './driver.ts'
import { runOnDatabase } from './run-on-database.ts'

/**
 * The roles hosted Supabase has and a plain PostgreSQL lacks; existing ones are left alone. Roles belong to the whole
 * server, so another runner may make them at the same moment: both errors of that race mean that they exist.
 */
export async function prepareRoles(driver: Driver): Promise<void> {
  await driver.tx('begin', (session) => session.exec(PREPARE_ROLES))
}

// Nobody logs in as `authenticator` here: the gateway's session only becomes it, to lose every other right.
const PREPARE_ROLES = `
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      (1, 'anon', 'nologin noinherit'),
      (2, 'authenticated', 'nologin noinherit'),
      (3, 'service_role', 'nologin noinherit bypassrls'),
      (4, 'authenticator', 'nologin noinherit in role anon, authenticated, service_role')
    ) as roles (position, name, attributes)
    where not exists (select from pg_roles where rolname = roles.name)
    order by position
  loop
    begin
      execute format('create role %I %s', wanted.name, wanted.attributes);
      -- Without a superuser's rights, who made a role must still join it to become it.
      if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant %I to current_user', wanted.name);
      end if;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
end
$$`

/**
 * For a restore: `pg_restore` grants what was granted, but takes nothing away that an older hosted project gives everybody by
 * itself. From here on what is made in `public` belongs to its maker alone.
 */
async function closeDefaults(driver: Driver): Promise<void> {
  await driver.tx('begin', (session) =>
    session.exec(
      ['tables', 'sequences', 'functions']
        .map((kind) => `alter default privileges in schema public revoke all on ${kind} from anon, authenticated`)
        .join(';'),
    ),
  )
}

// Makes an empty database ready for `pg_restore`: docs/operations.md.
if (import.meta.main) {
  await runOnDatabase('prepare-roles', async (driver) => {
    await prepareRoles(driver)
    await closeDefaults(driver)
  })
}
