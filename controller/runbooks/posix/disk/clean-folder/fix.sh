set -eu
folder=$1
minutes=$2
shift 2
# The patterns become: -name a -o -name b
for pattern in "$@"; do
  set -- "$@" -o -name "$pattern"
  shift
done
shift
# find walks by file descriptor and unlinks relative to the folder that it holds open, so a link swapped in meanwhile
# leads nowhere; -type f looks at the link itself, and -xdev stays on this filesystem.
find "$folder" -xdev -type f -mmin "+$minutes" \( "$@" \) -delete -print
