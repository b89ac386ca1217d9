set -eu
mount=$1
device=$(stat -c %d -- "$mount") || { echo "$mount cannot be looked at"; exit 3; }
# A place counts only if it lies on the filesystem that fills, and is itself no link.
on_mount() {
  [ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c %d -- "$1")" = "$device" ]
}
days=$2
for place in /tmp /var/tmp; do
  on_mount "$place" || continue
  found=$(find "$place" -xdev -type f ! -name '.X*-lock' -mtime "+$days" -atime "+$days" -ctime "+$days" -print 2>/dev/null | head -c 1)
  [ -z "$found" ] || exit 0
done
echo "no temporary file on $mount is older than $days days"
exit 3
