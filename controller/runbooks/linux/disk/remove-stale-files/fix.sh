set -eu
mount=$1
device=$(stat -c %d -- "$mount") || { echo "$mount cannot be looked at"; exit 3; }
# A place counts only if it lies on the filesystem that fills, and is itself no link.
on_mount() {
  [ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c %d -- "$1")" = "$device" ]
}
kind=$2
days=$3
# Some of these folders are open to everybody: find unlinks relative to folders that it holds open, -type f looks at a
# link itself, and -xdev stays on this filesystem.
remove() {
  on_mount "$1" || return 0
  place=$1
  shift
  # A file that somebody else deletes meanwhile makes find fail: only the second failure counts.
  find "$place" -xdev -type f -mtime "+$days" \( "$@" \) -delete -print ||
    find "$place" -xdev -type f -mtime "+$days" \( "$@" \) -delete -print
}
case "$kind" in
  temporary)
    remove /tmp ! -name '.X*-lock'
    remove /var/tmp -name '*'
    ;;
  crash-dumps)
    remove /var/crash -name '*'
    remove /var/lib/systemd/coredump -name 'core.*'
    ;;
  rotated-logs) remove /var/log -name '*.gz' -o -name '*.xz' -o -name '*.zst' -o -name '*.[0-9]' -o -name '*.old' ;;
  php-sessions) remove /var/lib/php/sessions -name 'sess_*' ;;
  *) exit 3 ;;
esac
