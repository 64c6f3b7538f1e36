import type { Words } from '../doctor/texts-en.ts'

/** What is said of a program on this machine. */
export const toolTexts = {
  toolOk: (f: { version: string }): Words => ({ says: f.version }),
  npmMissing: (): Words => ({ says: 'not found', todo: 'It comes with Node.js 24: https://nodejs.org' }),
  gitMissing: (): Words => ({
    says: 'not found',
    todo: 'Needed for updates only: https://git-scm.com, or your system’s package git.',
  }),
  ghMissing: (): Words => ({
    says: 'not found; needed only if GitHub shall deploy (the last block of commands)',
    todo: 'https://cli.github.com, then: gh auth login',
  }),
  flyMissing: (): Words => ({
    says: 'not found: the commands below need it',
    todo: 'Install it: curl -L https://fly.io/install.sh | sh   (macOS: brew install flyctl)',
  }),
  flyUnderOldName: (): Words => ({
    says: 'is here under its older name flyctl only',
    todo: 'Type flyctl where the commands below say fly, or: alias fly=flyctl',
  }),
  flyLoggedOut: (): Words => ({
    says: 'nobody is logged in, or Fly.io does not answer',
    todo: 'fly auth login (the first command below)',
  }),
  flyUser: (f: { user: string }): Words => ({ says: `logged in as ${f.user}` }),
  dockerMissing: (): Words => ({
    says: 'not found: the commands below need it',
    todo: 'Install it: https://docs.docker.com/engine/install',
  }),
  composeMissing: (): Words => ({
    says: 'not found: the commands below need it',
    todo: 'Install Docker’s package docker-compose-plugin: https://docs.docker.com/compose/install',
  }),
  jqMissing: (): Words => ({
    says: 'not found; docs/operations.md reads answers with it',
    todo: 'Your system’s package jq, or https://jqlang.org/download',
  }),
  curlMissing: (): Words => ({
    says: 'not found; docs/operations.md asks the fleet with it',
    todo: 'Your system’s package curl, or https://curl.se/download.html',
  }),
  curlOld: (f: { version: string }): Words => ({
    says: f.version,
    todo: 'docs/operations.md wants 7.82 or newer, which knows --json.',
  }),
}
