set -eu
folder=$1
minutes=$2
shift 2
# Whoever owns a folder above this one can turn it into a link at any time. So: go there first, then ask the kernel where
# that is. From then on nothing is named by its path again.
cd -- "$folder" && [ "$(/bin/pwd -P)" = "${folder%/}" ] || {
  echo "$folder is not a folder reached without a link: declare its real path"
  exit 3
}
# The patterns become: -name a -o -name b
for pattern in "$@"; do
  set -- "$@" -o -name "$pattern"
  shift
done
shift
# find unlinks relative to folders that it holds open, so a link swapped in meanwhile leads nowhere; -type f looks at a
# link itself, and -xdev stays on this filesystem.
clean() {
  find . -xdev -type f -mmin "+$minutes" \( "$@" \) -delete -print
}
# A file that its owner deletes meanwhile makes find fail: only the second failure counts.
clean "$@" || clean "$@"
