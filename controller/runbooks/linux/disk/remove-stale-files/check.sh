set -eu
mount=$1
device=$(stat -c %d -- "$mount") || { echo "$mount cannot be looked at"; exit 3; }
# A place counts only if it lies on the filesystem that fills, and is itself no link.
on_mount() {
  [ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c %d -- "$1")" = "$device" ]
}
kind=$2
days=$3
stale() {
  on_mount "$1" || return 0
  place=$1
  shift
  [ -z "$(find "$place" -xdev -type f -mtime "+$days" \( "$@" \) -print 2>/dev/null | head -c 1)" ] || exit 0
}
case "$kind" in
  temporary)
    stale /tmp ! -name '.X*-lock'
    stale /var/tmp -name '*'
    ;;
  crash-dumps)
    stale /var/crash -name '*'
    stale /var/lib/systemd/coredump -name 'core.*'
    ;;
  rotated-logs) stale /var/log -name '*.gz' -o -name '*.xz' -o -name '*.zst' -o -name '*.[0-9]' -o -name '*.old' ;;
  php-sessions) stale /var/lib/php/sessions -name 'sess_*' ;;
  *) echo "$kind is no kind that this runbook knows"; exit 3 ;;
esac
echo "no $kind on $mount are older than $days days"
exit 3
