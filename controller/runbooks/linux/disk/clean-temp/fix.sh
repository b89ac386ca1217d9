set -eu
mount=$1
device=$(stat -c %d -- "$mount") || { echo "$mount cannot be looked at"; exit 3; }
# A place counts only if it lies on the filesystem that fills, and is itself no link.
on_mount() {
  [ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c %d -- "$1")" = "$device" ]
}
days=$2
# Everybody may write here, so links and renames while this runs are to be expected: find unlinks relative to folders
# that it holds open, -type f looks at a link itself, and -xdev stays on this filesystem. X servers keep their lock
# files for as long as they run.
remove() {
  find "$1" -xdev -type f ! -name '.X*-lock' -mtime "+$days" -atime "+$days" -ctime "+$days" -delete -print
}
for place in /tmp /var/tmp; do
  on_mount "$place" || continue
  # A file that somebody else deletes meanwhile makes find fail: only the second failure counts.
  remove "$place" || remove "$place"
done
