/** A file system of layers (the lowest first), and where what is written goes. */
export type Root = { layers: readonly string[]; scratch: string }

export type Entry = Root & {
  command: readonly string[]
  env: Record<string, string>
  workdir: string
  user: string
  /** Files of this machine, to be seen in /mnt/machine. */
  machineFiles: string
  /** Nothing can be written; with a tmpfs on /tmp, or without even that. */
  readOnly?: 'but /tmp' | 'everything'
  /** As compose.yaml starts ours: no capability, not even by a program that has some. */
  isHarmless?: boolean
  /** The kernel grants no user namespaces to who lives in a chroot: what Docker's seccomp filter does by default. */
  withoutUserNamespaces?: boolean
}

/**
 * In a mount and a PID namespace of its own, so that the command is PID 1 and every mount goes when it ends. pivot_root as a
 * container runtime does; the network stays this machine's.
 */
const ENTER = `
set -e
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" "$SCRATCH/root"
cd "$SCRATCH/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
# What Docker gives.
mount -t tmpfs -o size=64m tmpfs dev/shm
mount --bind -o ro "$MACHINE" mnt/machine
mount --bind /etc/resolv.conf etc/resolv.conf
mount --bind /etc/hosts etc/hosts
case "$READ_ONLY" in
  "but /tmp") mount -o remount,ro . ; mount -t tmpfs -o noexec,nosuid,nodev tmpfs tmp ;;
  "everything") mount -o remount,ro . ;;
esac
if test "$CHROOT" = yes; then exec chroot . "$@"; fi
pivot_root . mnt/old
umount -l /mnt/old
exec "$@"
`

/** What to spawn, as root; its only child is the command. */
export function enterRoot(entry: Entry): { file: string; args: string[]; env: Record<string, string> } {
  const { layers, scratch, command, env, workdir, user, machineFiles } = entry
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const rights = entry.isHarmless === true ? ['--no-new-privs', '--bounding-set=-all'] : []
  const become =
    user === 'root'
      ? []
      : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--pdeathsig=KILL', ...rights, '--']
  // A rehearsal that is killed takes its containers with it: unshare ends when we do, its child when unshare does.
  const apart = ['--pdeathsig=KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', ENTER, 'sh']
  const inside = ['env', '-i', `--chdir=${workdir}`, ...variables, ...become, ...command]
  return {
    file: 'setpriv',
    args: [...apart, ...inside],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LOWER: layers.toReversed().join(':'),
      SCRATCH: scratch,
      MACHINE: machineFiles,
      READ_ONLY: entry.readOnly ?? '',
      CHROOT: entry.withoutUserNamespaces === true ? 'yes' : '',
    },
  }
}
