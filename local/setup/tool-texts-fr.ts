import type { Words } from '../doctor/texts-en.ts'
import type { toolTexts as en } from './tool-texts-en.ts'

/** What is said of a program on this machine. */
export const toolTexts: typeof en = {
  toolOk: (f): Words => ({ says: f.version }),
  npmMissing: (): Words => ({ says: 'introuvable', todo: 'Il vient avec Node.js 24 : https://nodejs.org' }),
  gitMissing: (): Words => ({
    says: 'introuvable',
    todo: 'Ne sert qu’aux mises à jour : https://git-scm.com, ou le paquet git de votre système.',
  }),
  ghMissing: (): Words => ({
    says: 'introuvable ; ne sert que si GitHub doit déployer (le dernier bloc de commandes)',
    todo: 'https://cli.github.com, puis : gh auth login',
  }),
  flyMissing: (): Words => ({
    says: 'introuvable : les commandes plus bas en ont besoin',
    todo: 'À installer : curl -L https://fly.io/install.sh | sh   (macOS : brew install flyctl)',
  }),
  flyUnderOldName: (): Words => ({
    says: 'n’est là que sous son ancien nom, flyctl',
    todo: 'Tapez flyctl là où les commandes disent fly, ou : alias fly=flyctl',
  }),
  flyLoggedOut: (): Words => ({
    says: 'personne n’est connecté, ou Fly.io ne répond pas',
    todo: 'fly auth login (la première commande plus bas)',
  }),
  flyUser: (f): Words => ({ says: `connecté : ${f.user}` }),
  dockerMissing: (): Words => ({
    says: 'introuvable : les commandes plus bas en ont besoin',
    todo: 'À installer : https://docs.docker.com/engine/install',
  }),
  composeMissing: (): Words => ({
    says: 'introuvable : les commandes plus bas en ont besoin',
    todo: 'Installez le paquet docker-compose-plugin de Docker : https://docs.docker.com/compose/install',
  }),
  jqMissing: (): Words => ({
    says: 'introuvable ; docs/operations.md s’en sert pour lire les réponses',
    todo: 'Le paquet jq de votre système, ou https://jqlang.org/download',
  }),
  curlMissing: (): Words => ({
    says: 'introuvable ; docs/operations.md s’en sert pour interroger la flotte',
    todo: 'Le paquet curl de votre système, ou https://curl.se/download.html',
  }),
  curlOld: (f): Words => ({
    says: f.version,
    todo: 'docs/operations.md demande la version 7.82 ou une plus récente, qui connaît --json.',
  }),
}
