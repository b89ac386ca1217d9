set -eu
mount=$1
device=$(stat -c %d -- "$mount") || { echo "$mount cannot be looked at"; exit 3; }
# A place counts only if it lies on the filesystem that fills, and is itself no link.
on_mount() {
  [ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c %d -- "$1")" = "$device" ]
}
command -v logrotate >/dev/null || { echo "logrotate is not installed"; exit 3; }
[ -f /etc/logrotate.conf ] || { echo "/etc/logrotate.conf is missing"; exit 3; }
on_mount /var/log || { echo "/var/log does not lie on $mount"; exit 3; }
