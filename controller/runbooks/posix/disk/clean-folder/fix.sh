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
# find unlinks relative to folders that it holds open, so a link swapped in meanwhile leads nowhere; -type f looks at a
# link itself, and -xdev stays on this filesystem.
clean() {
  find "$folder" -xdev -type f -mmin "+$minutes" \( "$@" \) -delete -print
}
# A file that its owner deletes meanwhile makes find fail: only the second failure counts.
clean "$@" || clean "$@"
