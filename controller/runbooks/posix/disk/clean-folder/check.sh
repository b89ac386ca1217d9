set -eu
folder=$1
minutes=$2
shift 2
case "$folder" in
  /../* | */.. | */../* | / | //*) echo "$folder is no folder to clean"; exit 3 ;;
  /*) ;;
  *) echo "$folder is not an absolute path"; exit 3 ;;
esac
# Whoever owns a folder above this one can turn it into a link at any time. So: go there first, then ask the kernel where
# that is. From then on nothing is named by its path again.
cd -- "$folder" && [ "$(/bin/pwd -P)" = "${folder%/}" ] || {
  echo "$folder is not a folder reached without a link: declare its real path"
  exit 3
}
[ "$#" -gt 0 ] || { echo "no pattern says what may be deleted in $folder"; exit 3; }
for pattern in "$@"; do
  set -- "$@" -o -name "$pattern"
  shift
done
shift
# One byte is enough to know that there is something.
found=$(find . -xdev -type f -mmin "+$minutes" \( "$@" \) -print 2>/dev/null | head -c 1)
[ -n "$found" ] || { echo "nothing in $folder may be deleted: all that matches is younger than $minutes minutes"; exit 3; }
