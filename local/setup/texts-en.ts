import type { Words } from '../doctor/texts-en.ts'
import { toolTexts } from './tool-texts-en.ts'
import { percentOf } from './value-shapes.ts'

export type Got = { got: string } | { characters: number }
const got = (f: Got): string => ('got' in f ? `got ${JSON.stringify(f.got)}` : `got ${f.characters} characters`)

export type Character = { character: string }
/** One character of a value is no secret; one that a terminal would act on is called by its kind. */
const named = ({ character }: Character): string =>
  character === ' '
    ? 'a space'
    : /\s|\p{C}/u.test(character)
      ? 'a line break or another invisible character'
      : character

/** What a finding says, and what to do about it. Nothing here holds a secret. */
export const texts = {
  ...toolTexts,

  missing: (f: { example: string }): Words => ({
    says: 'is missing',
    todo: `Run npm run setup in a terminal and it asks, or set it in the environment. Example: ${f.example}`,
  }),
  placeholder: (f: { example: string }): Words => ({
    says: `is not known yet; the dry run goes on with a placeholder: ${f.example}`,
    todo: 'Without --dry-run, setup asks for it.',
  }),
  nameWrong: (f: { got: string }): Words => ({
    says: `got ${JSON.stringify(f.got)}`,
    todo: 'It wants 1 to 50 lower case letters, digits and dashes, no dash at either end. Example: vigie-anna',
  }),
  orgWrong: (f: { got: string }): Words => ({
    says: `got ${JSON.stringify(f.got)}`,
    todo: 'It wants the short name of an organisation, as fly orgs list shows it. Example: personal',
  }),
  charactersWrong: (f: Character): Words => ({
    says: `has ${named(f)} in it`,
    todo: `Fly, Docker and Node read that differently. In a DATABASE_URL write ${percentOf(f.character)} instead.`,
  }),
  supabaseUrlWrong: (f: Got): Words => ({
    says: got(f),
    todo: 'It wants the project’s address and nothing behind it. Supabase shows it under Project Settings → Data API. Example: https://abcdefghijklmnopqrst.supabase.co',
  }),
  supabaseUrlDashboard: (f: { wants: string }): Words => ({
    says: 'got the address of the dashboard’s page',
    todo: `The project’s own address is ${f.wants}`,
  }),
  supabaseUrlOther: (f: { wants: string }): Words => ({
    says: 'got another address of the project',
    todo: `The one that it wants is ${f.wants}`,
  }),
  supabaseUrlPlain: (): Words => ({
    says: 'got http:// for an address that the internet reaches',
    todo: 'It wants https://: the secret key is sent there with each call.',
  }),
  supabaseUrlForeign: (f: { host: string }): Words => ({
    says: `${f.host} is not an address that Supabase gives`,
    todo: 'Right only for a Supabase that you host yourself, or a domain of your own in front of one.',
  }),
  serviceKeyPublic: (): Words => ({
    says: 'got the public key',
    todo: 'It wants the secret one, from Project Settings → API Keys: sb_secret_…, or the older service_role key.',
  }),
  serviceKeyWrong: (f: Got): Words => ({
    says: got(f),
    todo: 'It wants the secret key from Project Settings → API Keys: sb_secret_…, or the older service_role key (eyJ…).',
  }),
  databaseUrlWrong: (f: Got): Words => ({
    says: got(f),
    todo: 'It wants the “Session pooler” string of Supabase’s page Connect, with the password in it. Example: postgresql://postgres.abcdefghijklmnopqrst:PASSWORD@aws-0-eu-west-3.pooler.supabase.com:5432/postgres',
  }),
  databaseUrlBrackets: (): Words => ({
    says: 'still has the brackets of [YOUR-PASSWORD] in it',
    todo: 'Put the database’s password in its place, without the brackets. Forgotten? Supabase → Database → Settings → Reset password.',
  }),
  databaseUrlPassword: (f: Character): Words => ({
    says: `its password has ${named(f)} in it, which means something else in an address`,
    todo: `Write ${percentOf(f.character)} instead. In a password / is %2F, ? is %3F, # is %23, @ is %40 and % is %25.`,
  }),
  databaseUrlPoolerUser: (f: { host: string }): Words => ({
    says: `its user names no project, and ${f.host} serves many`,
    todo: 'It wants postgres.PROJECT as the user, as in the “Session pooler” string of Supabase’s page Connect.',
  }),
  databaseElsewhere: (f: { project: string }): Words => ({
    says: `is not at Supabase, and SUPABASE_URL is (${f.project}): the migrations would go to another database than the one main uses`,
    todo: 'Take both from the same project: the “Session pooler” string of Supabase’s page Connect.',
  }),
  databaseUrlTransaction: (f: { host: string }): Words => ({
    says: `got port 6543 of ${f.host}: that is the transaction pooler, which Supabase advises against for migrations`,
    todo: 'It wants the session pooler: the “Session pooler” string of Supabase’s page Connect, port 5432.',
  }),
  databaseUrlDirect: (): Words => ({
    says: 'is the direct address, which has IPv6 only: fine from Fly.io, not from GitHub’s machines',
    todo: 'The “Session pooler” string of Supabase’s page Connect works from everywhere.',
  }),
  otherProject: (f: { project: string }): Words => ({
    says: `belongs to another project than SUPABASE_URL (${f.project})`,
    todo: 'Take all three from the same project.',
  }),
  telegramTokenWrong: (f: Got): Words => ({
    says: got(f),
    todo: 'It wants the token that @BotFather shows for your bot. Example: 123456789:AAExampleExampleExampleExampleExample',
  }),
  chatIdWrong: (f: Got): Words => ({
    says: got(f),
    todo: 'It wants a number (a group’s is negative), or nothing: the page shows a code with which your chat introduces itself.',
  }),
  chatWithoutToken: (): Words => ({
    says: 'is of no use without TELEGRAM_BOT_TOKEN',
    todo: 'Make a bot with @BotFather and run setup again.',
  }),
  publicUrlWrong: (f: Got): Words => ({
    says: got(f),
    todo: 'It wants the address where people reach the page, nothing behind it. Example: https://vigie.example',
  }),
  settingsWrong: (f: { problem: string }): Words => ({
    says: f.problem,
    todo: 'Correct that line of the file and run setup again; setup never changes a key that is there.',
  }),
  secretStays: (f: { name: string }): Words => ({
    says: 'is taken out of the files',
    todo: `An app that has it already keeps it until: fly secrets unset ${f.name} -a APP, for each of the apps.`,
  }),
  filesDiffer: (f: { name: string; kept: string }): Words => ({
    says: `has another ${f.name} than ${f.kept}`,
    todo: `The one of ${f.kept} is kept for both.`,
  }),
  envFileWrong: (): Words => ({
    says: 'has lines that setup cannot change safely (a value of several lines?)',
    todo: 'Write each variable on one line, NAME=value, and run setup again.',
  }),
  wasOpen: (): Words => ({
    says: 'other users of this machine could read it',
    todo: 'Setup closes it when it writes.',
  }),
  flyFileWrong: (f: { error: string }): Words => ({
    says: `cannot be read: ${f.error}`,
    todo: 'Mend the line, or take the file back with git checkout.',
  }),
  flyFileNotEdited: (f: { app: string }): Words => ({
    says: 'is written in a way that setup cannot change safely',
    todo: `Set app = "${f.app}" and the addresses of the apps by hand.`,
  }),
  regionWithoutFile: (f: { id: string; file: string }): Words => ({
    says: `WORKERS names ${f.id}, and there is no ${f.file}`,
    todo: 'Copy another region’s file under that name and change what names the region, or take the line out of WORKERS.',
  }),
  fileWithoutRegion: (f: { line: string }): Words => ({
    says: 'is a region that WORKERS in fly.main-worker.toml does not name: left out below',
    todo: `Add its line there: ${f.line}`,
  }),
  appWrong: (f: { app: string }): Words => ({
    says: `app is ${JSON.stringify(f.app)}`,
    todo: 'Fly.io wants lower case letters, digits and dashes, 63 at most.',
  }),
  appTwice: (f: { app: string }): Words => ({
    says: `app is ${f.app}, like another file’s`,
    todo: 'Each region is an app of its own.',
  }),
  fileMissing: (): Words => ({
    says: 'is not there: the commands below need it',
    todo: 'Run setup in the project’s folder, or take the file back with git checkout.',
  }),
  appsRenamed: (f: { apps: string }): Words => ({
    says: `the apps were called ${f.apps} until now`,
    todo: `If those run, they go on, cost, and work on the same database. Once the new ones are well: fly apps destroy ${f.apps}`,
  }),
}
