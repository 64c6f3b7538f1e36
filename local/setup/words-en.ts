import type { VariableName } from './variables.ts'

/** One line for each command, above it: why it is there. */
export const reasons = {
  flyLogin: 'opens the browser; Fly.io wants a payment card',
  supabaseLogin: 'opens the browser; you can do this and the next step at https://supabase.com/dashboard instead',
  supabaseProject: 'asks for the organisation and a database password: keep that, setup asks for it',
  setup: 'asks for what Supabase shows (address, secret key, session pooler), makes the keys, writes the files',
  setupHome: 'makes the keys, asks for your bot’s token if you have one, writes the file',
  appCreate: 'makes an empty app; names are global, so where one is taken: npm run setup -- --name ANOTHER',
  mainSecrets: 'hands the keys to Fly.io; later on, when the app runs, this also restarts it',
  workerSecrets: 'the same without the database’s password, for each region',
  mainDeploy: 'main first: it applies the migrations before it starts, and the regions need their tables',
  workerDeploy: 'then the regions; --ha=false makes one machine of each, since a second one would only share its pace',
  doctor: 'looks at everything from here and says what is wrong',
  apiKey: 'shows the key with which you log in: what stands behind the =',
  environment: 'makes the environment “production” in your GitHub repository',
  flyToken: 'a token for a year, straight to GitHub; nobody sees it',
  databaseSecret: 'the workflow migrates before it deploys',
  keySecret: 'for the workflow that starts a cycle every five minutes',
  mainVariable: 'where that workflow finds main',
  composeUp: 'builds and starts everything; the first time takes some minutes',
  composePs: 'shows whether every part is healthy',
  composeLogs: 'what main says, as it says it; Ctrl-C leaves',
}

export const groups = {
  accounts: 'Accounts (once)',
  apps: 'The apps (once)',
  secrets: 'Their secrets',
  deploy: 'Start them',
  look: 'See that it works',
  github:
    'If GitHub shall deploy (optional): push the repository to GitHub first, with the fly.*.toml files as they are now. In a private repository on a free plan there are no environments: leave out the first command and every --env production; deploy.yml reads the repository’s secrets, too',
  home: 'On the home server',
}

export const origins = {
  answer: 'given',
  environment: 'from the environment',
  file: 'kept',
  made: 'made now',
  placeholder: 'placeholder',
}

export const words = {
  titles: { fly: 'Vigie on Fly.io and Supabase', home: 'Vigie on a home server' },
  dryRun: 'Dry run: nothing is written, nobody is asked.',
  before: {
    fly: 'You are asked for three things that your Supabase project shows: an address, a key and a connection string. No project yet? Make one first at https://supabase.com/dashboard (New project; keep the password), then come back.',
    home: 'Nothing of what is asked is required: Enter takes the default.',
  },
  stopping: 'Ctrl-C stops; nothing is written before the last question.',
  tools: 'Tools',
  settings: 'Settings',
  findings: 'To look at',
  files: 'Files',
  commands: 'Commands, in this order',
  afterwards: 'Afterwards',
  hidden: (length: number) => `${length} characters, hidden`,
  unset: 'not set',
  file: (path: string, state: string) => `${path}: ${state}`,
  states: { created: 'new', changed: 'changed', unchanged: 'unchanged' },
  written: (count: number) => `Written: ${count} file(s).`,
  nothingWritten: 'Nothing was written: mend what is marked ✗ first.',
  nothingToWrite: 'Every file is as it should be: nothing to write.',
  declined: 'Nothing was written.',
  interrupted: 'Stopped: nothing was written.',
  failed: (error: string) => `Setup could not go on: ${error}`,
  noTerminal:
    'There is no terminal to ask on. Look with: npm run setup -- --dry-run. Run without questions with --yes, and the secrets in the environment: SUPABASE_SERVICE_ROLE_KEY, DATABASE_URL, TELEGRAM_BOT_TOKEN.',
  openFly: (url: string) => `Open ${url} and log in with the API key.`,
  openHome:
    'Open http://localhost:8080 on this machine and log in with the API key. For the phones and computers at home add the line PUBLISH_ADDRESS=0.0.0.0 to .deploy/home.env and run the “up” command again: they then use this machine’s address. Not on a machine that the internet reaches.',
  bindChat:
    'On the page “People” a button shows a code; write /start CODE to your bot, and that chat gets the messages from then on.',
  addBot: 'No Telegram yet: finds show on the page only. Make a bot with @BotFather and run setup again.',
  chatKnown: (id: string) => `Write /start to your bot from chat ${id} once, or Telegram lets it say nothing there.`,
  keepFolder: 'Keep a copy of .deploy/ in a safe place: nothing else shows these keys again.',
  orgAgain: (org: string) => `No file keeps the organisation: next time npm run setup -- --org ${org}`,
  renamed: 'Commit the changed fly.*.toml files: updates deploy with those names.',
}

export const questions = {
  target: 'Where shall Vigie run?',
  targetFly: 'Fly.io and Supabase: five small machines, four regions, two accounts',
  targetHome: 'a home server: Docker, no account',
  name: 'Prefix of the apps’ names (global on Fly.io: best one of your own, such as vigie-anna)',
  org: 'Fly.io organisation (no file keeps it: setup asks each time)',
  keep: 'Enter keeps what is there',
  remove: '- takes it away',
  needed: (example: string) => `it cannot be left out. Example: ${example}`,
  yes: 'Yes',
  no: 'No',
  write: 'Write these files?',
}

export const settings = {
  SUPABASE_URL: 'Supabase: the project’s address (Project Settings → Data API)',
  SUPABASE_SERVICE_ROLE_KEY: 'Supabase: secret key (Project Settings → API Keys)',
  DATABASE_URL: 'Supabase: “Session pooler” string with the password in it (Connect, port 5432)',
  TELEGRAM_BOT_TOKEN: 'Telegram: your bot’s token from @BotFather',
  TELEGRAM_CHAT_ID: 'Telegram: your chat’s id',
  PUBLIC_BASE_URL: 'Address of the page for other people',
} satisfies Partial<Record<VariableName, string>>

/** What Enter means where there is nothing yet. */
export const whenEmpty = {
  TELEGRAM_BOT_TOKEN: 'Enter: none',
  TELEGRAM_CHAT_ID: 'Enter: find out later with a code',
  PUBLIC_BASE_URL: 'Enter: this network only',
} satisfies Partial<Record<VariableName, string>>

/** What the questions say of their own keys, under the words that the library has for them. */
export const keys = { navigate: 'navigate', select: 'select', 'toggle visibility': 'toggle visibility' }
